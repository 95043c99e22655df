/** What each harmful relay can do to a meeting: the real messenger and rendezvous, over real sockets, in real time. */
import { isDeepStrictEqual } from 'node:util'
import { expect, test as base } from 'playwright/test'
import type { RelayState } from '../../src/chat/ports.ts'
import type { LineCause } from '../../src/chat/snapshot.ts'
import type { Person } from '../simulation/person.ts'
import { joins, RealWorld } from '../simulation/over-relays.ts'
import { HARMS, startDeafRelay, startHostileRelay } from './hostile.ts'
import type { Harm, HostileRelay } from './hostile.ts'

type Kind = Harm | 'does not take connections' | 'takes connections and says nothing'

const test = base.extend<{ up: (...kinds: Kind[]) => Promise<HostileRelay[]>; world: RealWorld }>({
  up: async ({}, use) => {
    const relays: HostileRelay[] = []
    await use(async (...kinds) => {
      const started = await Promise.all(kinds.map(start))
      relays.push(...started)
      return started
    })
    await Promise.all(relays.map((relay) => relay.close()))
  },
  world: async ({}, use) => {
    const world = new RealWorld(1)
    await use(world)
    for (const person of world.people) person.kill()
  },
})

const start = (kind: Kind): Promise<HostileRelay> => {
  if (kind === 'does not take connections') return startDeafRelay(true)
  return kind === 'takes connections and says nothing' ? startDeafRelay() : startHostileRelay(kind)
}

const urls = (relays: readonly HostileRelay[]): readonly string[] => relays.map(({ url }) => url)
const ALL: readonly Kind[] = [...HARMS, 'does not take connections', 'takes connections and says nothing']
const BAD = ALL.filter((kind) => kind !== 'honest')

const two = async (world: RealWorld, relays: readonly HostileRelay[]): Promise<[Person, Person]> => [
  await world.arrive(urls(relays)),
  await world.arrive(urls(relays)),
]

for (const kind of BAD)
  test(`attack 63: a relay that ${kind}, beside an honest one: they meet, say something once, and meet again`, async ({
    up,
    world,
  }) => {
    const [bad, good] = await up(kind, 'honest')
    const [a, b] = await two(world, [bad!, good!])
    expect(await joins(world, [a, b], 5_000), 'they meet').toBe(true)
    const channels = [a, b].map(({ page }) => page?.ends.length)
    void a.actions.send(a.contactId ?? '', 'once')
    expect(await world.live(2_000, () => b.texts(false).length > 0)).toBe(true)
    b.kill()
    b.open()
    expect(await world.live(8_000, () => b.connected && a.connected), 'they meet again').toBe(true)
    expect(channels).toEqual([1, 1])
    expect(b.texts(false)).toEqual(['once'])
    expect(bad!.met()).toBeGreaterThan(1)
  })

test('attack 63: seven of them at once, beside an honest one at the end of the list: they meet all the same', async ({
  up,
  world,
}) => {
  const relays = await up(
    'accepts everything and passes nothing on',
    'pours out fifty pieces of junk a second',
    'lies about every event',
    'repeats everything five times',
    'takes 1.5 s each way',
    'hangs up after every event',
    'takes connections and says nothing',
    'honest',
  )
  const people = await two(world, relays)
  expect(await joins(world, people, 5_000)).toBe(true)
})

test('attack 63: a relay that pours out fifty pieces of junk a second is heard for no more than a few', async ({
  up,
  world,
}) => {
  const [relay] = await up('pours out fifty pieces of junk a second')
  const page = (await world.arrive([relay!.url])).page!
  void page.actions.startChat()
  const state = () => page.messenger.snapshot.network.relays[0]?.state
  expect(await world.live(2_000, () => state() === 'open')).toBe(true)
  expect(await world.live(3_000, () => state() === 'closed')).toBe(true)
  await world.skip(60_000)
  expect([state(), relay!.met()]).toEqual(['closed', 1])
})

/** What a relay does to a meeting where there is no other: nothing, or what is said of it, and of the way to the other side. */
const ALONE: Readonly<Record<Kind, 'they meet' | readonly [RelayState, LineCause]>> = {
  honest: 'they meet',
  'takes 1.5 s each way': 'they meet',
  'confirms no event': 'they meet',
  'hands a page none of its own events back': 'they meet',
  'repeats everything five times': 'they meet',
  'lies about every event': 'they meet',
  'passes on events in any order': 'they meet',
  'has a clock 200 s ahead': 'they meet',
  'talks to people': 'they meet',
  'pours out fifty pieces of junk a second': 'they meet',
  'accepts everything and passes nothing on': ['mute', 'no-relay'],
  'hands nothing on and says nothing': ['mute', 'no-relay'],
  'wants an account': ['refused', 'no-relay'],
  'wants work': ['refused', 'no-relay'],
  'blocks strangers': ['refused', 'no-relay'],
  'never answers': ['connecting', 'no-relay'],
  'finds every request too many': ['connecting', 'no-relay'],
  'pours out five hundred pieces of junk at once': ['closed', 'no-relay'],
  'sends frames of 1 MiB': ['closed', 'no-relay'],
  'closes at once': ['closed', 'no-relay'],
  'does not take connections': ['closed', 'no-relay'],
  'takes connections and says nothing': ['connecting', 'no-relay'],
  'ends every subscription': ['closed', 'no-relay'],
  'hangs up on every event': ['closed', 'no-relay'],
  'hangs up after every event': ['closed', 'no-relay'],
  'finds every event too many': ['mute', 'no-relay'],
  'finds every time wrong': ['mute', 'no-relay'],
}

for (const [kind, outcome] of Object.entries(ALONE) as [Kind, (typeof ALONE)[Kind]][])
  test(`a relay that ${kind}, and no other: ${[outcome].flat().join(', ')}`, async ({ up, world }) => {
    const people = await two(world, await up(kind))
    if (outcome === 'they meet') return expect(await joins(world, people, 20_000)).toBe(true)
    expect(await joins(world, people, 100)).toBe(false)
    await world.skip(50_000)
    for (const { page } of people) {
      const seen = (): readonly unknown[] => {
        const { network, invites, joins: joining } = page!.messenger.snapshot
        return [network.relays[0]?.state, [...invites, ...joining][0]?.line.cause]
      }
      // One that hangs up again and again is reached again and again.
      await world.live(2_000, () => isDeepStrictEqual(seen(), outcome))
      expect(seen()).toEqual(outcome)
    }
  })
