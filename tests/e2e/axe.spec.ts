/** Every screen that can be reached, looked at in both schemes, both sizes and both directions. */
import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright/test'
import { exportBackup, give, openImport } from './backup-dialogs.ts'
import { draw, pixels, read, withCamera } from './camera.ts'
import {
  bubbles,
  chatLink,
  composer,
  connected,
  connection,
  expect,
  hasState,
  joinChat,
  newTab,
  pressJoin,
  reload,
  say,
  sees,
  startChat,
  visit,
} from './fixtures.ts'
import { inspect } from './inspect.ts'
import { field, lockNow, setPassphrase } from './lock-screen.ts'
import { openSafety, photograph, verification } from './safety-dialog.ts'

const test = withCamera(true)
test.describe.configure({ timeout: 180_000 })
test.beforeEach(({ camera }) => camera.cover())

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('home, settings and what the host did wrong', async ({ people }) => {
  const mira = await people.newPerson('Mira')
  await inspect(mira, 'home, empty')
  await mira.getByRole('link', { name: 'Settings', exact: true }).click()
  await expect(mira.getByRole('heading', { name: 'Settings', exact: true })).toBeFocused()
  await inspect(mira, 'settings, empty')
  await button(mira, 'Export backup').click()
  await expect(field(mira, 'Passphrase')).toBeFocused()
  await inspect(mira, 'export')
  await mira.keyboard.press('Escape')
  const importing = await openImport(mira)
  await give(importing, Buffer.from('an ordinary picture, say'), 'orchard velvet')
  await expect(importing.getByRole('status')).toContainText('is not a backup')
  await inspect(mira, 'import of what is no backup')
  await mira.keyboard.press('Escape')

  await mira.context().route('**/config.json', (route) => route.fulfill({ json: { relays: 'none', more: 1 } }))
  await visit(mira, '')
  await expect(mira.getByRole('alert').first()).toContainText('config.json: “relays”')
  await inspect(mira, 'home with a wrong config.json')
  await startChat(mira)
  await inspect(mira, 'invite with a wrong config.json')
  await visit(mira, '')
  await expect(mira.getByRole('list', { name: 'Waiting invites' }).getByRole('link')).toHaveCount(1)
  await inspect(mira, 'home with a waiting link and a wrong config.json')
})

test('a passphrase, the lock, and the end', async ({ people }) => {
  const mira = await people.newPerson('Mira')
  await startChat(mira)
  await mira.goto(new URL('#/settings', mira.url()).href)
  await button(mira, 'Set a passphrase').click()
  await field(mira, 'Passphrase').fill('orchard velvet nine lantern')
  await field(mira, 'Repeat passphrase').fill('orchard velvet nine')
  await expect(mira.getByText('The two are not the same yet.')).toBeVisible()
  await inspect(mira, 'setting a passphrase')
  await button(mira, 'Not now').click()
  await setPassphrase(mira, 'orchard velvet nine lantern')
  await inspect(mira, 'settings with a passphrase')
  await lockNow(mira)
  await field(mira, 'Passphrase').fill('three blind mice')
  await button(mira, 'Unlock').click()
  await expect(mira.getByRole('alert')).toContainText('That is not the passphrase.')
  await inspect(mira, 'locked, after a wrong passphrase')
  await button(mira, 'Erase everything').click()
  await expect(field(mira, 'Type erase to go on')).toBeFocused()
  await inspect(mira, 'erasing, from the lock')
})

test('links, from both ends', async ({ people }) => {
  const mira = await people.newPerson('Mira')
  const link = await startChat(mira)
  await expect(connection(mira)).toHaveAttribute('data-state', 'waiting')
  await button(mira, 'Copy link').click()
  await inspect(mira, 'invite')

  const kenji = await people.newPerson('Kenji')
  await visit(kenji, link)
  await expect(button(kenji, 'Join chat')).toBeVisible()
  await inspect(kenji, 'join')
  await mira.goto('about:blank')
  await pressJoin(kenji, link)
  await expect(connection(kenji)).toHaveAttribute('data-state', /^(connecting|waiting)$/)
  await inspect(kenji, 'joining')
  await kenji.getByRole('link', { name: 'Sotto', exact: true }).click()
  await expect(kenji.getByRole('list', { name: 'Links you opened' }).getByRole('link')).toHaveCount(1)
  await inspect(kenji, 'home with an opened link')
  await visit(mira, link.replace(/#.*/, ''))
  await expect(chatLink(mira, 'Kenji')).toBeVisible()

  // A copy of Kenji's own knock could come late, so that nobody is alarmed at once.
  await mira.clock.setSystemTime(Date.now() + 11_000)
  const sol = await people.newPerson('Sol')
  await pressJoin(sol, link)
  await expect(sol.getByRole('heading', { name: 'This link was already opened.' })).toBeVisible()
  await inspect(sol, 'used link')
  await expect(mira.getByRole('alert')).toContainText('Someone else tried your link')
  await inspect(mira, 'home after a late opener')

  await visit(sol, `${link.slice(0, -3)}abc`)
  await expect(sol.getByRole('heading', { name: 'This link is damaged.' })).toBeVisible()
  await inspect(sol, 'damaged link')
  await visit(sol, link.replace(/#.*/, ''))
  const own = await startChat(sol)
  await button(sol, 'Withdraw link').click()
  await expect(sol.getByRole('heading', { name: 'You took this link back.' })).toBeVisible()
  await inspect(sol, 'withdrawn by oneself')
  await pressJoin(kenji, own)
  await expect(kenji.getByRole('heading', { name: 'This link was withdrawn.' })).toBeVisible()
  await inspect(kenji, 'withdrawn by the other')
})

test('connecting by hand, on both sides', async ({ people }) => {
  const [mira, kenji] = [await people.newPerson('Mira'), await people.newPerson('Kenji')]
  const link = await startChat(mira)
  await button(mira, 'Connect by hand').click()
  await inspect(mira, 'by hand, the link')
  await button(mira, 'Continue').click()
  await inspect(mira, 'by hand, their code')
  await visit(kenji, link)
  await button(kenji, 'Connect by hand').click()
  const code = (page: Page) => page.getByRole('textbox', { name: 'Your code', exact: true })
  await expect(code(kenji)).toHaveValue(/^sotto-hand-1/)
  await inspect(kenji, 'by hand, a code')
  const call = await code(kenji).inputValue()
  await mira.getByRole('textbox', { name: 'Their code', exact: true }).fill(call.slice(1))
  await button(mira, 'Continue').click()
  await expect(mira.getByRole('alert')).toContainText('That is not a Sotto code')
  await inspect(mira, 'by hand, a wrong code')
  await mira.getByRole('textbox', { name: 'Their code', exact: true }).fill(call)
  await button(mira, 'Continue').click()
  await expect(code(mira)).toHaveValue(/^sotto-hand-1/)
  await inspect(mira, 'by hand, an answer')
  await button(kenji, 'Continue').click()
  await button(kenji, 'Scan their code').click()
  await expect(kenji.getByText('Hold their screen up to the camera.')).toBeVisible()
  await inspect(kenji, 'by hand, the camera')
})

const WORDS = [
  'Hello',
  'A longer message, which goes on for some time so that it has to be broken into several lines, on a phone as on a desktop.',
  `${'unbroken'.repeat(40)} https://elsewhere.example/${'path/'.repeat(30)}`,
  '🕯️🕯️',
  'مرحبا، كيف حالك؟',
]

test('a conversation, and what can be done about it', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await inspect(mira, 'new chat')
  for (const words of WORDS) await say(mira, words)
  for (const words of WORDS) await say(kenji, `${words} `.trim() + ' too')
  await sees(mira, `${WORDS.at(-1)} too`)
  await expect(mira.getByRole('list', { name: 'Chats', exact: true }).locator('p')).toHaveCSS('direction', 'rtl')
  // A bubble lies as the page does, whatever direction its words take.
  const shapes = await bubbles(mira).evaluateAll((all) =>
    all.map((one) => getComputedStyle(one)).map((style) => [style.borderTopLeftRadius, style.borderTopRightRadius]),
  )
  const [round, flat] = ['19px', '5px']
  expect(shapes).toEqual([...WORDS.map(() => [round, flat]), ...WORDS.map(() => [flat, round])])
  const turned = await mira.evaluate(() => {
    document.documentElement.dir = 'rtl'
    const all = [...document.querySelectorAll('article [dir="auto"]')].map((one) => getComputedStyle(one))
    const corners = all.map((style) => [style.borderTopRightRadius, style.borderTopLeftRadius])
    document.documentElement.dir = 'ltr'
    return corners
  })
  expect(turned).toEqual(shapes)
  await composer(mira).fill('one\ntwo\nthree\nfour')
  await inspect(mira, 'chat, asked who this is')
  await button(mira, 'Later').click()
  await composer(mira).fill('x'.repeat(15_001))
  await expect(mira.getByRole('alert')).toContainText('too long for one message')
  await inspect(mira, 'a text that is too long')
  await composer(mira).fill('')

  await button(mira, 'Chat menu').click()
  await expect(mira.getByRole('menuitem', { name: 'Rename', exact: true })).toBeFocused()
  await inspect(mira, 'menu')
  await mira.getByRole('menuitem', { name: 'Rename', exact: true }).click()
  await expect(mira.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  await inspect(mira, 'rename')
  await mira.keyboard.press('Escape')
  await button(mira, 'Chat menu').click()
  await mira.getByRole('menuitem', { name: 'Remove contact', exact: true }).click()
  await expect(mira.getByRole('heading', { name: 'Remove Kenji?' })).toBeFocused()
  await inspect(mira, 'remove')
  await mira.keyboard.press('Escape')

  await mira.getByRole('link', { name: 'Settings', exact: true }).click()
  await inspect(mira, 'settings')
  await exportBackup(mira, 'orchard velvet nine lantern', (dialog) => inspect(mira, dialog))
  await openImport(mira)
  await inspect(mira, 'import where somebody is')
  await mira.keyboard.press('Escape')
  await mira.getByRole('searchbox', { name: 'Search', exact: true }).fill('nobody of this name')
  await expect(mira.getByText('Nothing found for')).toBeVisible()
  await inspect(mira, 'nothing found')
})

test('away, apart, in two tabs', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await kenji.goto('about:blank')
  await say(mira, 'Are you there?')
  await expect(connection(mira)).toHaveAttribute('data-state', 'waiting')
  await hasState(mira, 'Are you there?', 'queued')
  await inspect(mira, 'waiting')

  await mira.getByRole('link', { name: 'Settings', exact: true }).click()
  await mira.getByRole('switch', { name: 'Hide my IP address', exact: true }).click()
  await chatLink(mira, 'Kenji').click()
  await kenji.goBack()
  await expect(connection(mira)).toHaveAttribute('data-state', 'failed')
  await expect(connection(mira)).toContainText('No TURN server to hide behind')
  await inspect(mira, 'failed')

  await newTab(mira)
  await expect(button(mira, 'Use here')).toBeVisible()
  await inspect(mira, 'open in another tab')
})

test('the safety number, compared', async ({ people, camera }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await openSafety(kenji)
  const theirs = read(await pixels(kenji, await photograph(kenji)))
  const dialog = await openSafety(mira)
  await inspect(mira, 'safety number')
  await button(mira, 'Scan their code').click()
  await expect(verification(mira)).toContainText('Looking for the code')
  await inspect(mira, 'scan')
  camera.show(draw('nothing of ours'))
  await expect(verification(mira)).toHaveAttribute('data-result', 'unreadable')
  await inspect(mira, 'scan, not a code of ours')
  camera.show(draw(theirs))
  await expect(mira.getByRole('heading', { name: 'It is Kenji.' })).toBeVisible()
  await inspect(mira, 'match')
  await button(mira, 'Back to the chat').click()
  await inspect(mira, 'chat, verified')
  await openSafety(mira)
  await inspect(mira, 'safety number, verified')

  camera.show(draw(Buffer.concat([theirs.subarray(0, 39), randomBytes(32)])))
  await button(mira, 'Scan their code').click()
  await expect(mira.getByRole('alertdialog')).toBeVisible()
  await inspect(mira, 'mismatch')
  await reload(mira)
  await expect(mira.getByRole('alert')).toContainText('Nothing is sent in this chat')
  await inspect(mira, 'chat, stopped')
  await mira.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'))
  })
  await openSafety(mira)
  await dialog.getByRole('button', { name: 'Scan their code', exact: true }).click()
  await expect(dialog.getByRole('alert')).toContainText('may not use the camera')
  await inspect(mira, 'scan, camera refused')
})

test('names as long as they may be', async ({ people, camera }) => {
  const [mira, kenji] = await Promise.all([people.newPerson('م'.repeat(30)), people.newPerson('W'.repeat(60))])
  await joinChat(kenji, await startChat(mira))
  await Promise.all([connected(mira), connected(kenji)])
  await inspect(mira, 'a long name')
  await inspect(kenji, 'a long name from right to left')
  for (const page of [mira, kenji]) await openSafety(page)
  await inspect(mira, 'safety number, a long name')
  await inspect(kenji, 'safety number, a long name from right to left')
  for (const page of [mira, kenji]) {
    await page.keyboard.press('Escape')
    await button(page, 'Chat menu').click()
    await page.getByRole('menuitem', { name: 'Remove contact', exact: true }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await inspect(page, 'remove, a long name')
    await page.keyboard.press('Escape')
  }
  await kenji.goto('about:blank')
  await expect(connection(mira)).toHaveAttribute('data-state', 'waiting')
  await inspect(mira, 'waiting for a long name')
  await openSafety(mira)
  camera.show(draw(Buffer.concat([Buffer.from('SOTTO1\x01'), randomBytes(64)])))
  await button(mira, 'Scan their code').click()
  await expect(mira.getByRole('alertdialog')).toBeVisible()
  await inspect(mira, 'mismatch, a long name')
  await reload(mira)
  await expect(mira.getByRole('alert')).toContainText('Nothing is sent in this chat')
  await inspect(mira, 'stopped, a long name')
})
