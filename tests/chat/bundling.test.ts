/** What waits goes in few frames to who takes bundles, one a frame to who does not; and what arrives together is taken one by one. */
import { expect, test } from 'playwright/test'
import { openFrames } from '../../src/chat/channels.ts'
import { BATCH } from '../../src/chat/limits.ts'
import { MAX_BUNDLE, type Frame } from '../../src/protocol/frame.ts'
import { encodeMessage } from '../../src/protocol/message.ts'
import { encodeNumbered } from '../../src/protocol/numbered.ts'
import type { Session } from '../../src/protocol/session.ts'
import { bytesOf } from '../protocol/help.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'
import { liveOf, MINUTE } from '../attacks/help.ts'

/** Every frame that a person seals from now on. */
function sealedBy(person: Person): Frame[] {
  const session = liveOf(person)?.session as Session
  const seal = session.seal.bind(session)
  const frames: Frame[] = []
  session.seal = (frame, entropy) => {
    frames.push(frame)
    return seal(frame, entropy)
  }
  return frames
}

const told = (frames: readonly Frame[]) =>
  frames.flatMap((f) => (f.type === 'bundle' ? [f.messages.length] : f.type === 'message' ? [1] : []))

function withCaps(person: Person, caps: number): void {
  const { messenger } = person.page!
  const [id, link] = [...messenger.state!.links].find(([, one]) => one.live)!
  ;(messenger.state!.links as Map<string, unknown>).set(id, { ...link, live: { ...link.live, caps } })
}

async function say(person: Person, texts: readonly string[]): Promise<void> {
  for (const text of texts) void person.actions.send(person.contactId ?? '', text)
  const isOver = () => person.rows().filter((row) => row.state === 'delivered').length === texts.length
  expect(await person.world.run(MINUTE, isOver)).toBe(true)
}

const many = (count: number, of = (i: number) => `m${i}`) => Array.from({ length: count }, (_, i) => of(i))

test('texts that wait together go in as few frames as hold them, and arrive in their order', async () => {
  const { a: ana, b: ben } = await meet(1, CALM)
  const frames = sealedBy(ana)
  await say(ana, many(200))
  expect(ben.texts(false)).toEqual(many(200))
  // The first is on its way before the second is said.
  expect(told(frames)).toEqual([1, MAX_BUNDLE, MAX_BUNDLE, MAX_BUNDLE, 200 - 1 - 3 * MAX_BUNDLE])
})

test('long ones share a frame as far as it holds them', async () => {
  const { a: ana, b: ben } = await meet(2, CALM)
  const frames = sealedBy(ana)
  const long = many(5, (i) => `${i}`.repeat(7_000))
  await say(ana, long)
  expect(ben.texts(false)).toEqual(long)
  expect(told(frames)).toEqual([1, 2, 2])
})

test('who does not take bundles gets none', async () => {
  const { a: ana, b: ben } = await meet(3, CALM)
  withCaps(ana, 0)
  const frames = sealedBy(ana)
  await say(ana, many(10))
  expect(ben.texts(false)).toEqual(many(10))
  expect(told(frames)).toEqual(Array.from({ length: 10 }, () => 1))
})

test('a malformed message in a bundle is refused by itself; a gap in one ends the line', async () => {
  const { world, a: ana, b: ben } = await meet(4, CALM)
  const answers = sealedBy(ben)
  const live = liveOf(ana)!
  const end = ana.page!.ends.at(-1)!
  const one = (n: number, index: number, message = encodeMessage({ kind: 'text', text: `m${n}` })) => ({
    id: bytesOf(`id ${n}`, 16),
    body: encodeNumbered({ index, message }),
  })
  const pass = async (frame: Frame): Promise<void> => {
    end.send(live.session.seal(frame, bytesOf(`entropy ${frame.type} ${answers.length}`, 56)))
    await world.run(1_000)
  }
  await pass({ type: 'bundle', messages: [one(0, 0), one(1, 1, Uint8Array.of(0)), one(2, 2), one(2, 3)] })
  expect(ben.texts(false)).toEqual(['m0', 'm2'])
  expect(answers.filter(({ type }) => type === 'nack')).toEqual([{ type: 'nack', id: bytesOf('id 1', 16), code: 1 }])
  expect(answers).toContainEqual({
    type: 'receipt',
    what: 'delivered',
    ids: [0, 2, 2].map((n) => bytesOf(`id ${n}`, 16)),
  })
  await pass({ type: 'bundle', messages: [one(4, 4), one(6, 6), one(5, 5)] })
  expect(ben.texts(false)).toEqual(['m0', 'm2', 'm4'])
  expect(liveOf(ben)?.session).not.toBe(live.session)
})

test('a flood of full bundles is opened a commit at a time, and the rest stays as it came', () => {
  const one = { id: bytesOf('id', 16), body: bytesOf('body', 4) }
  const full: Frame = { type: 'bundle', messages: Array.from({ length: MAX_BUNDLE }, () => one) }
  let opened = 0
  const session = {
    open() {
      opened++
      return full
    },
  } as unknown as Session
  const { frames, broken } = openFrames(session, new Uint8Array(1), () => new Uint8Array(1))
  expect([frames.length, opened, broken]).toEqual([BATCH, BATCH / MAX_BUNDLE, false])
})
