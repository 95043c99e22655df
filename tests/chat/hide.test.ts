/** An address that is hidden from one contact, or from all: no line is left that shows it, and none is opened. */
import { expect, test } from 'playwright/test'
import { goLive } from '../../src/chat/conversation.ts'
import { relaysOf, routesOf } from '../../src/chat/routes.ts'
import { step } from '../../src/chat/step.ts'
import type { Event } from '../../src/chat/step.ts'
import { toHex } from '../../src/protocol/bytes.ts'
import { isHello } from '../../src/protocol/envelope.ts'
import type { Caller } from '../../src/chat/state.ts'
import { Turn } from '../../src/chat/turn.ts'
import { inviteFragment, makeInvite } from '../../src/protocol/invite.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import { liveOf } from '../attacks/help.ts'
import { makeLink, meet, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'

const TURN = { urls: 'turn:t.example', username: 'u', credential: 'c' }

/** Two people with a line, and a server to hide behind. */
async function meetWithTurn(seed: number) {
  const met = await meet(seed, CALM)
  for (const who of [met.a, met.b]) offerTurn(who)
  await met.world.run(1_000)
  return met
}

function offerTurn(who: Person): void {
  const settings = { relays: ['ws://r'], iceServers: [TURN], relayOnly: false }
  void who.page!.messenger.dispatch({ type: 'settings', settings })
}

/** Of the channels this person's page made since, whether each was to be relayed. */
const asked = (who: Person, since = 0) => who.page!.ends.slice(since).map((end) => end.relayOnly)

for (const [what, hide, show] of [
  ['this contact', (who: Person) => who.actions.setContactHideIp(who.contactId!, true), undefined],
  ['all', (who: Person) => void who.actions.setHideIp(true), (who: Person) => void who.actions.setHideIp(false)],
] as const)
  test(`attack 66: hidden from ${what}: the line that shows the address ends at once, and the next one does not`, async () => {
    const { world, a, b } = await meetWithTurn(1)
    const [before, line] = [a.page!.ends.length, liveOf(a)?.peer]
    hide(a)
    expect(await world.run(20_000, () => a.connected && b.connected && liveOf(a)?.peer !== line)).toBe(true)
    expect(asked(a, before)).toEqual([true])
    // A line that hides it serves as well when it may be seen again.
    const hidden = liveOf(a)?.peer
    if (show) show(a)
    else a.actions.setContactHideIp(a.contactId!, false)
    await world.run(5_000)
    expect(liveOf(a)?.peer).toBe(hidden)
  })

test('attack 66: hidden from one contact stays so after the page was closed, and whoever calls', async () => {
  for (const seed of [2, 3]) {
    const { world, a, b } = await meetWithTurn(seed)
    a.actions.setContactHideIp(a.contactId!, true)
    await world.run(1_000)
    a.kill()
    a.open()
    await world.run(1_000, () => a.ready)
    expect(a.page!.messenger.snapshot.chats[0]?.hideIp).toBe(true)
    offerTurn(a)
    expect(await world.run(60_000, () => a.connected && b.connected), `seed ${seed}`).toBe(true)
    expect(asked(a).filter((relayOnly) => !relayOnly)).toEqual([])
  }
})

for (const who of ['makes', 'opens'] as const)
  test(`attack 66: hidden from one contact who comes by another link, which the hider ${who}: hidden there too`, async () => {
    const { world, a, b } = await meetWithTurn(4)
    a.actions.setContactHideIp(a.contactId!, true)
    await world.run(20_000, () => a.connected && b.connected)
    const before = a.page!.ends.length
    const [inviter, joiner] = who === 'makes' ? [a, b] : [b, a]
    await openLink(joiner, await makeLink(inviter))
    await world.run(20_000)
    expect(asked(a, before).length).toBeGreaterThan(0)
    expect(asked(a, before).filter((relayOnly) => !relayOnly)).toEqual([])
  })

test('hidden from one contact: no relay that a link of theirs names is told of the address', async () => {
  const { world, a, b } = await meetWithTurn(5)
  const inviter = b.disk.profile!.identityPublic as PublicKey
  const expiresAt = Math.floor(world.now / 60_000) + 1_000
  const link = { relayOnly: false, manual: false, expiresAt, inviter, relays: ['wss://theirs.example/'] }
  await openLink(a, inviteFragment(makeInvite({ ...link, secret: world.random(32) })))
  await world.run(100)
  expect(relaysOf(a.page!.messenger.state!)).toEqual(['ws://r', 'wss://theirs.example/'])
  a.actions.setContactHideIp(a.contactId!, true)
  await world.run(20_000)
  expect(relaysOf(a.page!.messenger.state!)).toEqual(['ws://r'])
})

for (const who of ['makes', 'opens'] as const)
  test(`hidden from one contact while a line by another link, which the hider ${who}, is being opened: it ends, and none shows the address`, async () => {
    const { world, a, b } = await meetWithTurn(4)
    const [inviter, joiner] = who === 'makes' ? [a, b] : [b, a]
    const before = a.page!.ends.length
    await openLink(joiner, await makeLink(inviter))
    await world.run(5_000, () => a.page!.ends.length > before)
    expect(asked(a, before)).toEqual([false])
    a.actions.setContactHideIp(a.contactId!, true)
    const shows = () => liveOf(a) && !a.page!.ends[liveOf(a)!.peer - 1]!.relayOnly
    const attempts = () => [...a.page!.messenger.state!.links.values()].flatMap((link) => link.attempts)
    await world.run(1_000, () => !shows())
    expect(attempts().filter((attempt) => !attempt.relayOnly)).toEqual([])
    expect(await world.run(60_000, () => shows() === true)).toBe(false)
    expect([a.connected, b.connected]).toEqual([true, true])
  })

test('a line dialled before its person had to be hidden from does not take the place of one that hides', async () => {
  const { world, a } = await meetWithTurn(6)
  a.actions.setContactHideIp(a.contactId!, true)
  await world.run(20_000)
  const state = a.page!.messenger.state!
  const live = liveOf(a)!
  const attempt = { role: 'initiator', peer: 99, route: { link: a.contactId! } } as unknown as Caller
  for (const relayOnly of [false, true]) {
    const turn = new Turn(state, { now: world.now, random: world.random })
    goLive(turn, a.contactId!, { ...attempt, relayOnly }, live.session)
    const hungUp = turn.effects.flatMap((effect) => (effect.do === 'hangup' ? [effect.peer] : []))
    expect([turn.link(a.contactId!).live?.peer, hungUp]).toEqual(relayOnly ? [99, [live.peer]] : [live.peer, [99]])
  }
})

test('hidden from all: an answer that was made before is not given again, whoever repeats the call', async () => {
  const { world, a, b } = await meetWithTurn(5)
  const old = [...world.log]
  for (const who of [a, b]) void who.actions.setHideIp(true)
  await world.run(20_000)
  for (const { topics, content } of old) world.publish(topics, content)
  const repeated = world.log.length
  await world.run(5_000)
  const known = new Set(old.map(({ content }) => toHex(content)))
  expect(world.log.slice(repeated).filter(({ content }) => known.has(toHex(content))).length).toBe(0)
})

for (const [what, event] of [
  ['all', (): Event => ({ type: 'profile', change: { hideIp: true } })],
  ['this contact', (who: Person): Event => ({ type: 'hide-from', id: who.contactId!, hideIp: true })],
] as const)
  test(`hidden from ${what}: a handshake that still waits for a relay is taken back, before another is made`, async () => {
    const { world, a } = await meetWithTurn(7)
    const state = a.page!.messenger.state!
    const { effects } = step(state, event(a), { now: world.now, random: world.random })
    const topics = [...routesOf(state, world.now)].flatMap(([topic, r]) => (r.link === a.contactId ? [topic] : []))
    expect(topics.length).toBeGreaterThan(0)
    const [first] = effects.filter((effect) => effect.do === 'take-back' || effect.do === 'publish')
    expect(first?.do === 'take-back' ? first.topics : []).toEqual(expect.arrayContaining(topics))
  })

for (const what of ['with a line', 'while joining'])
  test(`a switch turned to and fro ${what} does not announce faster than it may`, async () => {
    const { world, a, b } = await meetWithTurn(9)
    if (what === 'while joining') {
      const link = await makeLink(b)
      b.kill()
      a.actions.removeContact(a.contactId!)
      await openLink(a, link)
    }
    const before = world.log.length
    for (let i = 0; i < 8; i++) {
      void a.actions.setHideIp(i % 2 === 0)
      await world.run(2_000)
    }
    for (let i = 0; i < 40; i++) {
      void a.actions.setHideIp(i % 2 === 0)
      await world.run(100)
    }
    const hellos = world.log.slice(before).filter(({ content }) => isHello(content))
    expect(hellos.length).toBeGreaterThan(0)
    expect(hellos.length).toBeLessThanOrEqual(6)
  })
