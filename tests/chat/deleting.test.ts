/** What one deletes goes from this device, never comes again and never leaves any more; the other side keeps what it has. */
import { expect, test } from 'playwright/test'
import { step } from '../../src/chat/step.ts'
import { fromHex } from '../../src/protocol/bytes.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'
import { WINDOW } from '../../src/chat/limits.ts'
import { viewId } from '../../src/chat/state.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import { encodeNumbered } from '../../src/protocol/numbered.ts'
import { encodeMessage } from '../../src/protocol/message.ts'
import { liveOf, MINUTE } from '../attacks/help.ts'

/** One of the last in a full window, and two that wait behind it. */
const flying = `m${WINDOW - 5}`
const behind = [`m${WINDOW + 2}`, `m${WINDOW + 5}`]

async function scene(seed: number) {
  const { world, a: ana, b: ben } = await meet(seed, CALM)
  for (const person of [ana, ben]) await show(person)
  return { world, ana, ben }
}

async function show(person: Person): Promise<void> {
  person.actions.openChat(person.contactId ?? '')
  person.actions.present(true)
  await person.world.run(100)
}

async function say(person: Person, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) void person.actions.send(person.contactId ?? '', text)
  await person.world.run(1_000)
}

const rowOf = (person: Person, text: string) =>
  person.rows().find((r) => r.body.kind === 'text' && r.body.text === text)
const idOf = (person: Person, text: string) => rowOf(person, text)?.id ?? ''
/** What the screen calls it. */
const calledOf = (person: Person, text: string) => viewId(rowOf(person, text)!)

async function erase(person: Person, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) person.actions.deleteMessage(calledOf(person, text))
  await person.world.run(1_000)
}

const shown = (person: Person) => person.page?.messenger.snapshot.open?.messages.map((m) => m.text)
const listed = (person: Person) => person.page?.messenger.snapshot.chats[0]
const texts = (person: Person) => [...person.texts(true), ...person.texts(false)]

/** Nothing this person sends arrives, until the result is called. */
function mute(person: Person): () => void {
  const end = person.page!.ends.at(-1)!
  const send = end.send.bind(end)
  end.send = () => undefined
  return () => (end.send = send)
}

async function comeBack(person: Person): Promise<void> {
  person.open()
  await person.world.run(MINUTE, () => person.connected)
  await person.world.run(2_000)
}

test('one’s own and theirs go here and stay there; the list shows what is newest now', async () => {
  const { ana, ben } = await scene(1)
  await say(ana, 'one', 'two')
  await say(ben, 'three')
  await erase(ana, 'two', 'three')
  expect(shown(ana)).toEqual(['one'])
  expect(texts(ana)).toEqual(['one'])
  expect(listed(ana)?.last?.text).toBe('one')
  expect(shown(ben)).toEqual(['one', 'two', 'three'])
  await erase(ana, 'one')
  expect(listed(ana)?.last).toBeUndefined()
  await say(ben, 'four')
  expect(ana.rows().map((r) => r.seq)).toEqual([4])
})

test('a copy of what was deleted is acknowledged, and not shown again', async () => {
  const { world, ana, ben } = await scene(2)
  mute(ben)
  await say(ana, 'once')
  await erase(ben, 'once')
  expect(ana.rows()[0]?.state).toBe('queued')
  ben.kill()
  await comeBack(ben)
  expect(await world.run(MINUTE, () => ana.rows()[0]?.state === 'delivered')).toBe(true)
  expect(texts(ben)).toEqual([])
  expect(listed(ben)?.unread).toBe(0)
})

test('what has not left yet never leaves, and what stands behind it does', async () => {
  const { ana, ben } = await scene(3)
  ben.kill()
  await ana.world.run(MINUTE, () => !ana.connected)
  await say(ana, 'one', 'two', 'three')
  await erase(ana, 'two')
  await comeBack(ben)
  expect(ben.texts(false)).toEqual(['one', 'three'])
  await say(ana, 'four')
  expect(ben.texts(false)).toEqual(['one', 'three', 'four'])
})

test('what waits behind a full window never leaves either, and what is in flight is forgotten', async () => {
  const { world, ana, ben } = await scene(4)
  const letGo = mute(ben)
  const all = Array.from({ length: WINDOW + 6 }, (_, i) => `m${i}`)
  await say(ana, ...all)
  expect([liveOf(ana)?.inflight.size, liveOf(ana)?.waiting.length]).toEqual([WINDOW, 6])
  await erase(ana, flying, ...behind)
  expect([liveOf(ana)?.inflight.size, liveOf(ana)?.waiting.length]).toEqual([WINDOW, 3])
  letGo()
  ben.kill()
  await comeBack(ben)
  const left = all.filter((text) => ![flying, ...behind].includes(text))
  expect(await world.run(MINUTE, () => ana.rows().every((r) => r.state === 'delivered'))).toBe(true)
  expect(ana.texts(true)).toEqual(left)
  // It had arrived before it was deleted.
  expect(ben.texts(false)).toEqual(all.filter((text) => !behind.includes(text)))
})

test('the last one that waits on disk goes: the line does not look for it for ever', async () => {
  const { ana, ben } = await scene(5)
  const peer = liveOf(ana)?.peer ?? 0
  void ana.page?.messenger.dispatch({ type: 'congested', peer })
  await say(ana, 'one', 'two')
  await erase(ana, 'two')
  let reads = 0
  const { history } = ana.page!
  const outbox = history.outbox.bind(history)
  history.outbox = (...args) => {
    reads++
    return outbox(...args)
  }
  void ana.page?.messenger.dispatch({ type: 'drained', peer })
  await ana.world.run(1_000)
  expect(reads).toBeLessThan(3)
  expect(liveOf(ana)?.caughtUp).toBe(true)
  expect(ben.texts(false)).toEqual(['one'])
})

test('an unread one that goes is counted no more, and “New” stands at the next', async () => {
  const { ana, ben } = await scene(6)
  ana.actions.present(false)
  await say(ben, 'one', 'two')
  const first = ana.page?.messenger.snapshot.open
  expect([listed(ana)?.unread, first?.newFrom]).toEqual([2, calledOf(ana, 'one')])
  await erase(ana, 'one')
  const then = ana.page?.messenger.snapshot.open
  expect([listed(ana)?.unread, then?.newFrom]).toEqual([1, calledOf(ana, 'two')])
})

test('where all that is on the screen goes, what lies before it is read', async () => {
  const { ana } = await scene(7)
  const all = Array.from({ length: 65 }, (_, i) => `m${i}`)
  await say(ana, ...all)
  await show(ana)
  expect(shown(ana)).toHaveLength(60)
  await erase(ana, ...all.slice(5))
  expect(shown(ana)).toEqual(all.slice(0, 5))
  expect(listed(ana)?.last?.text).toBe('m4')
})

test('a chat that is cleared is empty here; the contact, the numbers and the ids stay, and nothing waits', async () => {
  const { world, ana, ben } = await scene(8)
  await say(ana, 'one', 'two')
  mute(ana)
  await say(ben, 'theirs')
  ben.kill()
  await say(ana, 'waits')
  ana.actions.clearChat(ana.contactId ?? '')
  await world.run(1_000)
  expect([shown(ana), texts(ana), listed(ana)?.last]).toEqual([[], [], undefined])
  ana.kill()
  await comeBack(ana)
  await comeBack(ben)
  // Its receipt never came: Ben sends it again.
  expect(await world.run(MINUTE, () => ben.rows().every((r) => !r.mine || r.state === 'delivered'))).toBe(true)
  expect(texts(ana)).toEqual([])
  expect(ben.texts(false)).toEqual(['one', 'two'])
  await say(ana, 'anew')
  expect(ben.texts(false)).toEqual(['one', 'two', 'anew'])
  expect(ana.rows().map((r) => r.seq)).toEqual([5])
})

test('what waits behind a full window goes with the chat, and what is written next leaves', async () => {
  const { world, ana, ben } = await scene(10)
  const letGo = mute(ben)
  const all = Array.from({ length: WINDOW + 6 }, (_, i) => `m${i}`)
  await say(ana, ...all)
  ana.actions.clearChat(ana.contactId ?? '')
  await world.run(1_000)
  expect([liveOf(ana)?.inflight.size, liveOf(ana)?.waiting.length]).toEqual([0, 0])
  letGo()
  await say(ana, 'anew')
  expect(ben.texts(false)).toEqual([...all.slice(0, WINDOW), 'anew'])
})

test('what is not on the screen, or not there, is not deleted', async () => {
  const { ana } = await scene(9)
  await say(ana, 'one')
  const id = calledOf(ana, 'one')
  ana.actions.closeChat()
  await ana.world.run(100)
  ana.actions.deleteMessage(id)
  ana.actions.clearChat('nobody')
  await ana.world.run(100)
  expect(texts(ana)).toEqual(['one'])
})

test('what was read is told though the last of it is gone, on either side', async () => {
  const { world, ana, ben } = await scene(30)
  ben.actions.present(false)
  await say(ana, 'one', 'two', 'three')
  await erase(ana, 'three')
  const states = () => ana.page?.messenger.snapshot.open?.messages.map((m) => m.state)
  expect(states()).toEqual(['delivered', 'delivered'])
  // Ben reads three, and says so; here it is not any more.
  ben.actions.present(true)
  await world.run(1_000)
  expect(states()).toEqual(['read', 'read'])

  // What Ben says now gets lost, and he takes the last one away.
  const heard = mute(ben)
  await say(ana, 'four', 'five')
  await erase(ben, 'five')
  heard()
  for (const person of [ana, ben]) person.kill()
  ana.open()
  await comeBack(ben)
  await show(ana)
  await world.run(1_000)
  expect(ana.rows().map((r) => r.state)).toEqual(['delivered', 'delivered', 'delivered', 'delivered'])
  // Of what is gone there nobody is told.
  expect(states()).toEqual(['read', 'read', 'read', 'delivered'])
})

test('a read receipt for what was taken away counts for nothing while something waits for its acknowledgement', async () => {
  const { ana, ben } = await scene(31)
  mute(ben)
  await say(ana, 'one', 'two')
  const id = idOf(ana, 'two')
  await erase(ana, 'two')
  const live = liveOf(ana)!
  const frames = [{ frame: { type: 'receipt', what: 'read', ids: [fromHex(id)] } as const, gone: 2 }]
  const env = { now: ana.world.now, random: ana.world.random }
  const { state } = step(ana.page!.messenger.state!, { type: 'frames', peer: live.peer, frames }, env)
  expect(state.contacts.get(ana.contactId ?? '')?.theyRead).toBe(0)
})

test('a message of theirs under the id of an own one is another message, and goes by itself', async () => {
  const { world, ana, ben } = await scene(32)
  await say(ana, 'mine')
  const live = liveOf(ben)!
  const body = encodeNumbered({ index: live.sent, message: encodeMessage({ kind: 'text', text: 'theirs' }) })
  const frame = { type: 'message', id: fromHex(idOf(ana, 'mine')), body } as const
  ben.page!.ends.at(-1)!.send(live.session.seal(frame, world.random(SEAL_ENTROPY_BYTES)))
  await world.run(1_000)
  expect(shown(ana)).toEqual(['mine', 'theirs'])
  await erase(ana, 'theirs')
  expect([shown(ana), texts(ana)]).toEqual([['mine'], ['mine']])
})
