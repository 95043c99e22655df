/** Frames that come twice, late, never, from too far ahead, or in floods. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { concat, type Bytes } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { decodeNumbered, encodeNumbered } from '../../src/protocol/numbered.ts'
import { initiatorRatchet, MAX_CHAINS, MAX_SKIP, ratchetOpen, ratchetSeal } from '../../src/protocol/ratchet.ts'
import { responderRatchet, type Ratchet } from '../../src/protocol/ratchet.ts'
import { answerRekey, beginRekey, completeRekey } from '../../src/protocol/rekey.ts'
import { isFatal, Session } from '../../src/protocol/session.ts'
import { alice, bob, bytesOf, flip, keyPairOf } from '../protocol/help.ts'
import * as at from './scene.ts'
import { workOf } from './work.ts'

const ping = { type: 'ping' } as const
const pong = { type: 'pong' } as const
const PING = Uint8Array.of(6)
/** `count` messages of one side, sealed and not yet sent. */
const sealed = (from: at.End, count: number, first = 0): Bytes[] =>
  Array.from({ length: count }, (_, i) => from.seal(at.say(first + i)))
const times = <T>(count: number, value: T): T[] => Array.from({ length: count }, () => value)
const fatal = (code: string): boolean => isFatal(new ProtocolError(code as ProtocolError['code']))

/** B speaks, A answers: both are in a new chain. */
function turn(a: at.End, b: at.End): void {
  a.session.open(b.seal(ping))
  b.session.open(a.seal(pong))
}

test('attack 30: a frame opens once: in its turn, turns later, and after being skipped', () => {
  const { a, b } = at.meet()
  const [early, late] = sealed(b, 2) as [Bytes, Bytes]
  a.session.open(late)
  expect(at.opens(a.session, late)).toBe('replay')
  for (let i = 0; i < 2; i++) {
    turn(a, b)
    expect(at.opens(a.session, late)).toBe('replay')
  }
  expect(a.session.open(early)).toEqual(at.say(0))
  expect(at.opens(a.session, early)).toBe('replay')
  expect(fatal('replay')).toBe(false)
})

test('attack 30: a hundred copies change nothing: the next frames open as if they had not come', () => {
  const { a, b } = at.meet()
  const frames = sealed(b, 3) as [Bytes, Bytes, Bytes]
  a.session.open(frames[0])
  const used = a.session.used
  for (let i = 0; i < 100; i++) expect(at.opens(a.session, frames[0])).toBe('replay')
  expect(a.session.used).toEqual(used)
  expect([a.session.open(frames[2]), a.session.open(frames[1])]).toEqual([at.say(2), at.say(1)])
  expect(b.session.open(a.seal(pong))).toEqual(pong)
})

test(`attack 31: ${MAX_SKIP + 1} frames in any order are each delivered once`, () => {
  const order = fc.shuffledSubarray([...Array(MAX_SKIP + 1).keys()], { minLength: MAX_SKIP + 1 })
  fc.assert(
    fc.property(order, (indices) => {
      const { a, b } = at.meet()
      const frames = sealed(b, MAX_SKIP + 1)
      for (const i of indices) expect(a.session.open(frames[i]!)).toEqual(at.say(i))
      for (const frame of frames) expect(at.opens(a.session, frame)).toBe('replay')
    }),
    { numRuns: 5 },
  )
})

test('attack 31: the number inside a message says where it belongs, whatever order it came in', () => {
  const { a, b } = at.meet()
  const frames = [0, 1, 2].map((index) => {
    const body = encodeNumbered({ index, message: bytesOf(`${index}`, 4) })
    return b.seal({ type: 'message', id: bytesOf(`id ${index}`, 16), body })
  })
  const opened = [2, 0, 1].map((i) => a.session.open(frames[i]!))
  expect(opened.map((frame) => (frame.type === 'message' ? decodeNumbered(frame.body).index : -1))).toEqual([2, 0, 1])
})

test(`attacks 31 and 32: ${MAX_SKIP} missing frames are waited for, one more is not, and refusing changes nothing`, () => {
  const { a, b } = at.meet()
  const frames = sealed(b, MAX_SKIP + 2)
  expect(at.opens(a.session, frames[MAX_SKIP + 1]!)).toBe('skipped')
  expect(a.session.open(frames[MAX_SKIP]!)).toEqual(at.say(MAX_SKIP))
  for (let n = 0; n < MAX_SKIP; n++) expect(a.session.open(frames[n]!)).toEqual(at.say(n))
  expect(a.session.open(frames[MAX_SKIP + 1]!)).toEqual(at.say(MAX_SKIP + 1))
})

test('attack 32: frames that never come leave the rest alone, and late ones find their keys after turns', () => {
  const { a, b } = at.meet()
  const frames = sealed(b, 10)
  for (const i of [3, 7, 9]) expect(a.session.open(frames[i]!)).toEqual(at.say(i))
  for (let i = 0; i < MAX_CHAINS - 1; i++) turn(a, b)
  for (const i of [0, 8, 5]) expect(a.session.open(frames[i]!)).toEqual(at.say(i))
  expect(at.opens(a.session, frames[8]!)).toBe('replay')
  expect(a.session.open(b.seal(at.say(10)))).toEqual(at.say(10))
})

test('attack 33: a number 65 or 2^31 − 1 ahead is refused before any key of a chain is derived', async () => {
  const jump = async (n: number, first: boolean): Promise<void> => {
    const { alices, chain } = at.dishonest()
    if (!first) alices.open(chain.frame(PING))
    const ahead = chain.frame(PING, { n })
    const work = await workOf(() => expect(at.opens(alices, ahead)).toBe('skipped'))
    expect([work.calls('/ratchet.ts', 'kdfCk'), work.tags.others]).toEqual([0, 0])
    expect(alices.open(chain.frame(PING))).toEqual(ping)
  }
  // In a chain that begins with it, and in one that is under way: the next would be 1.
  for (const n of [65, 2 ** 31 - 1, 2 ** 32 - 1]) await jump(n, true)
  for (const n of [66, 2 ** 31 - 1, 2 ** 32 - 1]) await jump(n, false)
  expect(fatal('skipped')).toBe(true)
})

/** Bob's end as plain data to be bent, one turn into a session of Alice's. */
function bent(): { alices: Session; bobs: Ratchet; before: Ratchet; id: Bytes } {
  const keys = { root: bytesOf('root', 32), headerI: bytesOf('hi', 32), nextHeaderR: bytesOf('nhr', 32) }
  const id = bytesOf('session', 16)
  const own = keyPairOf("alice's ratchet key")
  const alices = new Session('responder', id, responderRatchet(keys, own))
  const bobs = initiatorRatchet(keys, keyPairOf("bob's ratchet key"), own.public)
  const { bytes, next } = frameOf(bobs, id)
  alices.open(bytes)
  const answer = alices.seal(pong, bytesOf('answer', 56))
  return { alices, bobs: ratchetOpen(next, id, answer.slice(1)).next, before: next, id }
}

function frameOf(ratchet: Ratchet, id: Bytes): { bytes: Bytes; next: Ratchet } {
  const content = concat(PING, new Uint8Array(158))
  const { sealed: parts, next } = ratchetSeal(ratchet, id, content, bytesOf('nonce', 24), bytesOf('fresh', 32))
  return { bytes: concat(Uint8Array.of(1), ...parts), next }
}

test('attack 33: nor does a turn whose header claims that the chain before went on for ever', async () => {
  // One frame of that chain has come, so 65 would be 64 missing.
  for (const previous of [66, 2 ** 31 - 1, 2 ** 32 - 1]) {
    const { alices, bobs, id } = bent()
    const { bytes } = frameOf({ ...bobs, previous }, id)
    const work = await workOf(() => expect(at.opens(alices, bytes)).toBe('skipped'))
    expect(work.calls('/ratchet.ts', 'kdfCk')).toBe(0)
    expect(alices.open(frameOf({ ...bobs, previous: 65 }, id).bytes)).toEqual(ping)
  }
})

test('attack 33: nor frames beyond the end of a chain that is over, however far', () => {
  const { alices, bobs, before, id } = bent()
  alices.open(frameOf(bobs, id).bytes)
  for (const n of [1, 65, 66, 2 ** 31 - 1])
    expect(at.opens(alices, frameOf({ ...before, sending: { ...before.sending!, n } }, id).bytes)).toBe('replay')
})

test('attack 33: missing frames before an honest turn count as well', () => {
  const { a, b } = at.meet()
  a.session.open(b.seal(ping))
  sealed(b, MAX_SKIP + 1)
  b.session.open(a.seal(pong))
  expect(at.opens(a.session, b.seal(ping))).toBe('skipped')
})

/** Junk of the right size and version. */
const junk = (i: number): Bytes => concat(Uint8Array.of(1), bytesOf(`junk ${i}`, 255))

// The table allows a hundred bad frames; decided is that the first one ends the session, since nothing honest makes it.
test('attack 34: junk costs at most five header trials, no key and no body, and the first piece ends the session', async () => {
  const { a, b } = at.meet()
  for (let i = 0; i < 2 * MAX_CHAINS; i++) turn(a, b)
  a.session.open(b.seal(ping))
  a.seal(pong)
  const used = a.session.used
  const flood = Array.from({ length: 300 }, (_, i) => junk(i))
  const work = await workOf(() => {
    for (const frame of flood) expect(at.opens(a.session, frame)).toBe('bad-tag')
  })
  expect(work.tags).toEqual({ boxes: 5 * flood.length, others: 0 })
  expect([work.x25519, work.calls('/ratchet.ts', 'kdfCk')]).toEqual([0, 0])
  expect(a.session.used).toEqual(used)
  expect(fatal('bad-tag')).toBe(true)
  // Nothing has changed: it is for its owner to end the session.
  expect(a.session.open(b.seal(at.say(1)))).toEqual(at.say(1))
})

test('attack 34: while keys are renewed junk costs a little more, on either side', async () => {
  const { a, b } = at.meet()
  for (let i = 0; i < MAX_CHAINS; i++) turn(a, b)
  const trials = async (end: at.End): Promise<number> => {
    const work = await workOf(() => expect(at.opens(end.session, junk(1))).toBe('bad-tag'))
    return work.tags.boxes
  }
  const offer = beginRekey(b.session, { me: bob, them: alice.public }, bytesOf('offer', 128))
  if (offer.type !== 'rekey') throw new Error('not an offer')
  const parties = { me: alice, them: bob.public }
  const answer = answerRekey(a.session, offer.message, parties, bytesOf('answer', 96))
  if (answer.type !== 'rekey') throw new Error('not an answer')
  const ofResponder = await trials(a)
  completeRekey(b.session, answer.message)
  const ofInitiator = await trials(b)
  // One for the new keys, which have no chain yet, besides those for the old.
  expect(Math.max(ofResponder, ofInitiator)).toBeLessThanOrEqual(6)
  expect(Math.min(ofResponder, ofInitiator)).toBeGreaterThan(1)
  expect(a.session.open(b.seal(at.say(1)))).toEqual(at.say(1))
})

test('attack 35: a flood of skipped keys over many chains leaves 256 at most, of the newest chains', () => {
  const chains = 3 * MAX_CHAINS
  const codes = Array.from({ length: chains }, (_, i) => {
    // A session ends after a hundred refused frames, so each chain is looked at in a flood of its own.
    const { a, withheld } = flooded(chains)
    return withheld[i]!.map((frame) => at.opens(a.session, frame))
  })
  // The chain that the last ping began is one of the four, and has skipped nothing; older ones are gone with their header keys.
  for (const older of codes.slice(0, -3)) expect(new Set(older)).toEqual(new Set(['bad-tag']))
  // Of the others the newest keys: the oldest went first.
  for (const kept of codes.slice(-3))
    expect(kept).toEqual([...times(MAX_SKIP, 'replay'), ...times(MAX_SKIP, 'nothing thrown')])
})

/** As many chains, each with as many frames withheld before and after one that comes as may be missing. */
function flooded(chains: number): { a: at.End; withheld: Bytes[][] } {
  const { a, b } = at.meet()
  const withheld: Bytes[][] = []
  for (let chain = 0; chain < chains; chain++) {
    const before = sealed(b, MAX_SKIP)
    a.session.open(b.seal(ping))
    withheld.push([...before, ...sealed(b, MAX_SKIP)])
    b.session.open(a.seal(pong))
  }
  a.session.open(b.seal(ping))
  return { a, withheld }
}

test('attack 35: with the newest chain flooded as well it is 256 exactly', () => {
  const { a, b } = at.meet()
  const withheld: Bytes[] = []
  for (let chain = 0; chain < 2 * MAX_CHAINS; chain++) {
    withheld.push(...sealed(b, MAX_SKIP))
    a.session.open(b.seal(ping))
    if (chain < 2 * MAX_CHAINS - 1) b.session.open(a.seal(pong))
  }
  const kept = withheld.filter((frame) => at.opens(a.session, frame) === 'nothing thrown')
  expect(kept).toEqual(withheld.slice(-MAX_CHAINS * MAX_SKIP))
})

test('attack 35: within a chain the oldest skipped keys go first, and their frames are lost', () => {
  const { a, b } = at.meet()
  const frames = sealed(b, 2 * MAX_SKIP)
  // Every second one arrives: 64 gaps, then one more.
  for (let n = 1; n < 2 * MAX_SKIP; n += 2) a.session.open(frames[n]!)
  b.seal(at.say(-1))
  a.session.open(b.seal(ping))
  expect(at.opens(a.session, frames[0]!)).toBe('replay')
  expect(a.session.open(frames[2]!)).toEqual(at.say(2))
})

test('attack 38: frames under an old ratchet key do not open again, and turn nothing back', () => {
  const { a, b } = at.meet()
  const [first, second] = sealed(b, 2) as [Bytes, Bytes]
  a.session.open(first)
  b.session.open(a.seal(pong))
  for (let i = 0; i < MAX_CHAINS - 1; i++) {
    turn(a, b)
    expect(at.opens(a.session, first)).toBe('replay')
  }
  turn(a, b)
  // Its chain is forgotten, what was skipped in it included; to us it is a frame of nobody's.
  for (const old of [first, second]) expect(at.opens(a.session, old)).toBe('bad-tag')
  expect(fatal('bad-tag')).toBe(true)
  expect(a.session.open(b.seal(at.say(1)))).toEqual(at.say(1))
})

test('attack 38: our own ratchet key in the header ends the session, with nothing committed', async () => {
  const { alices, chain, alicesKey } = at.dishonest()
  const work = await workOf(() => expect(at.opens(alices, chain.frame(PING, { dh: alicesKey }))).toBe('bad-key'))
  expect([work.x25519, work.calls('/ratchet.ts', 'kdfRk')]).toEqual([0, 0])
  expect(fatal('bad-key')).toBe(true)
  expect(alices.open(chain.frame(PING))).toEqual(ping)
})

test('attack 39: a frame with any byte changed is refused, and the true one opens afterwards', () => {
  const { a, b } = at.meet()
  for (let i = 1; i < 256; i++) {
    // Every frame is the first of a new turn: the hardest case for a rollback. From byte 81 on the header is valid.
    const toAlice = b.seal(at.say(i))
    expect(at.opens(a.session, flip(toAlice, i, 1 << (i % 8)))).toBe('bad-tag')
    expect(a.session.open(toAlice)).toEqual(at.say(i))
    const toBob = a.seal(pong)
    expect(at.opens(b.session, flip(toBob, i))).toBe('bad-tag')
    expect(b.session.open(toBob)).toEqual(pong)
  }
})

test('attack 39: a valid header with a false body commits neither a turn, nor skipped keys, nor their use', () => {
  const { a, b } = at.meet()
  const frames = sealed(b, 12)
  const used = a.session.used
  const damaged = (frame: Bytes): Bytes => flip(frame, 200)
  expect(at.opens(a.session, damaged(frames[10]!))).toBe('bad-tag')
  expect(a.session.used).toEqual(used)
  expect(a.session.open(frames[5]!)).toEqual(at.say(5))
  // A skipped key that a damaged copy asked for is still there for the true one.
  expect(at.opens(a.session, damaged(frames[2]!))).toBe('bad-tag')
  expect(a.session.open(frames[2]!)).toEqual(at.say(2))
  for (const i of [0, 1, 3, 4, 6, 7, 8, 9, 10, 11]) expect(a.session.open(frames[i]!)).toEqual(at.say(i))
})
