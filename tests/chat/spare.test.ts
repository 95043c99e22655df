/** An offer that is kept ready for who may be back in a moment: nobody hears of it, it says nothing, and it does not stay. */
import { expect, test } from 'playwright/test'
import { prepare } from '../../src/chat/dialling.ts'
import { BEGINNING, SPARE_WITHIN } from '../../src/chat/limits.ts'
import { routesOf } from '../../src/chat/routes.ts'
import type { State } from '../../src/chat/state.ts'
import { Turn } from '../../src/chat/turn.ts'
import { boxes, dials } from '../attacks/help.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'

/** Two who have met; `caller` is the one that calls when they meet again, and has the chat on the screen if it is `shown`. */
async function scene(seed: number, shown: boolean, began?: number) {
  const { world, a, b } = await meet(seed, CALM, began)
  const isCaller = (who: Person) => {
    const routes = [...routesOf(who.page!.messenger.state!, world.now).values()]
    return routes.find(({ of }) => of === 'contact')?.role === 'initiator'
  }
  const [caller, other] = isCaller(a) ? [a, b] : [b, a]
  for (const who of [caller, other]) {
    who.actions.present(true)
    if (shown) who.actions.openChat(who.contactId!)
    else who.actions.closeChat()
  }
  // Until the page is not a new one any more.
  await world.run(6_000)
  return { world, caller, other }
}

const attemptsOf = (who: Person) => who.page!.messenger.state!.links.get(who.contactId!)?.attempts ?? []
const lineOf = (who: Person) => who.page!.messenger.snapshot.chats[0]!.line

function leave(who: Person): void {
  who.page!.messenger.leave()
  who.kill()
}

test('who has the chat on the screen has an offer ready as the other leaves, and calls with it', async () => {
  const { world, caller, other } = await scene(1, true)
  const [before, said] = [dials(caller), boxes(world).length]
  leave(other)
  await world.run(2_000, () => attemptsOf(caller).some(({ phase }) => phase === 'calling'))
  expect(attemptsOf(caller)).toMatchObject([{ role: 'initiator', phase: 'calling', nonces: [], calls: [] }])
  // Nobody is being called: the screen does not say so.
  expect(lineOf(caller)).toEqual({ state: 'waiting', cause: 'absent' })
  expect([dials(caller) - before, boxes(world).length - said]).toEqual([1, 0])
  other.open()
  expect(await world.run(8_000, () => caller.connected && other.connected)).toBe(true)
  expect(dials(caller) - before).toBe(1)
})

test('an hour before midnight, when they have two topics, it is for either', async () => {
  for (let seed = 20; seed < 26; seed++) {
    const { world, caller, other } = await scene(seed, true, Date.UTC(2026, 10, 26, 23))
    const before = dials(caller)
    leave(other)
    await world.run(2_000, () => attemptsOf(caller).some(({ phase }) => phase === 'calling'))
    other.open()
    expect(await world.run(8_000, () => caller.connected && other.connected)).toBe(true)
    await world.run(SPARE_WITHIN)
    expect(dials(caller) - before, `seed ${seed}`).toBe(1)
  }
})

test('nobody comes: it goes, and is no failure', async () => {
  const { world, caller, other } = await scene(2, true)
  leave(other)
  await world.run(SPARE_WITHIN + 3_000)
  expect([attemptsOf(caller), lineOf(caller)]).toEqual([[], { state: 'waiting', cause: 'absent' }])
  expect(caller.page!.ends.filter(({ closed }) => !closed)).toEqual([])
  other.open()
  expect(await world.run(30_000, () => caller.connected && other.connected)).toBe(true)
})

test('a page begins: it is ready as soon as somebody is seen to look at the chat', async () => {
  const { world, caller, other } = await scene(6, true)
  leave(other)
  leave(caller)
  await world.run(SPARE_WITHIN + 3_000)
  caller.open()
  await world.run(1_000, () => caller.ready)
  // As screens do it: that the end of it is in view can only be told once it is there.
  caller.actions.openChat(caller.contactId!)
  await world.run(500)
  expect(dials(caller)).toBe(0)
  caller.actions.present(true)
  await world.run(500)
  expect([dials(caller), attemptsOf(caller)]).toMatchObject([1, [{ role: 'initiator', calls: [] }]])
  // Looking away and back later is no beginning.
  await world.run(SPARE_WITHIN + BEGINNING)
  for (const here of [false, true]) caller.actions.present(here)
  await world.run(500)
  expect(dials(caller)).toBe(1)
})

test('there is none for a chat that is not on the screen, nor at who is called', async () => {
  for (const [seed, shown] of [
    [3, false],
    [4, true],
  ] as const) {
    const { world, caller, other } = await scene(seed, shown)
    const [stays, goes] = shown ? [other, caller] : [caller, other]
    const before = dials(stays)
    leave(goes)
    await world.run(1_000)
    expect(dials(stays)).toBe(before)
  }
})

test('there is none where addresses are hidden, by whichever switch, or where something is under way', async () => {
  const { world, caller } = await scene(5, true)
  const id = caller.contactId!
  const state = caller.page!.messenger.state!
  const gone = new Map(state.links).set(id, { ...state.links.get(id)!, live: undefined })
  const made = (change: Partial<State>) => {
    const turn = new Turn({ ...state, links: gone, ...change }, { now: world.now, random: world.random })
    prepare(turn, id)
    prepare(turn, id)
    return turn.effects.map((effect) => effect.do)
  }
  expect(made({})).toEqual(['dial'])
  expect(made({ links: state.links })).toEqual([])
  expect(made({ present: false })).toEqual([])
  expect(made({ settings: { ...state.settings, iceServers: [{ urls: 'stun:s.example' }] } })).toEqual(['dial'])
  expect(made({ settings: { ...state.settings, iceServers: [{ urls: 'turn:t.example' }] } })).toEqual([])
  expect(made({ profile: { ...state.profile, hideIp: true } })).toEqual([])
  expect(made({ settings: { ...state.settings, relayOnly: true } })).toEqual([])
  const contacts = new Map([[id, { ...state.contacts.get(id)!, hideIp: true }]])
  expect(made({ contacts })).toEqual([])
  expect(made({ contacts: new Map([[id, { ...state.contacts.get(id)!, stopped: true }]]) })).toEqual([])
})
