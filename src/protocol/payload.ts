/**
 * What the two handshake messages carry: type-length-value fields padded to one of three sizes, so that a name's length or
 * the number of candidates does not show.
 */
import { concat, fromUtf8, isZero, padTo, Reader, utf8, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { decodeDescription, encodeDescription } from './description.ts'
import type { RtcDescription } from './description.ts'
import { ProtocolError } from './errors.ts'
import { cleanName, MAX_NAME_BYTES } from './names.ts'
import { asPublicKey } from './primitives.ts'
import type { PublicKey } from './primitives.ts'
import { putRelays, takeRelays } from './relay-list.ts'

/** The smallest holds a full name and twelve IPv4 candidates, the largest any description of ours. */
export const PAYLOAD_SIZES: readonly number[] = [512, 1024, 2048]

export type Payload = {
  /** What they call themselves, at most 64 bytes of UTF-8, may be empty. A claim, not an identity. */
  readonly name: string
  /** Capability bits, u32. */
  readonly caps: number
  readonly description?: RtcDescription
  /** Where they listen, if not where their page says: ws(s) URLs, at most 4. */
  readonly relays?: readonly string[]
}

export type Refusal = 'used' | 'expired' | 'declined'
export type Reply = (Payload & { readonly status: 'ok' }) | { readonly status: Refusal }
/** A reply as it travels: an accepting one brings the responder's first ratchet key. */
export type RatchetReply =
  | (Payload & { readonly status: 'ok'; readonly ratchet: PublicKey })
  | { readonly status: Refusal }

const NAME = 0x01
const RTC = 0x02
const CAPS = 0x03
const RATCHET = 0x04
const STATUS = 0x05
/** Fields from here on may be ignored by who does not know them; unknown ones below are refused. */
const OPTIONAL = 0x80
const RELAYS = 0x81
const STATUSES = ['ok', 'used', 'expired', 'declined'] as const

type Fields = ReadonlyMap<number, Bytes>

export function encodePayload(payload: Payload): Bytes {
  return encodeFields(payloadFields(payload))
}

/** Throws 'malformed'. */
export function decodePayload(bytes: Bytes): Payload {
  return readPayload(decodeFields(bytes, [NAME, RTC, CAPS]))
}

export function encodeReply(reply: RatchetReply): Bytes {
  const status: [number, Bytes] = [STATUS, Uint8Array.of(STATUSES.indexOf(reply.status))]
  if (reply.status !== 'ok') return encodeFields([status])
  return encodeFields([status, ...payloadFields(reply), [RATCHET, reply.ratchet]])
}

/** Throws 'malformed'; 'bad-key' on a ratchet key that is not canonical. A refusal carries nothing but its status. */
export function decodeReply(bytes: Bytes): RatchetReply {
  const fields = decodeFields(bytes, [NAME, RTC, CAPS, RATCHET, STATUS])
  const code = required(fields, STATUS)
  const status = code.length === 1 ? STATUSES[code[0]!] : undefined
  if (status === undefined) throw new ProtocolError('malformed')
  if (status === 'ok') return { status, ...readPayload(fields), ratchet: asPublicKey(required(fields, RATCHET)) }
  if ([...fields.keys()].some((type) => type !== STATUS && type < OPTIONAL)) throw new ProtocolError('malformed')
  return { status }
}

function payloadFields({ name, caps, description, relays }: Payload): [number, Bytes][] {
  const fields: [number, Bytes][] = [
    [NAME, utf8(cleanName(name))],
    [CAPS, new Writer().u32(caps).done()],
  ]
  if (description) fields.push([RTC, encodeDescription(description)])
  if (relays && relays.length > 0) fields.push([RELAYS, putRelays(new Writer(), relays).done()])
  return fields
}

function readPayload(fields: Fields): Payload {
  const name = required(fields, NAME)
  if (name.length > MAX_NAME_BYTES) throw new ProtocolError('malformed')
  const reader = new Reader(required(fields, CAPS))
  const caps = reader.u32()
  reader.end()
  const rtc = fields.get(RTC)
  // Cleaned rather than refused: the other side's Unicode tables may be of another year.
  const relays = readRelays(fields.get(RELAYS))
  const payload = { name: cleanName(fromUtf8(name)), caps, ...(relays ? { relays } : {}) }
  return rtc ? { ...payload, description: decodeDescription(rtc) } : payload
}

/** What cannot be read is ignored, as by who does not know of it. */
function readRelays(bytes: Bytes | undefined): readonly string[] | undefined {
  if (!bytes) return undefined
  try {
    const reader = new Reader(bytes)
    const relays = takeRelays(reader)
    reader.end()
    return relays.length > 0 ? relays : undefined
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

function required(fields: Fields, type: number): Bytes {
  const value = fields.get(type)
  if (value === undefined) throw new ProtocolError('malformed')
  return value
}

/** type u8 ‖ length u16 ‖ value, each; then zeros up to 512, 1024 or 2048. */
function encodeFields(fields: readonly (readonly [number, Bytes])[]): Bytes {
  const bytes = concat(...fields.map(([type, value]) => new Writer().u8(type).u16(value.length).put(value).done()))
  const size = PAYLOAD_SIZES.find((length) => bytes.length <= length)
  if (size === undefined) throw new ProtocolError('too-large')
  return padTo(bytes, size)
}

function decodeFields(bytes: Bytes, known: readonly number[]): Fields {
  if (!PAYLOAD_SIZES.includes(bytes.length)) throw new ProtocolError('malformed')
  const seen = new Set<number>()
  const fields = new Map<number, Bytes>()
  const reader = new Reader(bytes)
  while (reader.left > 0) {
    const type = reader.u8()
    if (type === 0) {
      if (!isZero(reader.rest())) throw new ProtocolError('malformed')
      break
    }
    const value = reader.take(reader.u16())
    if (seen.has(type) || (type < OPTIONAL && !known.includes(type))) throw new ProtocolError('malformed')
    seen.add(type)
    if (type < OPTIONAL || type === RELAYS) fields.set(type, value)
  }
  return fields
}
