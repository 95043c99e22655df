/** A relay's health counts what it delivers, not what it acknowledges. */
import { expect, test as base } from 'playwright/test'
import { startHostileRelay } from './hostile.ts'
import type { Harm, HostileRelay } from './hostile.ts'
import { Page, topic } from './support.ts'

type Published = { readonly tags: readonly (readonly string[])[]; readonly content: string }

const test = base.extend<{ relay: (harm: Harm) => Promise<HostileRelay>; me: Page }>({
  relay: async ({}, use) => {
    const relays: HostileRelay[] = []
    await use(async (harm) => {
      const relay = await startHostileRelay(harm)
      relays.push(relay)
      return relay
    })
    await Promise.all(relays.map((relay) => relay.close()))
  },
  me: async ({}, use) => {
    const page = new Page()
    await use(page)
    page.rendezvous.stop()
  },
})

const LOST_AFTER = 15_000
const DROPS = 'accepts everything and passes nothing on'

const published = ({ messages }: HostileRelay): readonly Published[] =>
  messages.filter((m) => m[0] === 'EVENT').map((m) => m[1] as Published)

/** Publishes and waits until the relay has got so many in all. */
async function publish(page: Page, relay: HostileRelay, topics: readonly string[], total: number): Promise<void> {
  page.publish(topics, { kind: 'hello' })
  await expect.poll(() => published(relay).length).toBe(total)
}

/** Everything that this relay has said by now has been read. */
async function settled(page: Page, relay: HostileRelay): Promise<void> {
  const closed = (): number => relay.messages.filter((m) => m[0] === 'CLOSE').length
  const before = closed()
  page.rendezvous.nudge()
  await expect.poll(closed).toBeGreaterThan(before)
}

for (const harm of [DROPS, 'hands nothing on and says nothing'] as const)
  test(`attack 64: a relay that ${harm}: one event lost is asked after by another, two lost are said, one that comes ends it`, async ({
    me: page,
    relay: start,
  }) => {
    const relay = await start(harm)
    const t = topic()
    await page.start(relay.url).listen(t)
    await publish(page, relay, [t], 1)
    await settled(page, relay)
    page.clock.advance(LOST_AFTER - 1)
    expect(published(relay).length).toBe(1)
    page.clock.advance(1)
    await expect.poll(() => published(relay).length).toBe(2)
    const { tags, content } = published(relay)[1]!
    const [, , filter] = relay.messages.find((m) => m[0] === 'REQ') as [string, string, { '#p': string[] }]
    expect([tags.length, Buffer.from(content, 'base64').length], 'it looks like a hello').toEqual([4, 184])
    expect(tags.filter(([, value = '']) => filter['#p'].includes(value)).length, 'and would come back').toBe(1)
    expect(tags, 'and means nothing to anybody').not.toContainEqual(['p', t])
    page.clock.advance(LOST_AFTER - 1)
    expect(page.states()).toEqual(['connecting', 'open'])
    page.clock.advance(1)
    expect(page.states()).toEqual(['connecting', 'open', 'mute'])
    relay.become('honest')
    await publish(page, relay, [t], 3)
    await page.reaches('open')
    expect(page.arrived(), 'what is our own is no news').toEqual([])
  })

test('an honest relay is never asked, nor one that refuses an event and says so', async ({
  me: page,
  relay: start,
}) => {
  const relay = await start('honest')
  const t = topic()
  await page.start(relay.url).listen(t)
  await publish(page, relay, [t], 1)
  await settled(page, relay)
  relay.become('finds every time wrong')
  await publish(page, relay, [t], 3)
  await settled(page, relay)
  page.clock.advance(LOST_AFTER)
  relay.become('finds every event too many')
  await publish(page, relay, [t], 4)
  await settled(page, relay)
  page.clock.advance(LOST_AFTER)
  expect(published(relay).length).toBe(4)
  expect(new Set(page.states())).toEqual(new Set(['connecting', 'open']))
})

test('what others publish counts as well, what came before and what is on no topic of ours does not', async ({
  me: page,
  relay: start,
}) => {
  const [relay, other] = [await start('hands a page none of its own events back'), await start('honest')]
  const [t, elsewhere] = [topic(), topic()]
  await page.start(relay.url, other.url).listen(t)
  await expect.poll(() => page.heard().length).toBe(2)
  const friend = await new Page().start(relay.url, other.url).listen(t)
  await expect.poll(() => friend.heard().length).toBe(2)
  page.publish([elsewhere], { relay: relay.url })
  await expect.poll(() => published(relay).length).toBe(1)
  page.clock.advance(LOST_AFTER) // nobody would hand that back
  await settled(page, relay)
  expect(published(relay).length).toBe(1)
  await publish(page, relay, [t], 2)
  friend.publish([t], { relay: relay.url })
  await expect.poll(() => page.arrived().length).toBe(1)
  page.clock.advance(LOST_AFTER)
  await settled(page, relay)
  expect(published(relay).length, 'delivered, so nothing is asked').toBe(3)
  friend.rendezvous.stop()
})

test('two events lost at once are one sign, and within half an hour there is one question', async ({
  me: page,
  relay: start,
}) => {
  const relay = await start(DROPS)
  const t = topic()
  await page.start(relay.url).listen(t)
  await publish(page, relay, [t], 1)
  await publish(page, relay, [t], 2)
  page.clock.advance(LOST_AFTER)
  await expect.poll(() => published(relay).length).toBe(3)
  expect(page.states().at(-1)).toBe('open')
  relay.become('honest')
  await publish(page, relay, [t], 4)
  page.clock.advance(LOST_AFTER)
  await publish(page, relay, [t], 5)
  relay.become(DROPS)
  await settled(page, relay)
  await publish(page, relay, [t], 6)
  page.clock.advance(LOST_AFTER)
  await settled(page, relay)
  expect(published(relay).length).toBe(6)
  await publish(page, relay, [t], 7)
  page.clock.advance(LOST_AFTER)
  expect(page.states().at(-1), 'two in a row, also without a question').toBe('mute')
})

for (const [harm, refusals] of [
  ['finds every event too many', 1],
  ['finds every time wrong', 2],
] as const)
  test(`a relay that ${harm}, and never took any: said at once`, async ({ me: page, relay: start }) => {
    const relay = await start(harm)
    const t = topic()
    await page.start(relay.url).listen(t)
    await publish(page, relay, [t], refusals)
    await page.reaches('mute')
    relay.become('honest')
    page.clock.advance(45_000)
    await settled(page, relay)
    page.clock.advance(45_000)
    await publish(page, relay, [t], refusals + 1)
    await page.reaches('open')
  })

test('a connection that ends with an event under way proves nothing', async ({ me: page, relay: start }) => {
  const relay = await start('hangs up on every event')
  const t = topic()
  await page.start(relay.url).listen(t)
  for (let i = 1; i <= 3; i++) {
    await publish(page, relay, [t], i)
    await page.reaches('closed')
    page.clock.advance(1_000)
    page.rendezvous.nudge()
    await page.reaches('open')
  }
  page.clock.advance(LOST_AFTER)
  await settled(page, relay)
  expect(page.states()).not.toContain('mute')
  expect(published(relay).length).toBe(3)
})
