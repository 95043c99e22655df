/** Relays that are broken or mean: the people meet by any good one, and are told when there is none. */
import {
  connected,
  connection,
  expect,
  hasState,
  meet,
  pressJoin,
  reads,
  reload,
  say,
  sees,
  startChat,
  test as base,
  type People,
} from './fixtures.ts'
import { startStrangeEngine } from '../net/strange-engine.ts'
import { startRelay } from '../net/support.ts'
import type { HostileRelay } from '../net/hostile.ts'
import { configure, startBadRelays } from './odd-relays.ts'

/** The browser's own words about a server that drops its connections. */
const DROPPED = /WebSocket connection to 'ws:\/\/127\.0\.0\.1:\d+\/(relay)?' failed/

const test = base.extend<{ bad: readonly HostileRelay[] }>({
  bad: async ({ people }, use) => {
    const relays = await startBadRelays()
    for (const { url } of relays) people.allowOrigin(url)
    people.expectError(DROPPED)
    await use(relays)
    await Promise.all(relays.map((relay) => relay.close()))
  },
})

const personWith = (people: People, name: string, relays: readonly string[]) =>
  people.newPerson(name, { prepare: (context) => configure(context, JSON.stringify({ relays })) })

test('one good relay among five bad ones is enough', async ({ people, bad }) => {
  const relays = [...bad.map(({ url }) => url), '/relay']
  const [ana, ben] = await Promise.all([personWith(people, 'Ana', relays), personWith(people, 'Ben', relays)])
  await meet(ana, ben)
  await say(ana, 'through the noise')
  await sees(ben, 'through the noise')
  await expect.poll(() => bad.every((relay) => relay.met() >= 2)).toBe(true)
  await reload(ben)
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'and again')
  await hasState(ben, 'and again', 'delivered')
})

test('with bad relays only, both sides say so and what to do; a good one ends it', async ({ people, bad }) => {
  const urls = bad.map(({ url }) => url)
  const [ana, ben] = await Promise.all([personWith(people, 'Ana', urls), personWith(people, 'Ben', urls)])
  const link = await startChat(ana)
  await pressJoin(ben, link)
  for (const page of [ana, ben]) {
    await expect(connection(page)).toHaveAttribute('data-state', 'failed')
    await expect(connection(page)).toContainText('No relay can be reached')
    await expect(connection(page)).toContainText('pass the codes yourselves')
    const again = connection(page).getByRole('button', { name: 'Try again', exact: true })
    await again.click()
    await expect(again).toBeVisible()
    await expect(connection(page)).toHaveAttribute('data-state', 'failed')
  }
  // The host mends its file; both come back to what they were doing.
  for (const page of [ana, ben]) {
    await page.context().unrouteAll()
    await reload(page)
  }
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'at last')
  await sees(ana, 'at last')
})

test('two people meet by way of a relay whose engine others wrote', async ({ people }) => {
  const relay = await startStrangeEngine()
  people.allowOrigin(relay.url)
  people.expectError(DROPPED)
  const [ana, ben] = await Promise.all([personWith(people, 'Ana', [relay.url]), personWith(people, 'Ben', [relay.url])])
  await meet(ana, ben)
  await reload(ben)
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'a stranger passed this on')
  await hasState(ben, 'a stranger passed this on', 'delivered')
  await relay.close()
})

test('what is written while no relay can be reached is kept, and leaves when one can', async ({ people, bad }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await say(ana, 'before')
  await hasState(ana, 'before', 'delivered')
  await configure(ana.context(), JSON.stringify({ relays: bad.map(({ url }) => url) }))
  const place = ben.url()
  await ben.goto('about:blank')
  await reload(ana)
  await sees(ana, 'before')
  await expect(connection(ana)).toHaveAttribute('data-state', 'failed')
  await say(ana, 'kept for later')
  await hasState(ana, 'kept for later', 'queued')
  await ana.context().unrouteAll()
  await Promise.all([reload(ana), ben.goto(place)])
  await hasState(ana, 'kept for later', 'delivered')
  await reads(ben, ['before', 'kept for later'])
})

test('a conversation under way does not need its relay', async ({ people }) => {
  const relay = await startRelay()
  people.allowOrigin(relay.url)
  people.expectError(DROPPED)
  const [ana, ben] = await Promise.all([personWith(people, 'Ana', [relay.url]), personWith(people, 'Ben', [relay.url])])
  await meet(ana, ben)
  await say(ana, 'with a relay')
  await hasState(ana, 'with a relay', 'delivered')
  await relay.close()
  await say(ben, 'and without')
  await hasState(ben, 'and without', 'delivered')
  await say(ana, 'it makes no difference')
  await reads(ben, ['with a relay', 'and without', 'it makes no difference'])
  for (const page of [ana, ben]) await expect(connection(page)).toHaveAttribute('data-state', 'direct')
})
