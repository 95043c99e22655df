/** Messages disappear on both sides where both agreed, each in its time, and nothing else does. */
import { expect, test } from 'playwright/test'
import { viewId } from '../../src/chat/state.ts'
import type { Contact } from '../../src/chat/ports.ts'
import { heardTimed, heardTimer } from '../../src/chat/disappearing.ts'
import { timed } from '../../src/chat/expiring.ts'
import { step } from '../../src/chat/step.ts'
import type { Turn } from '../../src/chat/turn.ts'
import type { TimerAct } from '../../src/chat/timer.ts'
import { MINUTE } from '../attacks/help.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'

const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const many = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name} ${i}`)
const texts = (person: Person) => person.rows().flatMap(({ body }) => (body.kind === 'text' ? [body.text] : []))
const timerOf = (person: Person) => person.page?.messenger.snapshot.chats[0]?.timer
const seconds = (person: Person) => person.page?.messenger.snapshot.chats[0]?.timer.seconds

async function say(person: Person, ...all: readonly string[]): Promise<void> {
  for (const text of all) void person.actions.send(person.contactId ?? '', text)
  await person.world.run(1_000)
}

async function act(person: Person, what: TimerAct): Promise<boolean> {
  const done = person.actions.setTimer(person.contactId ?? '', what)
  await person.world.run(1_000)
  return await done
}

async function agree(one: Person, other: Person, time: number): Promise<void> {
  expect(await act(one, { act: 'suggest', seconds: time })).toBe(true)
  expect(await act(other, { act: 'agree', n: timerOf(other)?.n ?? 0 })).toBe(true)
  expect([seconds(one), seconds(other)]).toEqual([time, time])
}

async function kept(person: Person, time: number): Promise<boolean> {
  const done = person.actions.setKeepFor(person.contactId ?? '', time)
  await person.world.run(1_000)
  return await done
}

/** Time passes for this one only: two that are connected for hours would say so every five seconds. */
async function alone(person: Person, other: Person, ms: number): Promise<void> {
  other.kill()
  await person.world.run(ms)
  other.open()
}

async function look(person: Person): Promise<void> {
  person.actions.openChat(person.contactId ?? '')
  person.actions.present(true)
  await person.world.run(1_000)
}

test('agreed, what is said goes on both sides; what was said before, and what is unread, stays', async () => {
  const { world, a: ana, b: ben } = await meet(1, CALM)
  await say(ana, 'before')
  await agree(ana, ben, 3600)
  await say(ana, 'from Ana')
  await say(ben, 'from Ben')
  await alone(ana, ben, HOUR + 2 * MINUTE)
  // Delivered an hour ago; nobody has read the other's.
  expect(texts(ana)).toEqual(['before', 'from Ben'])
  await world.run(MINUTE)
  expect(texts(ben)).toEqual(['before', 'from Ana'])
  await look(ana)
  await alone(ana, ben, HOUR - MINUTE)
  expect(texts(ana)).toEqual(['before', 'from Ben'])
  await alone(ana, ben, 3 * MINUTE)
  expect(texts(ana)).toEqual(['before'])
  expect(texts(ben)).toEqual(['before', 'from Ana'])
})

test('what waits to be sent waits, and its time begins when it has arrived; a page that was closed goes on', async () => {
  const { world, a: ana, b: ben } = await meet(2, CALM)
  await agree(ben, ana, 3600)
  ben.kill()
  await world.run(MINUTE)
  await say(ana, 'late')
  // A page looks through what disappears when it is opened.
  ana.kill()
  ana.open()
  await world.run(3 * HOUR)
  expect(texts(ana)).toEqual(['late'])
  expect(ana.rows().at(-1)).not.toHaveProperty('expiresFrom')
  ben.open()
  expect(await world.run(5 * MINUTE, () => texts(ben).includes('late'))).toBe(true)
  await world.run(MINUTE)
  ben.kill()
  // The hours before it had arrived do not count.
  await world.run(HOUR / 2)
  expect(texts(ana)).toEqual(['late'])
  ana.kill()
  await world.run(2 * HOUR)
  ana.open()
  await world.run(MINUTE)
  expect(texts(ana)).toEqual([])
})

test('nobody’s messages go because the other wants it: a time that was not agreed to does not count', async () => {
  const { a: ana, b: ben } = await meet(3, CALM)
  await act(ana, { act: 'suggest', seconds: 3600 })
  await say(ana, 'one')
  // As one that does not keep to the rules would write.
  const contacts = ana.page!.messenger.state!.contacts as Map<string, Contact>
  const contactId = ana.contactId ?? ''
  contacts.set(contactId, { ...contacts.get(contactId)!, timer: { n: 1, seconds: 60, from: 0 } })
  await say(ana, 'two')
  expect(ana.rows().at(-1)?.body).toEqual({ kind: 'text', text: 'two', expireAfter: 60 })
  expect(ben.rows().at(-1)?.body).toEqual({ kind: 'text', text: 'two' })
  await look(ben)
  await alone(ben, ana, HOUR)
  expect(texts(ben)).toEqual(['one', 'two'])
})

test('ended, what was said before still goes, and what is said from then on stays', async () => {
  const { world, a: ana, b: ben } = await meet(4, CALM)
  await look(ana)
  await agree(ana, ben, 3600)
  await say(ben, 'goes')
  expect(await act(ana, { act: 'end' })).toBe(true)
  await say(ana, 'stays')
  await say(ben, 'stays too')
  expect([seconds(ana), seconds(ben)]).toEqual([0, 0])
  expect(await act(ben, { act: 'end' })).toBe(false)
  await alone(ana, ben, HOUR + 2 * MINUTE)
  await world.run(MINUTE)
  for (const person of [ana, ben]) expect(texts(person)).toEqual(['stays', 'stays too'])
  expect(ana.page?.messenger.state?.contacts.get(ana.contactId ?? '')?.timer?.from).toBe(0)
})

test('what was written before the end was known goes as it was meant', async () => {
  const { world, a: ana, b: ben } = await meet(5, CALM)
  await look(ana)
  await agree(ana, ben, 3600)
  void ben.actions.send(ben.contactId ?? '', 'crossing')
  await act(ana, { act: 'end' })
  expect(ana.rows().find(({ mine, body }) => !mine && body.kind === 'text')?.body).toMatchObject({ expireAfter: 3600 })
  await alone(ana, ben, HOUR + 3 * MINUTE)
  await world.run(MINUTE)
  for (const person of [ana, ben]) expect(texts(person)).toEqual([])
})

test('many go in stretches, each in its time, with others between them that stay', async () => {
  const { world, a: ana, b: ben } = await meet(6, CALM)
  await look(ana)
  await agree(ana, ben, DAY / 1000)
  await say(ben, ...many('long', 150))
  await world.run(20_000, () => texts(ana).length === 150)
  await agree(ana, ben, 3600)
  await say(ben, ...many('short', 150))
  await act(ben, { act: 'end' })
  await say(ben, 'stays')
  expect(await world.run(MINUTE, () => texts(ana).length === 301)).toBe(true)
  ben.kill()
  let most = 0
  ana.disk.committed = (writes) => (most = Math.max(most, writes.length))
  await world.run(HOUR + 5 * MINUTE)
  expect(texts(ana)).toEqual([...many('long', 150), 'stays'])
  await world.run(DAY)
  expect(texts(ana)).toEqual(['stays'])
  expect(most).toBeLessThan(300)
})

test('a clock that leaps takes nothing away', async () => {
  const { world, a: ana, b: ben } = await meet(7, CALM)
  await look(ana)
  await agree(ana, ben, 3600)
  await say(ben, 'kept')
  ben.kill()
  ana.clockOff = 400 * DAY
  await world.run(10 * MINUTE)
  expect(texts(ana)).toEqual(['kept'])
})

test('what was agreed while the other was away arrives though the chat is cleared; by itself it cannot be deleted', async () => {
  const { world, a: ana, b: ben } = await meet(9, CALM)
  await act(ana, { act: 'suggest', seconds: 3600 })
  ana.kill()
  await world.run(MINUTE)
  expect(await act(ben, { act: 'agree', n: 1 })).toBe(true)
  await look(ben)
  const said = ben.rows().at(-1)!
  ben.actions.deleteMessage(viewId(said))
  await world.run(1_000)
  expect(ben.rows().at(-1)?.id).toBe(said.id)
  ben.actions.clearChat(ben.contactId ?? '')
  await world.run(1_000)
  expect(ben.rows()).toHaveLength(1)
  ana.open()
  expect(await world.run(5 * MINUTE, () => seconds(ana) === 3600)).toBe(true)
  await say(ben, 'goes')
  expect(ana.rows().at(-1)?.body).toMatchObject({ expireAfter: 3600 })
  ben.actions.clearChat(ben.contactId ?? '')
  await world.run(1_000)
  expect(ben.rows()).toHaveLength(0)
})

test('what waited to be sent goes as it was meant, also behind an end that it did not know', async () => {
  const { world, a: ana, b: ben } = await meet(10, CALM)
  await agree(ana, ben, 3600)
  ben.kill()
  await world.run(MINUTE)
  await say(ana, ...many('waits', 100))
  ana.kill()
  ben.open()
  await world.run(MINUTE)
  expect(await act(ben, { act: 'end' })).toBe(true)
  ana.open()
  expect(await world.run(5 * MINUTE, () => texts(ben).length === 100)).toBe(true)
  await world.run(MINUTE)
  const times = (person: Person) =>
    person.rows().flatMap(({ body }) => (body.kind === 'text' ? [body.expireAfter ?? 0] : []))
  expect(new Set(times(ben))).toEqual(new Set([3600]))
  await say(ana, 'stays')
  expect(times(ben).at(-1)).toBe(0)
  expect(ben.page?.messenger.state?.contacts.get(ben.contactId ?? '')?.timer?.lingers).toBeUndefined()
})

test('what was read outside of the window goes in its time as well', async () => {
  const { world, a: ana, b: ben } = await meet(11, CALM)
  await agree(ana, ben, 3600)
  await look(ana)
  ana.actions.present(false)
  await world.run(1_000)
  await say(ben, ...many('unread', 400))
  expect(await world.run(MINUTE, () => texts(ana).length === 400)).toBe(true)
  ana.actions.present(true)
  await alone(ana, ben, HOUR + 3 * MINUTE)
  expect(texts(ana)).toEqual([])
})

test('where a chat also keeps for a time, what disappears does so no later for all that was said before', async () => {
  const { world, a: ana, b: ben } = await meet(12, CALM)
  await look(ana)
  await say(ben, ...many('before', 300))
  expect(await world.run(MINUTE, () => texts(ana).length === 300)).toBe(true)
  expect(await kept(ana, 365 * 86_400)).toBe(true)
  await agree(ana, ben, 300)
  // Behind the look through all of it.
  await alone(ana, ben, 2 * MINUTE)
  expect(await world.run(MINUTE, () => ben.connected)).toBe(true)
  await say(ben, 'goes')
  await alone(ana, ben, 8 * MINUTE)
  expect(texts(ana)).toEqual(many('before', 300))
})

/** The state of somebody who is asked about an older copy. */
function asRestored(person: Person) {
  const state = person.page!.messenger.state!
  const id = person.contactId ?? ''
  const link = { ...state.links.get(id)!, live: undefined, trouble: 'restored' as const }
  return { id, older: { ...state, links: new Map(state.links).set(id, link) } }
}

test('to continue with an older copy ends what was agreed: it may know nothing of it', async () => {
  const { a: ana, b: ben } = await meet(8, CALM)
  await agree(ana, ben, 3600)
  const { id, older } = asRestored(ana)
  const turn = step(older, { type: 'recover', id }, ana.world)
  expect(turn.state.contacts.get(id)?.timer?.seconds).toBe(0)
  const said = turn.writes.flatMap((write) => (write.op === 'message' ? [write.message.body] : []))
  expect(said).toEqual([{ kind: 'timer', act: 'end', n: 2, seconds: 3600 }])
})

test('what they wrote before both went on with an older copy keeps its time there, though that copy forgot it', async () => {
  const { a: ana, b: ben } = await meet(13, CALM)
  await agree(ana, ben, 3600)
  const { id, older: whole } = asRestored(ana)
  const restored = { ...whole.contacts.get(id)!, timer: { n: 1, seconds: 0, from: 0 } }
  const older = { ...whole, contacts: new Map([[id, restored]]) }
  const contactOf = (turn: Turn) => turn.state.contacts.get(id)!
  const turn = step(older, { type: 'recover', id }, ana.world)
  const text = { kind: 'text', text: 'before', expireAfter: 3600 } as const
  expect(timed(contactOf(turn), text, false)).toEqual(text)
  // Their own end stands behind it.
  heardTimer(turn, id, { kind: 'timer', act: 'end', n: 2, seconds: 3600 })
  expect(timed(contactOf(turn), text, false)).toEqual({ kind: 'text', text: 'before' })
  // Where nothing was ever agreed here, the first text without a time says that there is none.
  const { timer: _none, ...never } = restored
  const other = step({ ...older, contacts: new Map([[id, never]]) }, { type: 'recover', id }, ana.world)
  expect(other.writes).toHaveLength(1)
  expect(timed(contactOf(other), text, false)).toEqual(text)
  heardTimed(other, id, undefined)
  expect(timed(contactOf(other), text, false)).toEqual({ kind: 'text', text: 'before' })
})
