/** Two people on a host without any relay, who pass the codes themselves. */
import type { Page } from 'playwright/test'
import { connected, connection, expect, hasState, reload, say, sees, startChat, visit } from './fixtures.ts'
import { byHand, codeOf, CONFIG, next, own, paste, step, theirs } from './hand-steps.ts'
import { test } from './own-site.ts'

test.describe.configure({ timeout: 120_000 })

test('a link and two codes make a chat; after both have loaded their pages anew, three codes bring it back', async ({
  people,
  site,
}) => {
  site.put('config.json', CONFIG)
  const sockets: string[] = []
  const prepare = (context: { on: (event: 'page', run: (page: Page) => void) => void }): Promise<void> => {
    context.on('page', (page) => page.on('websocket', (socket) => sockets.push(socket.url())))
    return Promise.resolve()
  }
  const mira = await people.newPerson('Mira', { prepare })
  const kenji = await people.newPerson('Kenji', { prepare })
  const link = await startChat(mira)
  await expect(connection(mira)).toHaveAttribute('data-state', 'failed')
  await expect(byHand(mira)).toHaveCount(1)
  await byHand(mira).click()
  await expect(step(mira)).toHaveText('Step 1 of 4')
  await expect(own(mira)).toHaveValue(link)
  await next(mira).click()
  await expect(step(mira)).toHaveText('Step 2 of 4')

  await visit(kenji, link)
  await kenji.getByRole('textbox', { name: 'Your name', exact: true }).fill('Kenji')
  await byHand(kenji).click()
  await expect(step(kenji)).toHaveText('Step 1 of 3')
  const call = await codeOf(kenji)
  await next(kenji).click()
  await paste(kenji, call)
  await expect(kenji.getByRole('alert')).toContainText('That is your own code.')
  await expect(theirs(kenji)).toHaveAttribute('aria-invalid', 'true')

  await paste(mira, call.slice(0, -5))
  await expect(mira.getByRole('alert')).toContainText('This code is not whole.')
  await paste(mira, call)
  await expect(step(mira)).toHaveText('Step 3 of 4')
  const answer = await codeOf(mira)
  await next(mira).click()
  await expect(step(mira)).toHaveText('Step 4 of 4')
  await paste(kenji, answer)
  await Promise.all([connected(mira), connected(kenji)])
  await say(mira, 'Hello')
  await sees(kenji, 'Hello')
  await say(kenji, 'Hello too')
  await hasState(kenji, 'Hello too', 'delivered')

  await Promise.all([reload(mira), reload(kenji)])
  await say(mira, 'written meanwhile')
  await hasState(mira, 'written meanwhile', 'queued')
  for (const page of [mira, kenji]) {
    await expect(connection(page)).toContainText('This page names no relay')
    await byHand(page).click()
  }
  // Whose key is larger waits for a code; the other gives one first.
  await expect(own(mira).or(theirs(mira))).toBeVisible()
  await expect(own(kenji).or(theirs(kenji))).toBeVisible()
  await expect.poll(async () => (await own(mira).count()) + (await own(kenji).count())).toBe(1)
  const [gives, takes] = (await own(mira).count()) > 0 ? [mira, kenji] : [kenji, mira]
  const hello = await codeOf(gives)
  await next(gives).click()
  await paste(takes, hello)
  await expect(step(takes)).toHaveText('Step 2 of 4')
  await paste(gives, await codeOf(takes))
  const second = await codeOf(gives)
  await next(takes).click()
  await next(gives).click()
  await paste(takes, second)
  await Promise.all([connected(mira), connected(kenji)])
  await sees(kenji, 'written meanwhile')
  await hasState(mira, 'written meanwhile', 'delivered')
  expect(sockets).toEqual([])
})

test('a page that is loaded anew between the steps says so and begins again, and so can the other', async ({
  people,
  site,
}) => {
  site.put('config.json', CONFIG)
  const [mira, kenji] = [await people.newPerson('Mira'), await people.newPerson('Kenji')]
  const link = await startChat(mira)
  await byHand(mira).click()
  await next(mira).click()
  await visit(kenji, link)
  await byHand(kenji).click()
  await paste(mira, await codeOf(kenji))
  await codeOf(mira)
  await reload(kenji)
  await expect(kenji.getByText('This page was loaded anew')).toBeVisible()
  const again = await codeOf(kenji)
  await mira.getByRole('button', { name: 'Back', exact: true }).click()
  await reload(mira)
  await byHand(mira).click()
  // The link is bound: what Mira gives now is a code.
  const hello = await codeOf(mira)
  expect(hello.length).toBeLessThan(400)
  await next(mira).click()
  await paste(mira, again)
  await expect(mira.getByText('Begun before')).toBeVisible()
  await next(kenji).click()
  await paste(kenji, await codeOf(mira))
  const call = await codeOf(kenji)
  expect(call).not.toBe(again)
  await next(mira).click()
  await paste(mira, call)
  await next(kenji).click()
  await paste(kenji, await codeOf(mira))
  // In one network nobody has to press anything: the one who answered hears the other knock.
  await Promise.all([connected(mira), connected(kenji)])
})
