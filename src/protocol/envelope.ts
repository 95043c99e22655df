/**
 * What relays see: random-looking bytes of a few constant sizes under random topics. Junk costs the receiver one Poly1305.
 * NOT its concern: what a body means (the handshake's), when to send, and the relay's own format.
 */
import { compare, concat, equal, isZero, padTo, Reader, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { TAG_BYTES, xOpen, xSeal } from './primitives.ts'
import { boxContext, boxKey } from './topics.ts'
import type { Direction, TopicKeys } from './topics.ts'

export { dayKeys } from './topics.ts'
export type { Direction } from './topics.ts'

// ── Envelopes: one body for one topic ──

const VERSION = 1
const NONCE_BYTES = 24
/** A handshake message with a payload of 512, 1024 or 2048 bytes fits the first, second or third; the rest use the first. */
const BUCKETS = [1856, 2368, 3392] as const
const OVERHEAD = 1 + NONCE_BYTES + TAG_BYTES
export const ENVELOPE_SIZES: readonly number[] = BUCKETS.map((bucket) => bucket + OVERHEAD)
const MAX_ENVELOPE_BYTES = Math.max(...ENVELOPE_SIZES)

const KINDS = { hs1: 1, hs2: 2, notice: 4, 'psk-unknown': 5 } as const
export type EnvelopeKind = keyof typeof KINDS

/**
 * version u8 ‖ nonce 24 ‖ XChaCha20-Poly1305(kind u8 ‖ length u16 ‖ body ‖ zeros up to a bucket).
 * `sender`: who we are in the handshake. `nonce`: 24 random bytes. Throws 'too-large' for a body over 3389 bytes.
 */
export function sealEnvelope(
  keys: TopicKeys,
  sender: Direction,
  kind: EnvelopeKind,
  body: Uint8Array,
  nonce: Bytes,
): Bytes {
  const content = new Writer().u8(KINDS[kind]).u16(body.length).put(body).done()
  const bucket = BUCKETS.find((size) => content.length <= size)
  if (bucket === undefined) throw new ProtocolError('too-large')
  const box = xSeal(boxKey(keys, sender), nonce, padTo(content, bucket), boxContext('env', keys.topic, sender))
  return concat(Uint8Array.of(VERSION), nonce, box)
}

/**
 * `sender`: the role of the side that sealed it. Throws 'too-large' or 'malformed' on another size or version byte before any
 * work, 'bad-tag' on anything not sealed with this key for this topic and direction, 'malformed' on nonsense inside.
 */
export function openEnvelope(
  keys: TopicKeys,
  sender: Direction,
  content: Bytes,
): { readonly kind: EnvelopeKind; readonly body: Bytes } {
  if (content.length > MAX_ENVELOPE_BYTES) throw new ProtocolError('too-large')
  if (!ENVELOPE_SIZES.includes(content.length) || content[0] !== VERSION) throw new ProtocolError('malformed')
  const nonce = content.slice(1, 1 + NONCE_BYTES)
  const box = content.slice(1 + NONCE_BYTES)
  const reader = new Reader(xOpen(boxKey(keys, sender), nonce, box, boxContext('env', keys.topic, sender)))
  const kind = kindOf(reader.u8())
  const body = reader.take(reader.u16())
  if (!isZero(reader.rest())) throw new ProtocolError('malformed')
  return { kind, body }
}

function kindOf(code: number): EnvelopeKind {
  for (const kind of Object.keys(KINDS) as EnvelopeKind[]) if (KINDS[kind] === code) return kind
  throw new ProtocolError('malformed')
}

// ── Notice: the answer to a late opener of an invite ──

const NOTICES = { used: 1, withdrawn: 2, expired: 3 } as const
export type NoticeStatus = keyof typeof NOTICES

/** 1 byte. */
export function encodeNotice(status: NoticeStatus): Bytes {
  return Uint8Array.of(NOTICES[status])
}

export function decodeNotice(body: Bytes): NoticeStatus {
  for (const status of Object.keys(NOTICES) as NoticeStatus[])
    if (body.length === 1 && NOTICES[status] === body[0]) return status
  throw new ProtocolError('malformed')
}

// ── HELLO: "I am here", to up to 16 topics at once ──

/** Relays take an event with more tags than this for abuse. */
export const HELLO_SLOTS = 16
const SLOT_COUNTS = [4, 8, 16] as const
const TOPIC_BYTES = 32
const HELLO_NONCE_BYTES = 16
const FLAG_RESPONDER = 1
const SLOT_BYTES = 24 + TAG_BYTES
const MAX_DECOYS = 7
/** The nonce, then a topic and a slot for each decoy (9 slots become 16). */
export const HELLO_ENTROPY_BYTES = NONCE_BYTES + MAX_DECOYS * (TOPIC_BYTES + SLOT_BYTES)

export type HelloSlot = {
  readonly keys: TopicKeys
  /** Our role towards this contact. */
  readonly dir: Direction
  /** 16 random bytes of ours: the responder's goes into the handshake's prologue. */
  readonly nonce: Bytes
}

/**
 * 1 to 16 slots, filled with decoys to 4, 8 or 16 and ordered by topic: topics are random, so the order says nothing about
 * which are real. content = nonce 24 ‖ one sealed slot of 40 bytes for each topic in order; slot = flags u8 ‖ 7 zeros ‖ nonce 16.
 * Throws 'too-large' beyond 16 slots, 'state' when there is none, when two have one topic (they would share key and nonce),
 * or on a length that is not as said.
 */
export function sealHellos(
  slots: readonly HelloSlot[],
  entropy: Bytes,
): { readonly topics: readonly Bytes[]; readonly content: Bytes } {
  const count = SLOT_COUNTS.find((size) => slots.length <= size)
  if (count === undefined) throw new ProtocolError('too-large')
  if (slots.length === 0 || entropy.length !== HELLO_ENTROPY_BYTES) throw new ProtocolError('state')
  const random = new Reader(entropy)
  const nonce = random.take(NONCE_BYTES)
  const sealed = slots.map((slot) => ({ topic: slot.keys.topic, box: sealSlot(slot, nonce) }))
  while (sealed.length < count) sealed.push({ topic: random.take(TOPIC_BYTES), box: random.take(SLOT_BYTES) })
  sealed.sort((a, b) => compare(a.topic, b.topic))
  if (sealed.some(({ topic }, i) => i > 0 && equal(topic, sealed[i - 1]!.topic))) throw new ProtocolError('state')
  return { topics: sealed.map((slot) => slot.topic), content: concat(nonce, ...sealed.map((slot) => slot.box)) }
}

function sealSlot({ keys, dir, nonce: hello }: HelloSlot, nonce: Bytes): Bytes {
  if (hello.length !== HELLO_NONCE_BYTES) throw new ProtocolError('state')
  const plaintext = concat(Uint8Array.of(dir === 'r' ? FLAG_RESPONDER : 0), new Uint8Array(7), hello)
  return xSeal(boxKey(keys, dir), nonce, plaintext, boxContext('hello', keys.topic, dir))
}

/** True for the three sizes a HELLO can have; no envelope has one of them. */
export function isHello(content: Bytes): boolean {
  return SLOT_COUNTS.some((count) => content.length === NONCE_BYTES + count * SLOT_BYTES)
}

/**
 * The sender's 16-byte nonce. `sender`: their role; `index`: where our topic stands among the tags.
 * Throws 'malformed' on another size, an index outside, or flags that contradict the role; 'bad-tag' when not for us.
 */
export function openHello(keys: TopicKeys, sender: Direction, index: number, content: Bytes): Bytes {
  const at = NONCE_BYTES + index * SLOT_BYTES
  if (!isHello(content) || !Number.isInteger(index) || index < 0 || at >= content.length)
    throw new ProtocolError('malformed')
  const box = content.slice(at, at + SLOT_BYTES)
  const context = boxContext('hello', keys.topic, sender)
  const reader = new Reader(xOpen(boxKey(keys, sender), content.slice(0, NONCE_BYTES), box, context))
  if (reader.u8() !== (sender === 'r' ? FLAG_RESPONDER : 0)) throw new ProtocolError('malformed')
  if (!isZero(reader.take(7))) throw new ProtocolError('malformed')
  return reader.take(HELLO_NONCE_BYTES)
}
