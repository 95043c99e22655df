/**
 * A sealed box as a code that people pass on themselves: pasted, or held before a camera. What is in the box is as a relay would
 * have carried it, and opened the same way.
 */
import { concat, equal, fromBase64url, toBase64url } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ENVELOPE_SIZES, isHello } from './envelope.ts'
import { ProtocolError } from './errors.ts'
import { label } from './labels.ts'
import { sha256 } from './primitives.ts'

const PREFIX = 'sotto-hand-'
const VERSION = 1
const CHECKSUM_BYTES = 4
const STEPS = { hello: 1, call: 2, answer: 3 } as const
const BOX_SIZES = [184, 344, 664, ...ENVELOPE_SIZES]
const LENGTHS = BOX_SIZES.map((size) => Math.ceil(((1 + size + CHECKSUM_BYTES) * 4) / 3))
/** The longest code with room for line breaks, and for the words that it was sent with. */
const MAX_PASTED_CHARACTERS = 8_192

/** hello: the responder's nonce; call: HS1; answer: HS2, or why there is none. */
export type CodeStep = keyof typeof STEPS
export type Code = { readonly step: CodeStep; readonly box: Bytes }

/** `sotto-hand-1.` and base64url(step u8 ‖ box ‖ checksum 4). */
export function encodeCode({ step, box }: Code): string {
  const body = concat(Uint8Array.of(STEPS[step]), box)
  return `${PREFIX}${VERSION}.${toBase64url(concat(body, checksum(body)))}`
}

/**
 * The code in a pasted text. Throws 'too-large' before looking at more than 8192 characters, 'malformed' where there is none,
 * 'version' for one of another version, 'cut' for a length that no code has, 'checksum' for a damaged one, else 'malformed'.
 */
export function parseCode(text: string): Code {
  if (text.length > MAX_PASTED_CHARACTERS) throw new ProtocolError('too-large')
  const [, version, encoded] = /sotto-hand-(\d+)\.([\w-]*)/.exec(text.replace(/\s+/g, '')) ?? []
  if (version === undefined || encoded === undefined) throw new ProtocolError('malformed')
  if (version !== String(VERSION)) throw new ProtocolError('version')
  const body = bodyIn(encoded)
  const box = body.slice(1)
  for (const step of Object.keys(STEPS) as CodeStep[])
    if (STEPS[step] === body[0] && isHello(box) === (step === 'hello')) return { step, box }
  throw new ProtocolError('malformed')
}

/** A code may have grown together with the words behind it, where line breaks stood: the checksum says how long it is. */
function bodyIn(encoded: string): Bytes {
  for (const length of LENGTHS.filter((one) => one <= encoded.length)) {
    const bytes = decoded(encoded.slice(0, length))
    const body = bytes?.slice(0, -CHECKSUM_BYTES)
    if (bytes && body && equal(bytes.slice(-CHECKSUM_BYTES), checksum(body))) return body
  }
  throw new ProtocolError(LENGTHS.includes(encoded.length) ? 'checksum' : 'cut')
}

/** Undefined where it cannot end. */
function decoded(encoded: string): Bytes | undefined {
  try {
    return fromBase64url(encoded)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

/** Catches what was lost or changed on the way only; it keeps nobody from making a code. */
function checksum(body: Bytes): Bytes {
  return sha256(label('hand-sum'), body).slice(0, CHECKSUM_BYTES)
}
