/** What the two handshake messages carry, and the description inside, by the tables of `src/protocol/README.md`. */
import { cut, hex, integer, integerOf, isCanonical, isZero, join, Refusal, zeros } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { isUtf8 } from './frame.ts'

export const NAME = 1
export const DESCRIPTION = 2
export const CAPABILITIES = 3
export const RATCHET_KEY = 4
export const STATUS = 5
const FIRST_IGNORED = 0x80
const MAX_NAME = 64
const SIZES = [512, 1024, 2048]

export type Field = readonly [type: number, value: Bytes]

export const payloadOf = (...fields: readonly Field[]): Bytes => {
  const filled = join(...fields.flatMap(([type, value]) => [Uint8Array.of(type), integer(value.length, 2), value]))
  const size = SIZES.find((bytes) => bytes >= filled.length)
  if (size === undefined) throw new Refusal('too-large')
  return join(filled, zeros(size - filled.length))
}

/** The fields, up to the zeros; each type once. */
function fieldsOf(payload: Bytes): Map<number, Bytes> {
  if (!SIZES.includes(payload.length)) throw new Refusal('malformed', 'size')
  const fields = new Map<number, Bytes>()
  let rest = payload
  while (rest.length > 0 && rest[0] !== 0) {
    const [type, length, after] = cut(rest, 1, 2)
    const [value, next] = cut(after, integerOf(length))
    if (fields.has(type[0]!)) throw new Refusal('malformed', 'repeated field')
    fields.set(type[0]!, value)
    rest = next
  }
  if (!isZero(rest)) throw new Refusal('malformed', 'padding')
  return fields
}

const REQUIRED = { p1: [NAME, CAPABILITIES], ok: [STATUS, NAME, CAPABILITIES, RATCHET_KEY], refused: [STATUS] } as const
const ALLOWED = { p1: [DESCRIPTION], ok: [DESCRIPTION], refused: [] } as const

function check(fields: Map<number, Bytes>, kind: keyof typeof REQUIRED): void {
  const known: readonly number[] = [...REQUIRED[kind], ...ALLOWED[kind]]
  for (const type of fields.keys()) {
    if (type < FIRST_IGNORED && !known.includes(type)) throw new Refusal('malformed', `field ${type}`)
  }
  for (const type of REQUIRED[kind]) if (!fields.has(type)) throw new Refusal('malformed', `no field ${type}`)
  for (const [type, value] of fields) {
    if (!isGood(type, value)) throw new Refusal('malformed', `content of field ${type}`)
  }
  const ratchet = fields.get(RATCHET_KEY)
  if (ratchet && (ratchet.length !== 32 || !isCanonical(ratchet))) throw new Refusal('bad-key', 'not canonical')
}

function isGood(type: number, value: Bytes): boolean {
  switch (type) {
    case NAME:
      return value.length <= MAX_NAME && isUtf8(value)
    case DESCRIPTION:
      return isDescription(value)
    case CAPABILITIES:
      return value.length === 4
    case STATUS:
      return value.length === 1 && value[0]! <= 3
    default:
      return true
  }
}

export function readP1(payload: Bytes): Map<number, Bytes> {
  const fields = fieldsOf(payload)
  check(fields, 'p1')
  return fields
}

export function readP2(payload: Bytes): Map<number, Bytes> {
  const fields = fieldsOf(payload)
  const status = fields.get(STATUS)
  check(fields, status && isZero(status) ? 'ok' : 'refused')
  return fields
}

/* Description */

const ICE_CHARS = /^[A-Za-z0-9+/]*$/
const ADDRESS_BYTES = [4, 16, 16]
const MAX_CANDIDATES = 12

export function isDescription(value: Bytes): boolean {
  try {
    readDescription(value)
    return true
  } catch {
    return false
  }
}

function ice(bytes: Bytes, least: number): Bytes {
  const [length, after] = cut(bytes, 1)
  const [word, rest] = cut(after, length[0]!)
  if (word.length < least || !ICE_CHARS.test(Buffer.from(word).toString('latin1')))
    throw new Refusal('malformed', 'ice')
  return rest
}

function readDescription(value: Bytes): void {
  const [setup, credentials] = cut(value, 1)
  if (setup[0]! > 2) throw new Refusal('malformed', 'setup')
  const [, port, , count, list] = cut(ice(ice(credentials, 4), 22), 32, 2, 4, 1)
  if (isZero(port) || count[0]! > MAX_CANDIDATES) throw new Refusal('malformed', 'port or count')
  const seen: string[] = []
  let last = 0
  let rest = list
  for (let i = 0; i < count[0]!; i += 1) {
    const [type, kind, after] = cut(rest, 1, 1)
    const size = ADDRESS_BYTES[kind[0]!]
    if (type[0]! > 2 || type[0]! < last || size === undefined) throw new Refusal('malformed', 'candidate')
    const [address, candidatePort, , next] = cut(after, size, 2, 4)
    const place = hex(join(type, kind, address, candidatePort))
    if (seen.includes(place)) throw new Refusal('malformed', 'candidate twice')
    seen.push(place)
    last = type[0]!
    rest = next
  }
  if (rest.length > 0) throw new Refusal('malformed', 'after the candidates')
}
