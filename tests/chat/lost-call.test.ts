/** What a relay loses between two people who are both here costs them seconds, and not until the next heartbeat. */
import { expect, test } from 'playwright/test'
import { isHello } from '../../src/protocol/envelope.ts'
import { CALLS_PER_MINUTE } from '../../src/chat/limits.ts'
import { routesOf } from '../../src/chat/routes.ts'
import { boxes } from '../attacks/help.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, type World } from '../simulation/world.ts'

const SECOND = 1_000

/** Two who have met, and who of them calls when they meet again. */
async function scene(seed: number) {
  const { world, a, b } = await meet(seed, CALM)
  const isCaller = [...routesOf(a.page!.messenger.state!, world.now).values()].some(
    ({ of, role }) => of === 'contact' && role === 'initiator',
  )
  const [caller, other] = isCaller ? [a, b] : [b, a]
  return { world, caller, other, together: () => caller.connected && other.connected }
}

function leave(...people: readonly Person[]): void {
  for (const who of people) {
    who.page!.messenger.leave()
    who.kill()
  }
}

/** The relay loses these of what it is given from now on: the first is 0. */
function loses(world: World, which: 'calls and answers' | 'announcements', numbers: readonly number[]): void {
  const publish = world.publish.bind(world)
  let n = 0
  world.publish = (topics, content) => {
    if (isHello(content) === (which === 'announcements') && numbers.includes(n++)) return
    publish(topics, content)
  }
}

for (const [what, numbers] of [
  ['the call', [0]],
  ['the answer', [1]],
  ['the call, and the next one', [0, 1]],
] as const)
  test(`${what} gets lost: another is made`, async () => {
    for (let seed = 0; seed < 8; seed++) {
      const { world, other, together } = await scene(700 + seed)
      leave(other)
      await world.run(20 * SECOND)
      loses(world, 'calls and answers', numbers)
      other.open()
      expect(await world.run((numbers.length === 1 ? 15 : 60) * SECOND, together), `seed ${seed}`).toBe(true)
    }
  })

test('the relay begins anew with the call under way, and forgets who listens: they meet within seconds', async () => {
  for (let seed = 0; seed < 8; seed++) {
    const { world, caller, other, together } = await scene(720 + seed)
    leave(other)
    await world.run(20 * SECOND)
    loses(world, 'calls and answers', [0])
    other.open()
    await world.run(10 * SECOND, () => caller.page!.messenger.state!.links.get(caller.contactId!)!.askAt !== undefined)
    // Both announce again, the caller before the other listens; and the other by the nonce that was called.
    loses(world, 'announcements', [0])
    caller.page!.messenger.online(false)
    caller.page!.messenger.online(true)
    await world.run(2 * SECOND)
    other.page!.messenger.online(false)
    other.page!.messenger.online(true)
    expect(await world.run(15 * SECOND, together), `seed ${seed}`).toBe(true)
  }
})

test('more calls than a minute has: once there is room they meet, also if the caller announced just before', async () => {
  for (let seed = 0; seed < 8; seed++) {
    const { world, caller, other, together } = await scene(740 + seed)
    const spent = () => caller.page!.messenger.state!.links.get(caller.contactId!)!.spent
    while (spent().length < CALLS_PER_MINUTE || together()) {
      leave(other)
      await world.run(SECOND)
      other.open()
      await world.run(3 * SECOND, together)
    }
    await world.run(spent()[0]! + 55 * SECOND - world.now)
    caller.page!.messenger.online(false)
    caller.page!.messenger.online(true)
    await world.run(SECOND)
    expect(together(), `seed ${seed}`).toBe(false)
    expect(await world.run(20 * SECOND, together), `seed ${seed}`).toBe(true)
  }
})

test('who is never answered asks a few times, and then waits for the heartbeat', async () => {
  const { world, caller, other } = await scene(760)
  leave(other)
  await world.run(20 * SECOND)
  loses(
    world,
    'calls and answers',
    Array.from({ length: 1_000 }, (_, i) => i),
  )
  other.open()
  const before = boxes(world).length
  await world.run(3_600 * SECOND)
  expect(caller.connected).toBe(false)
  // Four heartbeats and three questions, each with its answer.
  expect(world.log.length - before).toBeLessThan(40)
})
