/** Pages come and go; the conversation stays, and goes on by itself. */
import type { Page } from 'playwright/test'
import {
  arrivedOnes,
  connected,
  connection,
  expect,
  hasState,
  meet,
  messages,
  newTab,
  reads,
  ready,
  reload,
  say,
  test,
} from './fixtures.ts'
import { holdLine, letGo } from './wire.ts'

test('each page reloads, then both: the history is there, and they find each other again', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  const said: string[] = []
  const bothSay = async (what: string): Promise<void> => {
    await Promise.all([connected(ana), connected(ben)])
    await say(ana, `Ana ${what}`)
    await hasState(ana, `Ana ${what}`, 'delivered')
    await say(ben, `Ben ${what}`)
    await hasState(ben, `Ben ${what}`, 'delivered')
    said.push(`Ana ${what}`, `Ben ${what}`)
    await Promise.all([reads(ana, said), reads(ben, said)])
  }
  await bothSay('at first')
  await reload(ben)
  await reads(ben, said)
  await bothSay('after the joiner came back')
  await reload(ana)
  await reads(ana, said)
  await bothSay('after the inviter came back')
  await Promise.all([reload(ana), reload(ben)])
  await bothSay('after both came back')
})

for (const first of ['inviter', 'joiner'])
  test(`both leave, and the ${first} is back first${first === 'inviter' ? ' @firefox' : ''}`, async ({ people }) => {
    const [inviter, joiner] = await people.pair()
    const [early, late] = first === 'inviter' ? [inviter, joiner] : [joiner, inviter]
    await say(early, 'before')
    await hasState(early, 'before', 'delivered')
    const places = [early.url(), late.url()] as const
    await Promise.all([early.goto('about:blank'), late.goto('about:blank')])
    await early.goto(places[0])
    await ready(early)
    await expect(connection(early)).toHaveAttribute('data-state', 'waiting')
    await say(early, 'while alone')
    await hasState(early, 'while alone', 'queued')
    await late.goto(places[1])
    await Promise.all([connected(early), connected(late)])
    await hasState(early, 'while alone', 'delivered')
    await say(late, 'together')
    await Promise.all([early, late].map((page) => reads(page, ['before', 'while alone', 'together'])))
  })

test('what is written to someone who is away arrives when they come back, once and in order', async ({ people }) => {
  const [ana, ben] = await people.pair()
  const place = ben.url()
  await ben.goto('about:blank')
  await expect(connection(ana)).toHaveAttribute('data-state', 'waiting')
  const texts = ['one', 'two', 'three', 'four', 'five']
  for (const text of texts.slice(0, 3)) await say(ana, text)
  await reload(ana)
  await reads(ana, texts.slice(0, 3))
  for (const text of texts.slice(3)) await say(ana, text)
  await everyIs(ana, 'queued', 5)
  // The page that wrote them is gone; the next one sends them.
  const again = await newTab(ana)
  await ana.close()
  await everyIs(again, 'queued', 5)
  await ben.goto(place)
  await expect(arrivedOnes(again)).toHaveCount(5)
  await reads(ben, texts)

  await reload(ben)
  await Promise.all([connected(again), connected(ben)])
  await say(ben, 'six')
  await hasState(ben, 'six', 'delivered')
  await Promise.all([again, ben].map((page) => reads(page, [...texts, 'six'])))
})

test('what was on its way when a page went is sent again, and arrives once', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  const ben = await people.newPerson('Ben', { prepare: (context) => context.addInitScript(holdLine) })
  await meet(ana, ben)
  await say(ana, 'first')
  await hasState(ana, 'first', 'delivered')
  // Kept at Ben's, unacknowledged at Ana's: she cannot know, and must send both again.
  await letGo(ben, false)
  await say(ana, 'second')
  await say(ana, 'third')
  await reads(ben, ['first', 'second', 'third'])
  await reload(ana)
  await everyIs(ana, 'queued', 2)
  await reload(ben)
  await say(ana, 'fourth')
  await expect(arrivedOnes(ana)).toHaveCount(4)
  for (const page of [ana, ben]) await reads(page, ['first', 'second', 'third', 'fourth'])
})

test('a page that is left in the middle of a sentence keeps the message', async ({ people }) => {
  const [ana, ben] = await people.pair()
  await Promise.all([say(ana, 'just as you leave'), reload(ben)])
  await hasState(ana, 'just as you leave', 'delivered')
  await Promise.all([say(ana, 'and again'), reload(ben)])
  await hasState(ana, 'and again', 'delivered')
  for (const page of [ana, ben]) await reads(page, ['just as you leave', 'and again'])
})

async function everyIs(page: Page, state: string, count: number): Promise<void> {
  await expect(messages(page).locator(`article[data-state="${state}"]`)).toHaveCount(count)
}
