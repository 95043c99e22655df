import { expect, test } from 'playwright/test'
import { concat, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'
import { initiatorRatchet, ratchetSeal, responderRatchet } from '../../src/protocol/ratchet.ts'
import type { Ratchet } from '../../src/protocol/ratchet.ts'
import { FRAME_SIZES, isFatal, MAX_BODY_BYTES, SEAL_ENTROPY_BYTES, Session } from '../../src/protocol/session.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { bytesOf, codeOf, connect, keyPairOf, sealer } from './help.ts'

/** Bob's and Alice's ends, each able to seal; CONFIRM and ACK are exchanged. */
function confirmed(seed = ''): { bobs: Session; alices: Session; bob: Seal; alice: Seal } {
  const { bobs, alices } = connect(undefined, seed)
  const bob = sealer(bobs, `bob ${seed}`)
  const alice = sealer(alices, `alice ${seed}`)
  alices.open(bob({ type: 'confirm', caps: 0 }))
  bobs.open(alice({ type: 'ack' }))
  return { bobs, alices, bob, alice }
}
type Seal = (frame: Frame) => Bytes

const ping: Frame = { type: 'ping' }
const pong: Frame = { type: 'pong' }
const say = (n: number): Frame => ({ type: 'message', id: bytesOf(`id ${n}`, 16), body: bytesOf(`body ${n}`, 20) })
const opens = (session: Session, bytes: Bytes): ErrorCode | 'nothing thrown' => codeOf(() => session.open(bytes))

test('every kind of frame comes through, both ways, over many turns', () => {
  const { bobs, alices, bob, alice } = confirmed()
  const id = bytesOf('id', 16)
  const frames: Frame[] = [
    { type: 'confirm', caps: 0xffff_ffff },
    { type: 'ack' },
    say(1),
    { type: 'message', id, body: new Uint8Array(0) },
    {
      type: 'bundle',
      messages: [
        { id, body: bytesOf('body', 90) },
        { id, body: new Uint8Array(0) },
      ],
    },
    { type: 'receipt', what: 'delivered', ids: [id] },
    { type: 'receipt', what: 'read', ids: Array.from({ length: 256 }, () => id) },
    { type: 'nack', id, code: 65535 },
    ping,
    pong,
    { type: 'bye' },
  ]
  for (const frame of frames) {
    expect(alices.open(bob(frame))).toEqual(frame)
    expect(bobs.open(alice(frame))).toEqual(frame)
  }
})

test('frames have exactly the seven sizes, and the largest body fits exactly', () => {
  const { alices, bob } = confirmed()
  const sizes = new Set<number>()
  const borders = FRAME_SIZES.flatMap((size) => [size - 118, size - 117])
  for (const length of [0, ...borders.filter((n) => n <= MAX_BODY_BYTES)]) {
    const frame: Frame = { type: 'message', id: bytesOf('id', 16), body: bytesOf('body', Math.min(length, 8000)) }
    const padded = { ...frame, body: concat(frame.body, new Uint8Array(length - frame.body.length)) }
    const bytes = bob(padded)
    sizes.add(bytes.length)
    expect(FRAME_SIZES.find((size) => length + 118 <= size)).toBe(bytes.length)
    expect(alices.open(bytes)).toEqual(padded)
  }
  expect([...sizes]).toEqual(FRAME_SIZES)
  expect(MAX_BODY_BYTES).toBe(16266)
})

test('a frame that cannot be sent spends nothing', () => {
  const { bobs, alices, bob } = confirmed()
  const id = bytesOf('id', 16)
  expect(codeOf(() => bob({ type: 'message', id, body: new Uint8Array(MAX_BODY_BYTES + 1) }))).toBe('too-large')
  expect(codeOf(() => bob({ type: 'unknown', code: 9 }))).toBe('malformed')
  expect(codeOf(() => bobs.seal(ping, bytesOf('e', SEAL_ENTROPY_BYTES - 1)))).toBe('state')
  expect(alices.open(bob(ping))).toEqual(ping)
})

test('the responder says nothing before the initiator has', () => {
  const { bobs, alices } = connect()
  const alice = sealer(alices, 'alice')
  expect(codeOf(() => alice({ type: 'ack' }))).toBe('state')
  alices.open(sealer(bobs, 'bob')({ type: 'confirm', caps: 0 }))
  expect(bobs.open(alice({ type: 'ack' }))).toEqual({ type: 'ack' })
})

test('frames are opaque: the same frame looks different every time', () => {
  const { bob } = confirmed()
  const seen = new Set(Array.from({ length: 20 }, () => bob(ping)).map((bytes) => toHex(bytes.slice(25, 81))))
  expect(seen.size).toBe(20)
})

test('a chain ends before its counter does', () => {
  const { bob, id } = ratchets()
  const last: Ratchet = { ...bob, sending: { ...bob.sending!, n: 2 ** 31 } }
  expect(codeOf(() => whole(last, id, new Uint8Array(159)))).toBe('closed')
})

// ── What only a dishonest peer seals ──

/** Bare ratchets under known keys: Bob's end as plain data to be bent, Alice's as a session. */
function ratchets(): { bob: Ratchet; alices: Session; id: Bytes } {
  const keys = { root: bytesOf('root', 32), headerI: bytesOf('hi', 32), nextHeaderR: bytesOf('nhr', 32) }
  const id = bytesOf('session', 16)
  const alicesKey = keyPairOf("alice's ratchet key")
  return {
    bob: initiatorRatchet(keys, keyPairOf("bob's ratchet key"), alicesKey.public),
    alices: new Session('responder', id, responderRatchet(keys, alicesKey)),
    id,
  }
}

function whole(ratchet: Ratchet, id: Bytes, plaintext: Bytes): Bytes {
  return concat(
    Uint8Array.of(1),
    ...ratchetSeal(ratchet, id, plaintext, bytesOf('nonce', 24), bytesOf('fresh', 32)).sealed,
  )
}

test('a frame type of a newer version is passed on as unknown', () => {
  const { bob, alices, id } = ratchets()
  const newer = new Uint8Array(159)
  newer[0] = 99
  expect(alices.open(whole(bob, id, newer))).toEqual({ type: 'unknown', code: 99 })
})

test('a second turn before our answer does not open', () => {
  const { bob, alices, id } = ratchets()
  const good = new Uint8Array(159)
  good[0] = 6
  alices.open(whole(bob, id, good))
  // A turn in every way correct, except that nothing of ours began it.
  const eager: Ratchet = { ...bob, sending: undefined }
  expect(opens(alices, whole(eager, id, good))).toBe('bad-tag')
})

test('which errors end a session', () => {
  const codes: ErrorCode[] = [
    'malformed',
    'replay',
    'bad-tag',
    'bad-key',
    'too-large',
    'version',
    'skipped',
    'state',
    'closed',
  ]
  expect(codes.filter((code) => !isFatal(new ProtocolError(code)))).toEqual(['malformed', 'replay'])
})
