/**
 * The invite: everything a link says, and the keys that come from its secret. One link, one person, one use.
 * NOT its concern: whether it was used, withdrawn or has expired (the chat's), and the address it hangs on (the screen's).
 */
import { concat, equal, fromBase64url, Reader, toBase64url, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { label } from './labels.ts'
import { asPublicKey, asPsk, hkdfExpand, hkdfExtract, sha256 } from './primitives.ts'
import type { Psk, PublicKey } from './primitives.ts'
import { MAX_NAMED_RELAYS, MAX_RELAY_URL_BYTES, putRelays, takeRelays } from './relay-list.ts'
import { topicKeys } from './topics.ts'
import type { TopicKeys } from './topics.ts'

export type { TopicKeys } from './topics.ts'

const VERSION = 1
const RELAY_ONLY = 0b01
const MANUAL = 0b10
const SECRET_BYTES = 32
const CHECKSUM_BYTES = 4
/** 71 fixed bytes, four relays at their longest, checksum: 591 bytes are 788 characters. */
const MAX_INVITE_BYTES = 71 + MAX_NAMED_RELAYS * (1 + MAX_RELAY_URL_BYTES) + CHECKSUM_BYTES
const MAX_FRAGMENT_CHARACTERS = Math.ceil((MAX_INVITE_BYTES * 4) / 3)

export type Invite = {
  /** The inviter hides their address: their side of the media path is a TURN server's. The other side is free. */
  readonly relayOnly: boolean
  /** Meant for the exchange by hand: no relay is involved. */
  readonly manual: boolean
  /** Unix minutes. */
  readonly expiresAt: number
  readonly inviter: PublicKey
  /** 32 random bytes, used for one conversation. */
  readonly secret: Bytes
  /** WebSocket URLs, at most 4; normally none: the page's own configuration. */
  readonly relays: readonly string[]
  /** The whole encoding: the handshake binds every bit of it. */
  readonly bytes: Bytes
}

/** Throws 'too-large' on too many or too long relays or an expiry beyond u32, 'malformed' on a relay that is no ws(s) URL or a secret not of 32 bytes. */
export function makeInvite(fields: Omit<Invite, 'bytes'>): Invite {
  if (fields.secret.length !== SECRET_BYTES) throw new ProtocolError('malformed')
  const writer = new Writer()
    .u8(VERSION)
    .u8((fields.relayOnly ? RELAY_ONLY : 0) | (fields.manual ? MANUAL : 0))
    .u32(fields.expiresAt)
    .put(asPublicKey(fields.inviter))
    .put(fields.secret)
  const body = putRelays(writer, fields.relays).done()
  return { ...fields, bytes: concat(body, checksum(body)) }
}

/** base64url of the bytes; 100 characters when no relay is named. */
export function inviteFragment(invite: Invite): string {
  return toBase64url(invite.bytes)
}

/**
 * Parses a bare fragment. Throws 'too-large' before looking at more than 788 characters, 'version' for any other version
 * (before the checksum, whose place a later version may move), 'checksum' for a damaged link, else 'malformed'.
 */
export function parseInvite(text: string): Invite {
  if (text.length > MAX_FRAGMENT_CHARACTERS) throw new ProtocolError('too-large')
  const bytes = fromBase64url(text)
  if (bytes.length === 0) throw new ProtocolError('malformed')
  if (bytes[0] !== VERSION) throw new ProtocolError('version')
  const body = bytes.slice(0, -CHECKSUM_BYTES)
  if (!equal(bytes.slice(-CHECKSUM_BYTES), checksum(body))) throw new ProtocolError('checksum')
  return { ...readFields(body), bytes }
}

function readFields(body: Bytes): Omit<Invite, 'bytes'> {
  const reader = new Reader(body.slice(1))
  const flags = reader.u8()
  if (flags > (RELAY_ONLY | MANUAL)) throw new ProtocolError('malformed')
  const expiresAt = reader.u32()
  const inviter = readInviter(reader.take(32))
  const secret = reader.take(SECRET_BYTES)
  const relays = takeRelays(reader)
  reader.end()
  return { relayOnly: (flags & RELAY_ONLY) !== 0, manual: (flags & MANUAL) !== 0, expiresAt, inviter, secret, relays }
}

function readInviter(bytes: Bytes): PublicKey {
  try {
    return asPublicKey(bytes)
  } catch {
    throw new ProtocolError('malformed')
  }
}

/** Catches typing errors only; it keeps nobody from making a link. */
function checksum(body: Bytes): Bytes {
  return sha256(label('inv-sum'), body).slice(0, CHECKSUM_BYTES)
}

/** Topic, envelope keys and Noise psk of a link's 32-byte secret, by what the link is for. */
export function inviteKeys(secret: Bytes, use: 'invite' | 'move' = 'invite'): TopicKeys & { readonly psk: Psk } {
  const prk = hkdfExtract(label(use), secret)
  return { ...topicKeys(prk), psk: asPsk(hkdfExpand(prk, label('noise-psk'), 32)) }
}
