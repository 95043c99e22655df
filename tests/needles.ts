/**
 * Looks for known bytes in what was written down somewhere, however they are spelled: as they are, as text in hex, base64,
 * base64url or decimal numbers, and each text in UTF-8 and UTF-16. A part of a secret is a finding too.
 */
import { toBase64, toBase64url, toHex } from '../src/protocol/bytes.ts'

export type Known = { readonly name: string; readonly bytes: Uint8Array }

/** The size of the parts that are looked for: 128 bits are never there by chance. */
const PART_BYTES = 16
/** Of a needle, enough to tell whether a place in the hay is worth a look. */
const HEAD_BYTES = 4
const BUCKET_BITS = 20

type Needle = { readonly of: string; readonly as: string; readonly bytes: Buffer }

export class Needles {
  readonly #byHead = new Map<number, Needle[]>()
  readonly #buckets = new Uint8Array(1 << BUCKET_BITS)

  /** Throws RangeError on something known that is too short to be told from chance. */
  constructor(known: readonly Known[]) {
    for (const { name, bytes } of known) {
      if (bytes.length < 8) throw new RangeError(`${name}: ${bytes.length} bytes are too few to look for`)
      for (const needle of needlesOf(name, Buffer.from(bytes))) this.#add(needle)
    }
  }

  #add(needle: Needle): void {
    const head = needle.bytes.readUInt32LE(0)
    this.#byHead.set(head, [...(this.#byHead.get(head) ?? []), needle])
    this.#buckets[bucketOf(head)] = 1
  }

  /** What is known and stands in the hay, each spelling once: `link secret (hex)`. */
  in(hay: Uint8Array | string): string[] {
    const bytes = Buffer.from(hay)
    const found = new Set<string>()
    let head = bytes.length < HEAD_BYTES ? 0 : bytes.readUInt32LE(0) << 8
    for (let at = 0; at + HEAD_BYTES <= bytes.length; at++) {
      head = (head >>> 8) | (bytes[at + HEAD_BYTES - 1]! << 24)
      if (this.#buckets[bucketOf(head)] === 0) continue
      for (const needle of this.#byHead.get(head >>> 0) ?? [])
        if (bytes.subarray(at, at + needle.bytes.length).equals(needle.bytes)) found.add(`${needle.of} (${needle.as})`)
    }
    return [...found].sort()
  }
}

function bucketOf(head: number): number {
  return Math.imul(head, 0x9e3779b1) >>> (32 - BUCKET_BITS)
}

function needlesOf(of: string, whole: Buffer): Needle[] {
  return partsOf(whole).flatMap(([at, part]) => {
    const texts = textsOf(part, at).flatMap(([as, text]): [string, Buffer][] => [
      [as, Buffer.from(text, 'utf8')],
      [`${as}, UTF-16`, Buffer.from(text, 'utf16le')],
    ])
    // Some spellings are the same: the first name is kept.
    const byContent = new Map<string, string>()
    for (const [as, bytes] of [['bytes', part] as const, ...texts])
      if (!byContent.has(toHex(bytes))) byContent.set(toHex(bytes), as)
    return [...byContent].map(([content, as]) => ({ of, as, bytes: Buffer.from(content, 'hex') }))
  })
}

/** Every 16 bytes, and the last 16; what is shorter as a whole. */
function partsOf(whole: Buffer): [at: number, part: Buffer][] {
  const starts = [...Array(Math.floor(whole.length / PART_BYTES)).keys()].map((n) => n * PART_BYTES)
  const all = new Set([...starts, Math.max(0, whole.length - PART_BYTES)])
  return [...all].map((at) => [at, whole.subarray(at, at + PART_BYTES)])
}

/** `at`: where the part begins, in an array that is written with its indices. */
function textsOf(part: Buffer, at: number): [as: string, text: string][] {
  const numbers = [...part]
  return [
    ['hex', toHex(part)],
    ['hex, upper case', toHex(part).toUpperCase()],
    ...base64Of(part),
    ['numbers', numbers.join(',')],
    ['numbers, spaced', numbers.join(', ')],
    ['numbers with indices', numbers.map((byte, i) => `"${at + i}":${byte}`).join(',')],
    ['characters', part.toString('latin1')],
  ]
}

/** As it stands inside of a longer base64 text: three ways, by what is before it. Only characters that are wholly its own. */
function base64Of(part: Buffer): [as: string, text: string][] {
  return [0, 1, 2].flatMap((skip): [string, string][] => {
    const own = part.subarray(skip, part.length - ((part.length - skip) % 3))
    return [
      ['base64', toBase64(own)],
      ['base64url', toBase64url(own)],
    ]
  })
}
