/**
 * The primitives under the second implementation, in the plainest form: node's own where node has them, the text of the
 * specification where it has not. Nothing here is shared with what it is compared to.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
} from 'node:crypto'

export type Bytes = Uint8Array<ArrayBuffer>

/** Why something was refused, in the words of the document. */
export class Refusal extends Error {
  readonly code: string

  constructor(code: string, detail = '') {
    super(`${code} ${detail}`.trim())
    this.code = code
  }
}

export const join = (...parts: readonly Bytes[]): Bytes => new Uint8Array(Buffer.concat(parts))
export const ascii = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'latin1'))
export const label = (name: string): Bytes => ascii(`sotto/1/${name}`)
export const hex = (bytes: Bytes): string => Buffer.from(bytes).toString('hex')
export const fromHex = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'hex'))
export const same = (a: Bytes, b: Bytes): boolean => hex(a) === hex(b)
export const zeros = (size: number): Bytes => new Uint8Array(size)
export const isZero = (bytes: Bytes): boolean => bytes.every((byte) => byte === 0)

/** Unsigned, big-endian. */
export function integer(value: number, size: number): Bytes {
  const bytes = zeros(size)
  for (let i = size - 1, rest = value; i >= 0; i -= 1, rest = Math.floor(rest / 256)) bytes[i] = rest % 256
  return bytes
}

export const integerOf = (bytes: Bytes): number => bytes.reduce((value, byte) => value * 256 + byte, 0)

/** Cuts `bytes` into pieces of the given sizes; the last piece is the rest. */
export function cut<S extends readonly number[]>(bytes: Bytes, ...sizes: S): [...{ [K in keyof S]: Bytes }, Bytes] {
  const pieces: Bytes[] = []
  let at = 0
  for (const size of sizes) {
    if (at + size > bytes.length) throw new Refusal('malformed', 'too short')
    pieces.push(bytes.slice(at, at + size))
    at += size
  }
  return [...pieces, bytes.slice(at)] as unknown as [...{ [K in keyof S]: Bytes }, Bytes]
}

/* SHA-2 and HKDF (RFC 5869) */

export const sha256 = (...parts: readonly Bytes[]): Bytes =>
  new Uint8Array(
    createHash('sha256')
      .update(join(...parts))
      .digest(),
  )

export const hmac = (key: Bytes, data: Bytes): Bytes => new Uint8Array(createHmac('sha256', key).update(data).digest())

export const extract = (salt: Bytes, ikm: Bytes): Bytes => hmac(salt, ikm)

export function expand(prk: Bytes, info: Bytes, size: number): Bytes {
  let all = zeros(0)
  let block = zeros(0)
  for (let i = 1; all.length < size; i += 1) {
    block = hmac(prk, join(block, info, integer(i, 1)))
    all = join(all, block)
  }
  return all.slice(0, size)
}

/* X25519 (RFC 7748) */

const base64url = (bytes: Bytes) => Buffer.from(bytes).toString('base64url')
const OKP = { kty: 'OKP', crv: 'X25519' } as const

// Of a #key Node reads `d` alone, but wants to see an `x`.
const privateKey = (secret: Bytes) =>
  createPrivateKey({ key: { ...OKP, d: base64url(secret), x: base64url(secret) }, format: 'jwk' })

const publicKey = (key: Bytes) => createPublicKey({ key: { ...OKP, x: base64url(key) }, format: 'jwk' })

export const publicOf = (secret: Bytes): Bytes =>
  new Uint8Array(Buffer.from(createPublicKey(privateKey(secret)).export({ format: 'jwk' }).x!, 'base64url'))

/** A result of zero, which OpenSSL reports by throwing, is refused. */
export function dh(secret: Bytes, theirs: Bytes): Bytes {
  try {
    return new Uint8Array(diffieHellman({ privateKey: privateKey(secret), publicKey: publicKey(theirs) }))
  } catch {
    throw new Refusal('bad-key', 'X25519 gave zero')
  }
}

const P = 2n ** 255n - 19n

/** u < 2^255 − 19 and the high bit clear, read little-endian as in RFC 7748. */
export const isCanonical = (key: Bytes): boolean =>
  key.reduceRight((value, byte) => value * 256n + BigInt(byte), 0n) < P

/* ChaCha20-Poly1305 (RFC 8439) and XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha) */

const TAG = 16

export function seal(key: Bytes, nonce: Bytes, ad: Bytes, plain: Bytes): Bytes {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG })
  cipher.setAAD(ad, { plaintextLength: plain.length })
  const body = cipher.update(plain)
  return join(body, cipher.final(), cipher.getAuthTag())
}

/** The plain text, or nothing when the tag is wrong. */
export function open(key: Bytes, nonce: Bytes, ad: Bytes, sealed: Bytes): Bytes | undefined {
  if (sealed.length < TAG) return undefined
  const size = sealed.length - TAG
  const cipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: TAG })
  cipher.setAAD(ad, { plaintextLength: size })
  cipher.setAuthTag(sealed.slice(size))
  const plain = cipher.update(sealed.slice(0, size))
  try {
    return join(plain, cipher.final())
  } catch {
    return undefined
  }
}

const rotate = (word: number, by: number) => ((word << by) | (word >>> (32 - by))) >>> 0

function quarterRound(x: Uint32Array, a: number, b: number, c: number, d: number): void {
  const add = (to: number, from: number) => (x[to] = (x[to]! + x[from]!) >>> 0)
  const mix = (to: number, from: number, by: number) => (x[to] = rotate((x[to]! ^ x[from]!) >>> 0, by))
  add(a, b)
  mix(d, a, 16)
  add(c, d)
  mix(b, c, 12)
  add(a, b)
  mix(d, a, 8)
  add(c, d)
  mix(b, c, 7)
}

/** Section 2.2 of the draft: ten double rounds, then the first and the last row. */
export function hchacha20(key: Bytes, nonce16: Bytes): Bytes {
  const view = Buffer.from(join(ascii('expand 32-byte k'), key, nonce16))
  const x = Uint32Array.from({ length: 16 }, (_, i) => view.readUInt32LE(4 * i))
  for (let round = 0; round < 10; round += 1) {
    for (let i = 0; i < 4; i += 1) quarterRound(x, i, 4 + i, 8 + i, 12 + i)
    for (let i = 0; i < 4; i += 1) quarterRound(x, i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4))
  }
  const out = Buffer.alloc(32)
  for (let i = 0; i < 4; i += 1) {
    out.writeUInt32LE(x[i]!, 4 * i)
    out.writeUInt32LE(x[12 + i]!, 16 + 4 * i)
  }
  return new Uint8Array(out)
}

const subkey = (key: Bytes, nonce: Bytes) => hchacha20(key, nonce.slice(0, 16))
const shortNonce = (nonce: Bytes) => join(zeros(4), nonce.slice(16, 24))

export const xseal = (key: Bytes, nonce: Bytes, ad: Bytes, plain: Bytes): Bytes =>
  seal(subkey(key, nonce), shortNonce(nonce), ad, plain)

export const xopen = (key: Bytes, nonce: Bytes, ad: Bytes, sealed: Bytes): Bytes | undefined =>
  open(subkey(key, nonce), shortNonce(nonce), ad, sealed)
