/** Random but reproducible inputs for property tests: everything the protocol can encode, and hostile bytes. */
import fc from 'fast-check'
import { toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import type { Candidate, RtcDescription } from '../../src/protocol/description.ts'
import type { MoveStep } from '../../src/protocol/move.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { Invite } from '../../src/protocol/invite.ts'
import { MAX_TIMER, TIMER_ACTS, type Message } from '../../src/protocol/message.ts'
import { cleanName } from '../../src/protocol/names.ts'
import type { Payload } from '../../src/protocol/payload.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { keyPairOf } from './help.ts'

/** Exactly `length` bytes, or from `length` to `most`. */
export function bytes(length: number, most = length): fc.Arbitrary<Bytes> {
  return fc.uint8Array({ minLength: length, maxLength: most }).map((array) => array.slice())
}

/** Any well-formed Unicode text, astral planes and combining marks included. */
export const text = fc.string({ unit: 'grapheme', maxLength: 200 })
export const u8 = fc.nat(0xff)
export const u16 = fc.nat(0xffff)
export const u32 = fc.nat(0xffff_ffff)
export const publicKeys = fc.constantFrom('k', 'l', 'm', 'n').map((seed) => keyPairOf(seed).public)

const iceText = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...'ABCxyz019+/'.split('')), minLength: least, maxLength: most })

const address: fc.Arbitrary<Candidate['address']> = fc.oneof(
  bytes(4).map((b) => ({ kind: 'ipv4' as const, bytes: b })),
  bytes(16).map((b) => ({ kind: 'ipv6' as const, bytes: b })),
  bytes(16).map((b) => ({ kind: 'mdns' as const, bytes: b })),
)

export const candidate: fc.Arbitrary<Candidate> = fc.record({
  type: fc.constantFrom('host', 'srflx', 'relay'),
  address,
  port: u16,
  priority: u32,
})

/** As a browser gathers it: any order, repetitions, useless addresses. */
export const description: fc.Arbitrary<RtcDescription> = fc.record({
  setup: fc.constantFrom('actpass', 'active', 'passive'),
  ufrag: iceText(4, 255),
  pwd: iceText(22, 255),
  fingerprint: bytes(32),
  sctpPort: fc.integer({ min: 1, max: 0xffff }),
  maxMessageSize: u32,
  candidates: fc.array(candidate, { maxLength: 20 }),
})

const relay = fc
  .string({ unit: fc.constantFrom(...'abc./:?-_09'.split('')), minLength: 1, maxLength: 122 })
  .map((rest) => `wss://${rest}`)

export const payload: fc.Arbitrary<Payload> = fc.oneof(
  fc.record({ name: text.map(cleanName), caps: u32 }),
  fc.record({ name: text.map(cleanName), caps: u32, description }),
  fc.record({
    name: text.map(cleanName),
    caps: u32,
    description,
    relays: fc.array(relay, { minLength: 1, maxLength: 4 }),
  }),
)

export const inviteFields: fc.Arbitrary<Omit<Invite, 'bytes'>> = fc.record({
  relayOnly: fc.boolean(),
  manual: fc.boolean(),
  expiresAt: u32,
  inviter: publicKeys,
  secret: bytes(32),
  relays: fc.array(relay, { maxLength: 4 }),
})

const said = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 500 }).filter((s) => !s.includes('\0'))
const seconds = fc.integer({ min: 1, max: MAX_TIMER })

export const message: fc.Arbitrary<Message> = fc.oneof(
  said.map((s) => ({ kind: 'text' as const, text: s })),
  fc.record({ kind: fc.constant('text' as const), text: said, expireAfter: seconds }),
  fc.record({ kind: fc.constant('timer' as const), act: fc.constantFrom(...TIMER_ACTS), n: u32, seconds }),
)

const id = bytes(16)
export const frame: fc.Arbitrary<Exclude<Frame, { type: 'unknown' }>> = fc.oneof(
  u32.map((caps) => ({ type: 'confirm' as const, caps })),
  fc.constantFrom('ack' as const, 'ping' as const, 'pong' as const, 'bye' as const).map((type) => ({ type })),
  fc.record({ type: fc.constant('message' as const), id, body: bytes(0, 2000) }),
  fc.record({
    type: fc.constant('bundle' as const),
    messages: fc.array(fc.record({ id, body: bytes(0, 100) }), { minLength: 1, maxLength: 64 }),
  }),
  fc.record({
    type: fc.constant('receipt' as const),
    what: fc.constantFrom('delivered' as const, 'read' as const),
    ids: fc.array(id, { minLength: 1, maxLength: 256 }),
  }),
  fc.record({ type: fc.constant('nack' as const), id, code: u16 }),
)

const u48 = fc.nat({ max: 2 ** 48 - 1 })
const failures = ['failed', 'stopped', 'full', 'declined', 'occupied'] as const

export const moveStep: fc.Arbitrary<MoveStep> = fc.oneof(
  bytes(32).map((hash) => ({ type: 'commit' as const, hash })),
  bytes(32).map((share) => ({ type: 'share' as const, share })),
  bytes(32).map((key) => ({ type: 'begin' as const, key })),
  fc.record({ type: fc.constant('data' as const), at: u48, bytes: bytes(1, 2000) }),
  fc.record({ type: fc.constantFrom('taken' as const, 'end' as const), bytes: u48 }),
  fc.constant({ type: 'kept' as const }),
  fc.constantFrom(...failures).map((why) => ({ type: 'failed' as const, why })),
)

/** Whatever comes in, a decoder returns or throws a ProtocolError; and what it returns, it would also write. */
export function survives<T>(input: Bytes, decode: (bytes: Bytes) => T, encode: (value: T) => Bytes): void {
  let value: T
  try {
    value = decode(input)
  } catch (error) {
    if (error instanceof ProtocolError) return
    throw error
  }
  const again = toHex(encode(value))
  if (again !== toHex(encode(decode(encode(value))))) throw new Error('decoding is not stable')
}

/** `valid` with a few bytes changed, removed or added: hostile input that gets past the first check. */
export function damaged(valid: fc.Arbitrary<Bytes>): fc.Arbitrary<Bytes> {
  const change = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), to: u8 })
  return fc
    .tuple(valid, fc.array(change, { minLength: 1, maxLength: 4 }), fc.integer({ min: -3, max: 3 }))
    .map(([base, changes, grow]) => {
      const out = new Uint8Array(Math.max(0, base.length + grow))
      out.set(base.subarray(0, out.length))
      for (const { at, to } of changes) if (out.length > 0) out[Math.floor(at * out.length)] = to
      return out
    })
}
