/** What comes before the handshake, a second time: the invite, the keys for meeting, the envelope, HELLO; and the safety number. */
import { createHash } from 'node:crypto'
import {
  ascii,
  cut,
  expand,
  extract,
  hex,
  integer,
  integerOf,
  isCanonical,
  isZero,
  join,
  label,
  Refusal,
  same,
  sha256,
  xopen,
  xseal,
  zeros,
} from './crypto.ts'
import type { Bytes } from './crypto.ts'

/* Invite */

export type Invite = {
  readonly relayOnly: boolean
  readonly manual: boolean
  readonly expiresAt: number
  readonly inviter: Bytes
  readonly secret: Bytes
  readonly relays: readonly string[]
}

const MAX_LINK = 788
const MAX_RELAY = 128
const BASE64URL = /^[A-Za-z0-9_-]+$/
const RELAY = /^wss?:\/\/[\x21-\x7e]+$/

const checksum = (before: Bytes) => sha256(label('inv-sum'), before).slice(0, 4)

export function writeInvite(invite: Invite): string {
  const flags = (invite.relayOnly ? 1 : 0) + (invite.manual ? 2 : 0)
  const relays = invite.relays.flatMap((url) => [integer(url.length, 1), ascii(url)])
  const head = join(Uint8Array.of(1, flags), integer(invite.expiresAt, 4), invite.inviter, invite.secret)
  const before = join(head, integer(invite.relays.length, 1), ...relays)
  return Buffer.from(join(before, checksum(before))).toString('base64url')
}

export function readInvite(fragment: string): Invite {
  if (fragment.length > MAX_LINK) throw new Refusal('too-large')
  const bytes = new Uint8Array(Buffer.from(fragment, 'base64url'))
  if (!BASE64URL.test(fragment) || Buffer.from(bytes).toString('base64url') !== fragment) throw new Refusal('malformed')
  if (bytes[0] !== 1) throw new Refusal('version')
  const [before, sum] = cut(bytes, Math.max(0, bytes.length - 4))
  if (!same(sum, checksum(before))) throw new Refusal('checksum')
  const [, flags, expiry, inviter, secret, count, list] = cut(before, 1, 1, 4, 32, 32, 1)
  if (flags[0]! > 3 || count[0]! > 4 || !isCanonical(inviter)) throw new Refusal('malformed')
  const relays: string[] = []
  let rest = list
  for (let i = 0; i < count[0]!; i += 1) {
    const [length, after] = cut(rest, 1)
    const [url, next] = cut(after, length[0]!)
    const words = Buffer.from(url).toString('latin1')
    if (url.length > MAX_RELAY || !RELAY.test(words)) throw new Refusal('malformed', 'relay')
    relays.push(words)
    rest = next
  }
  if (rest.length > 0) throw new Refusal('malformed', 'after the end')
  return {
    relayOnly: flags[0]! % 2 === 1,
    manual: flags[0]! >= 2,
    expiresAt: integerOf(expiry),
    inviter,
    secret,
    relays,
  }
}

/* Keys for meeting */

export type Meeting = { readonly topic: Bytes; readonly fromI: Bytes; readonly fromR: Bytes; readonly psk: Bytes }

const meeting = (prk: Bytes): Meeting => ({
  topic: expand(prk, label('topic'), 32),
  fromI: expand(prk, label('env-i'), 32),
  fromR: expand(prk, label('env-r'), 32),
  psk: expand(prk, label('noise-psk'), 32),
})

export const meetingOfInvite = (secret: Bytes): Meeting => meeting(extract(label('invite'), secret))
/** Contacts have no use for its `psk`. */
export const meetingOfDay = (pairRoot: Bytes, day: number): Meeting =>
  meeting(extract(join(label('day'), integer(day, 4)), pairRoot))
export const pskRecover = (pairRoot: Bytes): Bytes => expand(pairRoot, label('psk-recover'), 32)

/* Envelope */

export const HS1 = 1
export const HS2 = 2
export const NOTICE = 4
export const PSK_UNKNOWN = 5

const CONTENTS = [1856, 2368, 3392]
const ENVELOPE = 1 + 24 + 16
/** Which direction a kind has; 0 is from the initiator. */
const FROM: Readonly<Record<number, 0 | 1>> = { [HS1]: 0, [HS2]: 1, [NOTICE]: 1, [PSK_UNKNOWN]: 1 }

export type Enclosed = { readonly kind: number; readonly body: Bytes }

const keyOf = ({ fromI, fromR }: Meeting, direction: number) => (direction === 0 ? fromI : fromR)
const ad = (name: string, topic: Bytes, direction: number) => join(label(name), topic, Uint8Array.of(direction))

/** `content`, given instead, is sealed as it is. */
export function writeEnvelope(keys: Meeting, { kind, body }: Enclosed, nonce: Bytes, direction = FROM[kind]!): Bytes {
  const filled = join(Uint8Array.of(kind), integer(body.length, 2), body)
  const size = CONTENTS.find((bytes) => bytes >= filled.length)
  if (size === undefined) throw new Refusal('too-large')
  const content = join(filled, zeros(size - filled.length))
  return join(Uint8Array.of(1), nonce, xseal(keyOf(keys, direction), nonce, ad('env', keys.topic, direction), content))
}

export function readEnvelope(keys: Meeting, direction: number, envelope: Bytes): Enclosed {
  if (envelope.length > CONTENTS[2]! + ENVELOPE) throw new Refusal('too-large')
  if (!CONTENTS.includes(envelope.length - ENVELOPE) || envelope[0] !== 1) throw new Refusal('malformed')
  const [, nonce, sealed] = cut(envelope, 1, 24)
  const content = xopen(keyOf(keys, direction), nonce, ad('env', keys.topic, direction), sealed)
  if (!content) throw new Refusal('bad-tag')
  const [kind, length, rest] = cut(content, 1, 2)
  const [body, padding] = cut(rest, integerOf(length))
  if (!isZero(padding) || FROM[kind[0]!] !== direction) throw new Refusal('malformed')
  const statuses = [1, 2, 3]
  if (kind[0] === NOTICE && !(body.length === 1 && statuses.includes(body[0]!)))
    throw new Refusal('malformed', 'notice')
  if (kind[0] === PSK_UNKNOWN && body.length !== 24) throw new Refusal('malformed', 'psk-unknown')
  if (kind[0] === HS1 && body.length < 16) throw new Refusal('malformed', 'hs1')
  return { kind: kind[0]!, body }
}

/* HELLO */

const SLOTS = [4, 8, 16]
const SLOT = 40

export const writeSlot = (keys: Meeting, direction: number, nonce24: Bytes, nonce16: Bytes): Bytes =>
  xseal(
    keyOf(keys, direction),
    nonce24,
    ad('hello', keys.topic, direction),
    join(Uint8Array.of(direction), zeros(7), nonce16),
  )

/** The nonce in the slot of `keys.topic`, which is the `at`-th of the event. */
export function readSlot(keys: Meeting, direction: number, hello: Bytes, at: number): Bytes {
  const slots = (hello.length - 24) / SLOT
  if (!SLOTS.includes(slots) || at >= slots) throw new Refusal('malformed')
  const sealed = hello.slice(24 + SLOT * at, 24 + SLOT * (at + 1))
  const slot = xopen(keyOf(keys, direction), hello.slice(0, 24), ad('hello', keys.topic, direction), sealed)
  if (!slot) throw new Refusal('bad-tag')
  const [flags, empty, nonce] = cut(slot, 1, 7)
  if (flags[0] !== direction || !isZero(empty)) throw new Refusal('malformed')
  return nonce
}

/* Safety number */

/** Signal's numeric fingerprint: version 0 as u16, the key, the stable id; then 5200 rounds with the key again. */
function half(identity: Bytes): string {
  const key = join(Uint8Array.of(5), identity)
  let digest = join(zeros(2), key, ascii('sotto/1'))
  for (let i = 0; i < 5200; i += 1) digest = new Uint8Array(createHash('sha512').update(join(digest, key)).digest())
  const groups = [0, 5, 10, 15, 20, 25].map((at) => integerOf(digest.slice(at, at + 5)) % 100_000)
  return groups.map((group) => String(group).padStart(5, '0')).join('')
}

export const safetyNumber = (mine: Bytes, theirs: Bytes): string => [half(mine), half(theirs)].sort().join('')
export const safetyCode = (mine: Bytes, theirs: Bytes): string =>
  hex(join(ascii('SOTTO1'), Uint8Array.of(1), mine, theirs))
