/** What becomes of a link: found later, found twice, taken back, too old, broken, or only looked at. */
import type { Page } from 'playwright/test'
import { inviteFragment, makeInvite, parseInvite } from '../../src/protocol/invite.ts'
import {
  chatLink,
  connected,
  connection,
  expect,
  goHome,
  joinChat,
  meet,
  messages,
  newTab,
  pressJoin,
  ready,
  reload,
  say,
  sees,
  startChat,
  test,
  visit,
} from './fixtures.ts'
import { breakWebRtc, countSockets } from './wire.ts'

const USED = 'This link was already opened.'
const TOO_OLD = 'This link is too old.'
const DAMAGED = 'This link is damaged.'

const ended = (page: Page, say: string) =>
  expect(page.getByRole('alert').getByRole('heading', { name: say, exact: true })).toBeVisible()

test('who made the link is away: both come and go, and meet without another press @firefox', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  const ben = await people.newPerson('Ben')
  const link = await startChat(ana)
  const home = new URL('#/', ana.url()).href
  await ana.goto('about:blank')

  await pressJoin(ben, link)
  await expect(connection(ben)).toHaveAttribute('data-state', 'connecting')
  await expect(connection(ben)).toHaveAttribute('data-state', 'waiting')
  await expect(connection(ben)).toContainText('The person who made this link is not here yet')
  await ana.goto(home)
  await Promise.all([expect(chatLink(ana, 'Ben')).toBeVisible(), connected(ben)])
  await chatLink(ana, 'Ben').click()
  await say(ana, 'Here I am')
  await sees(ben, 'Here I am')
})

test('both were away after Join was pressed: they meet when both are back', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  const ben = await people.newPerson('Ben')
  const link = await startChat(ana)
  const waiting = ana.url()
  await ana.goto('about:blank')
  await pressJoin(ben, link)
  await expect(connection(ben)).toBeVisible()
  const joining = ben.url()
  await ben.goto('about:blank')

  await ana.goto(waiting)
  await ready(ana)
  await expect(connection(ana)).toHaveAttribute('data-state', 'waiting')
  await ben.goto(joining)
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'At last')
  await sees(ana, 'At last')
})

test('the link leaves the address bar, and a reload keeps the way in', async ({ people }) => {
  const [ana, ben] = await Promise.all([people.newPerson('Ana'), people.newPerson('Ben')])
  const link = await startChat(ana)
  const secret = link.slice(link.indexOf('#/join/') + 7)
  await visit(ben, link)
  await expect(ben).toHaveURL(/#\/join\/[\w-]{22}$/)
  expect(await ben.evaluate(() => location.href + document.referrer + JSON.stringify(history.state))).not.toContain(
    secret,
  )
  // Nor does it stand a step behind.
  await ben.goBack()
  expect(ben.url()).toBe('about:blank')
  await ben.goForward()
  await ready(ben)
  await reload(ben)
  const go = ben.getByRole('button', { name: 'Join chat', exact: true })
  await expect(go).toBeEnabled()
  await go.click()
  await Promise.all([connected(ana), connected(ben)])
  // Opened once more by the same person, it leads to the chat it became.
  await visit(ben, link)
  await Promise.all([connected(ana), connected(ben)])
  expect(ben.url()).not.toContain(secret)
})

test('a link that is only looked at touches no network and is not used up', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  const link = await startChat(ana)
  for (let i = 0; i < 2; i++) {
    const looker = await people.newPerson()
    const sockets = countSockets(looker)
    await visit(looker, link)
    await expect(looker.getByRole('button', { name: 'Join chat', exact: true })).toBeEnabled()
    await reload(looker)
    await expect(looker.getByRole('button', { name: 'Join chat', exact: true })).toBeEnabled()
    expect(sockets()).toEqual([])
  }
  const ben = await people.newPerson('Ben')
  const sockets = countSockets(ben)
  await joinChat(ben, link)
  await Promise.all([connected(ana), connected(ben)])
  expect(sockets().length).toBe(1)
})

test('somebody else opens a used link: told so, and the inviter hears of it', async ({ people }) => {
  const [ana, ben, eve] = await Promise.all([people.newPerson('Ana'), people.newPerson('Ben'), people.newPerson('Eve')])
  const link = await startChat(ana)
  await joinChat(ben, link)
  await Promise.all([connected(ana), connected(ben)])
  await pressJoin(eve, link)
  await ended(eve, USED)
  // A copy of the joiner's own knock may come late: nobody is alarmed within ten seconds.
  await ana.clock.setSystemTime(Date.now() + 11_000)
  const mal = await people.newPerson('Mal')
  await pressJoin(mal, link)
  await ended(mal, USED)
  const alarm = ana.getByRole('alert').filter({ hasText: 'Someone else tried your link' })
  await expect(alarm).toContainText('compare the safety number with Ben')
  // In the chat too, where there is no list beside it, and until it was understood.
  await ana.setViewportSize({ width: 390, height: 844 })
  await expect(alarm).toHaveCount(1)
  await reload(ana)
  await expect(alarm).toHaveCount(1)
  await alarm.getByRole('button', { name: 'Understood' }).click()
  await expect(alarm).toHaveCount(0)
  await reload(ana)
  await connected(ana)
  await expect(alarm).toHaveCount(0)
  await say(ana, 'only for you')
  await sees(ben, 'only for you')
  await expect(messages(eve)).toHaveCount(0)
})

test('a link that somebody began to use is nobody else’s, and stays theirs', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  const link = await startChat(ana)
  // Ben's first page can shake hands and opens no line.
  const ben = await people.newPerson('Ben')
  await ben.addInitScript(breakWebRtc)
  await pressJoin(ben, link)
  await expect(connection(ana)).toHaveAttribute('data-state', 'connecting')
  await expect(connection(ana)).toContainText('Opening a line')

  const eve = await people.newPerson('Eve')
  await pressJoin(eve, link)
  await ended(eve, USED)
  const alert = ana.getByRole('alert').filter({ hasText: '“Eve” tried your link too' })
  await expect(alert).toHaveCount(1)
  await alert.getByRole('button', { name: 'Understood', exact: true }).click()
  await expect(alert).toHaveCount(0)

  const again = await newTab(ben)
  await ben.close()
  await Promise.all([connected(ana), connected(again)])
  await say(again, 'It was me')
  await sees(ana, 'It was me')
})

test('a withdrawn link tells whoever has it', async ({ people }) => {
  const [ana, ben, eve] = await Promise.all([people.newPerson('Ana'), people.newPerson('Ben'), people.newPerson()])
  const link = await startChat(ana)
  await visit(eve, link)
  await ana.getByRole('button', { name: 'Withdraw link', exact: true }).click()
  await expect(ana.getByRole('heading', { name: 'You took this link back.', exact: true })).toBeVisible()
  await expect(ana.getByRole('textbox', { name: 'Invite link', exact: true })).toHaveCount(0)
  for (const page of [ben, eve]) {
    if (page === ben) await pressJoin(ben, link)
    else await eve.getByRole('button', { name: 'Join chat', exact: true }).click()
    await ended(page, 'This link was withdrawn.')
  }
  // And a new one works.
  await meet(ana, ben)
  await goHome(ana)
  await expect(ana.getByRole('list', { name: 'Waiting invites', exact: true })).toHaveCount(0)
})

test('a link that nobody can use says why, and nothing is sent', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  const link = await startChat(ana)
  const [page, fragment] = link.split('#/join/') as [string, string]
  const invite = parseInvite(fragment)
  const old = makeInvite({ ...invite, expiresAt: Math.floor(Date.now() / 60_000) - 1 })
  const newer = invite.bytes.slice()
  newer[0] = 2
  const ben = await people.newPerson('Ben')
  const sockets = countSockets(ben)
  const at = 40
  const bad: readonly (readonly [fragment: string, say: string])[] = [
    [inviteFragment(old), TOO_OLD],
    [fragment.slice(0, at) + (fragment[at] === 'A' ? 'B' : 'A') + fragment.slice(at + 1), DAMAGED],
    [fragment.slice(0, -1), DAMAGED],
    [fragment.slice(0, 60), DAMAGED],
    ['', DAMAGED],
    ['<img src=x onerror=alert(1)>', DAMAGED],
    [fragment + 'A'.repeat(100_000), DAMAGED],
    [Buffer.from(newer).toString('base64url'), 'This link comes from a newer Sotto.'],
  ]
  for (const [text, sentence] of bad) {
    await visit(ben, `${page}#/join/${text}`)
    await ended(ben, sentence)
    await expect(ben.getByRole('button', { name: 'Join chat', exact: true })).toHaveCount(0)
  }
  await visit(ben, page)
  await ben.evaluate((hash) => (location.hash = hash), `#/join/${inviteFragment(old)}`)
  await ended(ben, TOO_OLD)
  expect(sockets()).toEqual([])

  await visit(ana, link)
  await ended(ana, 'This is your own link.')
  await ana.getByRole('button', { name: 'Back to the link', exact: true }).click()
  await expect(ana.getByRole('textbox', { name: 'Invite link', exact: true })).toHaveValue(link)
  // What a message put behind a link does no harm, and all the failures have used nothing up.
  await joinChat(ben, `${link}).`)
  await connected(ben)
})

test('a link grows old while it waits, on both sides', async ({ people }) => {
  const [ana, ben, cleo] = await Promise.all([people.newPerson('Ana'), people.newPerson('Ben'), people.newPerson()])
  const link = await startChat(ana)
  await visit(cleo, link)
  const sockets = countSockets(cleo)
  await ana.getByRole('link', { name: 'Back', exact: true }).click()
  await ana.getByRole('list', { name: 'Waiting invites', exact: true }).getByRole('link').click()
  // Ben joined, and nobody came: his page must not look for ever.
  await ben.addInitScript(breakWebRtc)
  await pressJoin(ben, link)
  await expect(connection(ana)).toContainText('Opening a line')
  for (const page of [ana, ben, cleo]) {
    await page.clock.setSystemTime(Date.now() + 25 * 3_600_000)
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
  }
  await ended(ben, TOO_OLD)
  await ended(cleo, TOO_OLD)
  await expect(ana.getByRole('heading', { name: 'Nobody opened this link in time.', exact: true })).toBeVisible()
  expect(sockets()).toEqual([])
  // What ended is not kept.
  await visit(ben, new URL('#/', ben.url()).href)
  await expect(ben.getByRole('list', { name: 'Links you opened', exact: true })).toHaveCount(0)
})
