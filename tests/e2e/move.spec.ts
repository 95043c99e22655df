/** Everything straight to another device, over a line of its own, on the built page with its real headers. */
import type { Page } from 'playwright/test'
import { button } from './backup-dialogs.ts'
import {
  chatLink,
  connected,
  connection,
  expect,
  hasState,
  newTab,
  reads,
  reload,
  say,
  sees,
  startChat,
  test,
  visit,
} from './fixtures.ts'
import { inspect } from './inspect.ts'
import { hide, isLocked, setPassphrase, unlock } from './lock-screen.ts'
import { compareNumbers, makeMoveLink, moveDialog, number } from './move-steps.ts'

test.describe.configure({ timeout: 240_000 })

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true })

async function asksAboutCopy(page: Page): Promise<void> {
  await expect(connection(page)).toHaveAttribute('data-state', 'failed', { timeout: 60_000 })
}

test('everything is on the new device, the others are asked once, and the conversation goes on there @firefox', async ({
  people,
}) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  for (const text of ['one', 'two']) await say(ana, text)
  await say(ben, 'three')
  await sees(ana, 'three')
  const chat = new URL(ana.url())
  const link = await makeMoveLink(ana)
  const anew = await people.newPerson()
  await compareNumbers(ana, anew, link)
  await expect(heading(ana, 'Everything is on the new device.')).toHaveCount(0)
  await button(ana, 'Yes, move everything').click()
  await expect(heading(ana, 'Everything is on the new device.')).toBeVisible({ timeout: 60_000 })

  // What is said now is for the new device alone.
  await say(ben, 'while it moved')
  await chatLink(anew, 'Ben').click()
  expect(new URL(anew.url()).hash).toBe(chat.hash)
  await reads(anew, ['one', 'two', 'three'])
  await Promise.all([asksAboutCopy(anew), asksAboutCopy(ben)])
  await button(ben, 'Continue').click()
  await button(anew, 'Continue').click()
  for (const page of [anew, ben])
    await expect(connection(page)).toHaveAttribute('data-state', /^(direct|relayed)$/, { timeout: 75_000 })
  await sees(anew, 'while it moved')
  await say(anew, 'from the new one')
  await sees(ben, 'from the new one')
  await hasState(ben, 'while it moved', 'delivered')
  await anew.goto(new URL('#/settings', anew.url()).href)
  await expect(anew.getByRole('textbox', { name: 'Your name', exact: true })).toHaveValue('Ana')

  await button(ana, 'Erase everything').click()
  const erasing = ana.getByRole('dialog', { name: 'Erase everything', exact: true })
  await erasing.getByRole('textbox').fill('erase')
  await button(erasing, 'Erase everything').click()
  await expect(button(ana, 'Start a chat')).toBeVisible()
})

test('cut in the middle nobody has lost anything, and a new link does it', async ({ people }) => {
  const [ana] = await people.pair('Ana', 'Ben')
  await say(ana, 'needle')
  const home = new URL('#/', ana.url()).href
  const anew = await people.newPerson()
  await compareNumbers(ana, anew, await makeMoveLink(ana))
  // The new device goes away with the number on its screen.
  await anew.goto('about:blank')
  await expect(moveDialog(ana).getByRole('alert')).toContainText('The line broke.')
  await button(moveDialog(ana), 'Close').last().click()
  await expect(moveDialog(ana)).toHaveCount(0)
  await visit(anew, home)
  await expect(button(anew, 'Start a chat')).toBeVisible()

  // The old one does, while it writes: what leaves it is held back as soon as it begins.
  await compareNumbers(ana, anew, await makeMoveLink(ana))
  await ana.evaluate(() => {
    RTCDataChannel.prototype.send = function close() {
      this.close()
    }
  })
  await button(ana, 'Yes, move everything').click()
  await expect(heading(ana, 'It did not get there.')).toBeVisible()
  await expect(heading(anew, 'It did not get here.')).toBeVisible()
  await button(anew, 'To the first page').click()
  await expect(button(anew, 'Start a chat')).toBeVisible()
  await button(ana, 'Back to the chats').click()
  await expect(heading(ana, 'Settings')).toBeVisible()
  await reload(ana)
  await chatLink(ana, 'Ben').click()
  await reads(ana, ['needle'])
  await connected(ana)
  await reload(anew)
  await expect(button(anew, 'Start a chat')).toBeVisible()

  await compareNumbers(ana, anew, await makeMoveLink(ana))
  await button(ana, 'Yes, move everything').click()
  await expect(heading(ana, 'Everything is on the new device.')).toBeVisible({ timeout: 60_000 })
  await button(ana, 'Keep it here, too').click()
  await expect(chatLink(ana, 'Ben')).toBeVisible()
  await chatLink(anew, 'Ben').click()
  await reads(anew, ['needle'])
})

test('a number that differs, a second opener, a link that is over, and a device with chats', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  await startChat(ana)
  const link = await makeMoveLink(ana)
  const [anew, thief] = [await people.newPerson(), await people.newPerson()]
  await compareNumbers(ana, anew, link)
  await visit(thief, link)
  await button(thief, 'Begin').click()
  await expect(thief.getByRole('alert')).toContainText('Somebody opened this link before.')
  await expect(moveDialog(ana).getByRole('alert')).toContainText('Somebody else opened the link as well.')
  // Opened once more in the same page, it is looked at once more.
  await thief.evaluate((to) => location.assign(to), link)
  await expect(button(thief, 'Begin')).toBeEnabled()
  await button(ana, 'No, stop').click()
  await expect(moveDialog(ana).getByRole('alert')).toContainText('Whoever opened the link gets nothing')
  await expect(anew.getByRole('alert')).toContainText('somebody said that the numbers differ')
  await button(moveDialog(ana), 'Close').last().click()

  await visit(thief, `${link.slice(0, -3)}abc`)
  await expect(thief.getByRole('alert')).toContainText('A part of the link is missing or changed.')
  await visit(ana, link)
  await expect(ana.getByRole('alert')).toContainText('There are chats in this browser already')
  await visit(thief, link)
  await button(thief, 'Begin').click()
  await expect(thief.getByText('It does not answer.')).toBeVisible({ timeout: 20_000 })
  const tab = await newTab(thief, link)
  await expect(button(tab, 'Begin')).toBeEnabled()
})

test('a page that locks by itself does so too when everything has gone', async ({ people }) => {
  const [ana] = await people.pair('Ana', 'Ben')
  await setPassphrase(ana, 'open sesame')
  await ana.getByRole('switch', { name: 'Lock when hidden', exact: true }).check()
  const anew = await people.newPerson()
  await compareNumbers(ana, anew, await makeMoveLink(ana))
  await button(ana, 'Yes, move everything').click()
  await expect(heading(ana, 'Everything is on the new device.')).toBeVisible({ timeout: 60_000 })
  await hide(ana, true)
  await isLocked(ana)
  await hide(ana, false)
  await unlock(ana, 'open sesame')
  await expect(chatLink(ana, 'Ben')).toBeVisible()
})

test('the screens of a move', async ({ people }) => {
  const [ana] = await people.pair('Ana', 'Ben')
  const link = await makeMoveLink(ana)
  await inspect(ana, 'a link for the new device')
  const anew = await people.newPerson()
  await visit(anew, link)
  await expect(button(anew, 'Begin')).toBeEnabled()
  await inspect(anew, 'before it comes')
  await compareNumbers(ana, anew, link)
  await inspect(ana, 'the number on the old device')
  await inspect(anew, 'the number on the new device')
  await expect(number(ana)).toBeVisible()
  await button(ana, 'Yes, move everything').click()
  await expect(heading(ana, 'Everything is on the new device.')).toBeVisible({ timeout: 60_000 })
  await inspect(ana, 'all of it is there')
  await visit(anew, link)
  await inspect(anew, 'there are chats already')
})
