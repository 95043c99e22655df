/** What a relay loses between two people who are both here costs them seconds, and not until the next heartbeat. */
import { expect, test } from 'playwright/test'
import { isHello } from '../../src/protocol/envelope.ts'
import { CALLS_PER_MINUTE, JOIN_HELLO_AFTER } from '../../src/chat/limits.ts'
import { boxes } from '../attacks/help.ts'
import { arrive, makeLink, openLink } from '../simulation/meeting.ts'
import { CALM, World } from '../simulation/world.ts'
import { leave, loses, oldAnnouncements, scene, SECOND } from './losing.ts'

for (const gone of ['the caller', 'the other', 'both'] as const)
  test(`${gone} come back, and any one event gets lost`, async () => {
    for (let seed = 0; seed < 4; seed++)
      for (let lost = 0; lost < 6; lost++) {
        const { world, caller, other, together } = await scene(700 + seed)
        const away = gone === 'both' ? [caller, other] : [gone === 'the caller' ? caller : other]
        leave(...away)
        await world.run(40 * SECOND)
        loses(world, 'anything', [lost])
        for (const who of away) who.open()
        expect(await world.run(21 * SECOND, together), `seed ${seed}, event ${lost}`).toBe(true)
      }
  })

test('a link is opened, and any one event or two get lost', async () => {
  for (let lost = 0; lost < 36; lost++) {
    const [one, two] = [Math.floor(lost / 6), lost % 6]
    if (one > two) continue
    const world = new World(710 + lost, CALM)
    const [a, b] = [await arrive(world), await arrive(world)]
    const link = await makeLink(a)
    await world.run(20 * SECOND)
    loses(world, 'anything', [one, two])
    await openLink(b, link)
    const within = one === two ? 12 : 25
    expect(await world.run(within * SECOND, () => a.connected && b.connected), `events ${one}, ${two}`).toBe(true)
  }
})

test('a line opens just when an unanswered knock would be followed by an announcement: one handshake', async () => {
  for (let opensAfter = 1_300; opensAfter < JOIN_HELLO_AFTER; opensAfter += 4) {
    const world = new World(720, CALM)
    const [a, b] = [await arrive(world), await arrive(world)]
    const link = await makeLink(a)
    world.opensAfter = opensAfter
    await openLink(b, link)
    expect(await world.run(20 * SECOND, () => a.connected && b.connected)).toBe(true)
    await world.run(30 * SECOND)
    expect(boxes(world), `after ${opensAfter} ms`).toHaveLength(2)
  }
})

test('a call gets lost, and the next one too: they meet within a minute', async () => {
  for (let seed = 0; seed < 8; seed++) {
    const { world, other, together } = await scene(730 + seed)
    leave(other)
    await world.run(20 * SECOND)
    loses(world, 'calls and answers', [0, 1])
    other.open()
    expect(await world.run(60 * SECOND, together), `seed ${seed}`).toBe(true)
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
  let calls = 0
  const publish = world.publish.bind(world)
  world.publish = (topics, content) => (isHello(content) ? publish(topics, content) : void calls++)
  other.open()
  const before = world.log.length
  await world.run(3_600 * SECOND)
  expect(caller.connected).toBe(false)
  // For four to six heartbeats of each and three questions, with their answers.
  expect(world.log.length - before).toBeLessThan(40)
  expect(calls).toBeLessThan(20)
})

test('an answer ends the asking: each time something gets lost there are as many questions as ever', async () => {
  const { world, other, together } = await scene(770)
  for (let round = 0; round < 3; round++) {
    leave(other)
    await world.run(150 * SECOND)
    const undo = world.publish
    loses(world, 'calls and answers', [0, 1])
    other.open()
    expect(await world.run(60 * SECOND, together), `round ${round}`).toBe(true)
    world.publish = undo
    const said = world.log.length
    await world.run(100 * SECOND)
    expect(world.log.length - said, 'nothing more is asked').toBe(0)
  }
})

for (const nonces of [1, 2, 4])
  test(`a relay repeats ${nonces} old announcements of somebody, twenty times a second: who comes back is there at once`, async () => {
    for (let seed = 920; seed < 923; seed++) {
      const { world, other, together } = await scene(seed)
      const old = await oldAnnouncements(world, other, nonces, together)
      leave(other)
      await world.run(20 * SECOND)
      const again = (): void => {
        for (const { topics, content } of old) world.publish(topics, content)
        world.after(50, again)
      }
      const said = boxes(world).length
      again()
      await world.run(100 * SECOND)
      expect(boxes(world).length, 'each was answered, and none is called').toBe(said)
      other.open()
      expect(await world.run(10 * SECOND, together), `seed ${seed}`).toBe(true)
    }
  })

test('a page that begins anew calls an old announcement, repeated as often as a relay likes, now and then', async () => {
  const { world, caller, other } = await scene(930)
  leave(other)
  await world.run(70 * SECOND)
  const from = world.log.length
  other.open()
  await world.run(20 * SECOND)
  const old = world.log.slice(from).find(({ content }) => isHello(content))!
  leave(caller, other)
  await world.run(20 * SECOND)
  caller.open()
  await world.run(2 * SECOND)
  const before = boxes(world).length
  const again = (): void => {
    world.publish(old.topics, old.content)
    world.after(50, again)
  }
  again()
  for (const [seconds, calls] of [
    [3, 1],
    [25, 2],
    [25, 3],
  ] as const) {
    await world.run(seconds * SECOND)
    expect(boxes(world).length - before).toBe(calls)
  }
})

for (const which of ['caller', 'other'] as const)
  test(`the ${which} hides from now on: the line ends with a goodbye, and the one announcement gets lost`, async () => {
    const { world, together, ...people } = await scene(910)
    const iceServers = [{ urls: ['turn:t.example:3478'], username: 'u', credential: 'c' }]
    for (const who of [people.caller, people.other])
      void who.page!.messenger.dispatch({
        type: 'settings',
        settings: { relays: ['ws://r'], iceServers, relayOnly: false },
      })
    await world.run(60 * SECOND)
    loses(world, 'announcements', [0])
    void people[which].page!.messenger.dispatch({ type: 'profile', change: { hideIp: true } })
    await world.run(SECOND)
    expect(together()).toBe(false)
    expect(await world.run(30 * SECOND, together)).toBe(true)
  })
