/** In which order the other side and the screen are told: who waits for an answer comes first, but for words that came. */
import { expect, test } from 'playwright/test'
import { Audience } from '../../src/chat/audience.ts'
import { TELL_WITHIN } from '../../src/chat/limits.ts'
import type { MessageRow } from '../../src/chat/ports.ts'
import type { Snapshot } from '../../src/chat/snapshot.ts'
import { BLANK } from '../../src/chat/start.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

/** What happens at this person: frames that leave, and whatever `name` finds in what is shown, once. */
function follow(person: Person, name: (snapshot: Snapshot) => string | undefined): string[] {
  const happened: string[] = []
  person.looks = (snapshot) => {
    const what = name(snapshot)
    if (what !== undefined && !happened.includes(what)) happened.push(what)
  }
  const { ends } = person.page!
  const watch = (end: (typeof ends)[number]): void => {
    const send = end.send.bind(end)
    end.send = (frame) => {
      happened.push('frame')
      return send(frame)
    }
  }
  ends.forEach(watch)
  const push = ends.push.bind(ends)
  ends.push = (...more) => {
    more.forEach(watch)
    return push(...more)
  }
  return happened
}

test('who joins is answered before the conversation is drawn', async () => {
  const world = new World(1, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  const happened = follow(a, ({ chats }) => (chats[0]?.line.state === 'direct' ? 'drawn' : undefined))
  await openLink(b, await makeLink(a))
  await world.run(60_000, () => a.connected && b.connected)
  expect(happened.slice(0, 2)).toEqual(['frame', 'drawn'])
})

test('words that came are drawn before they are acknowledged', async () => {
  const { world, a, b } = await meet(2, CALM)
  a.actions.openChat(a.contactId!)
  await world.run(1_000)
  const happened = follow(a, ({ open }) =>
    open?.messages.some(({ text }) => text === 'here I am') ? 'drawn' : undefined,
  )
  void b.actions.send(b.contactId!, 'here I am')
  await world.run(1_000)
  expect(happened.slice(0, 2)).toEqual(['drawn', 'frame'])
})

test('what is asked is shown before it is said to be done', async () => {
  const { world, a } = await meet(3, CALM)
  a.actions.openChat(a.contactId!)
  await world.run(1_000)
  const sent = a.actions.send(a.contactId!, 'kept').then(() => a.page!.messenger.snapshot.open?.messages.length)
  // Behind it something that goes on waiting.
  a.actions.loadMore('earlier')
  await world.run(1_000)
  expect(await sent).toBe(1)
})

test('a look through a long chat, as a page begins, keeps nobody waiting', async () => {
  const { world, a, b } = await meet(4, CALM)
  const id = a.contactId!
  for (const who of [a, b]) who.kill()
  const at = world.now
  const expireAfter = 28 * 86_400
  const row = (seq: number) =>
    ({
      contactId: id,
      seq,
      id: seq.toString(16).padStart(32, '0'),
      mine: false,
      at,
      begunAt: at,
      body: { kind: 'text', text: `${seq}`, expireAfter },
    }) as MessageRow
  a.disk.messages.set(
    id,
    Array.from({ length: 15_360 }, (_, i) => row(i + 1)),
  )
  a.disk.tops.set(id, 15_360)
  const timer = { n: 1, seconds: expireAfter, from: 1, was: [], agreed: [] } as never
  a.disk.contacts.set(id, { ...a.disk.contacts.get(id)!, readTo: 15_360, timer })
  a.open()
  const began = world.now
  await world.run(5_000, () => a.ready)
  expect(world.now - began).toBeLessThan(10)
  a.actions.openChat(id)
  const asked = world.now
  await world.run(5_000, () => a.page!.messenger.snapshot.open !== undefined)
  expect(world.now - asked).toBeLessThan(TELL_WITHIN + 30)
})

test('a page that goes shows nothing more, whatever was still to be told', async () => {
  const { world, a } = await meet(5, CALM)
  const { messenger } = a.page!
  await world.run(1_000)
  messenger.nudge()
  a.actions.openChat(a.contactId!)
  a.actions.loadMore('earlier')
  void messenger.dispatch({ type: 'contact', id: a.contactId!, change: { draft: 'half a word' } })
  await new Promise((turn) => setImmediate(turn))
  let shown = 0
  a.looks = () => shown++
  messenger.leave()
  await world.run(1_000)
  expect(shown).toBe(0)
})

/** What is thrown where nobody waits for it, while this runs. */
function faultsOf(run: () => void): unknown[] {
  const faults: unknown[] = []
  const { queueMicrotask: before } = globalThis
  globalThis.queueMicrotask = (task) => {
    try {
      task()
    } catch (error) {
      faults.push(error)
    }
  }
  run()
  globalThis.queueMicrotask = before
  return faults
}

test('a screen or a view that fails is reported, and holds up nothing', () => {
  const audience = new Audience()
  const [seen, fault]: [string[], Error] = [[], new Error('the screen')]
  audience.subscribe(() => {
    throw fault
  })
  audience.subscribe(({ phase }) => seen.push(phase))
  expect(faultsOf(() => audience.tell({ ...BLANK, phase: 'ready' }))).toEqual([fault])
  const ofView = new Error('the view')
  audience.later(() => {
    throw ofView
  }, 0)
  expect(faultsOf(() => audience.now())).toEqual([ofView])
  expect(faultsOf(() => audience.now())).toEqual([])
  audience.muted = true
  audience.tell({ ...BLANK, phase: 'locked' })
  expect(seen).toEqual(['ready'])
})

test('what is to be told is late from the first of it', () => {
  const audience = new Audience()
  expect(audience.isLate(1)).toBe(false)
  audience.later(() => BLANK, 1_000)
  audience.later(() => BLANK, 1_040)
  expect([1_000 + TELL_WITHIN - 1, 1_000 + TELL_WITHIN].map((now) => audience.isLate(now))).toEqual([false, true])
  audience.now()
  expect(audience.isLate(2_000)).toBe(false)
})
