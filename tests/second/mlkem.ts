/** ML-KEM-768, line by line from FIPS 203; the numbers are those of its algorithms. Slow on purpose where that is plainer. */
import { createHash } from 'node:crypto'
import { join, same } from './crypto.ts'
import type { Bytes } from './crypto.ts'

const N = 256
const Q = 3329
const K = 3
const ETA = 2
const DU = 10
const DV = 4

type Polynomial = number[]
type Vector = Polynomial[]

export const KEM_PUBLIC_BYTES = 384 * K + 32
export const KEM_CIPHERTEXT_BYTES = 32 * (DU * K + DV)

const hash = (name: string, input: Bytes, outputLength?: number): Bytes =>
  new Uint8Array(
    createHash(name, outputLength === undefined ? {} : { outputLength })
      .update(input)
      .digest(),
  )
const H = (input: Bytes) => hash('sha3-256', input)
const J = (input: Bytes) => hash('shake256', input, 32)
const G = (input: Bytes): [Bytes, Bytes] => {
  const both = hash('sha3-512', input)
  return [both.slice(0, 32), both.slice(32)]
}
const PRF = (seed: Bytes, b: number) => hash('shake256', join(seed, Uint8Array.of(b)), 64 * ETA)

const mod = (value: number) => ((value % Q) + Q) % Q
const range = <T>(size: number, item: (i: number) => T): T[] => Array.from({ length: size }, (_, i) => item(i))
const plus = (f: Polynomial, g: Polynomial): Polynomial => f.map((value, i) => mod(value + g[i]!))
const minus = (f: Polynomial, g: Polynomial): Polynomial => f.map((value, i) => mod(value - g[i]!))

/* Algorithms 3 to 6: bits and bytes */

const bitsOf = (bytes: Bytes): number[] => range(8 * bytes.length, (i) => (bytes[i >> 3]! >> (i % 8)) & 1)

function encode(d: number, f: Polynomial): Bytes {
  const bytes = new Uint8Array((N * d) / 8)
  f.forEach((value, i) => {
    for (let j = 0; j < d; j += 1) {
      const at = i * d + j
      bytes[at >> 3] = bytes[at >> 3]! | (((value >> j) & 1) << (at % 8))
    }
  })
  return bytes
}

function decode(d: number, bytes: Bytes): Polynomial {
  const bits = bitsOf(bytes)
  return range(N, (i) => range(d, (j) => bits[i * d + j]! << j).reduce((sum, bit) => sum + bit, 0))
}

const decodeVector = (d: number, bytes: Bytes): Vector =>
  range(K, (i) => decode(d, bytes.slice(32 * d * i, 32 * d * (i + 1))))

// Both numerators are below 2^23, so the division and the rounding are exact.
const compress = (d: number) => (x: number) => Math.floor((x * 2 ** d * 2 + Q) / (2 * Q)) % 2 ** d
const decompress = (d: number) => (y: number) => Math.floor((y * Q * 2 + 2 ** d) / (2 * 2 ** d))

/* Algorithms 7 and 8: sampling */

function sampleNTT(seed: Bytes): Polynomial {
  // More than is ever needed in practice; what is not used does not matter.
  const stream = hash('shake128', seed, 3 * 1000)
  const a: Polynomial = []
  for (let i = 0; a.length < N; i += 3) {
    const [c0, c1, c2] = [stream[i]!, stream[i + 1]!, stream[i + 2]!]
    const d1 = c0 + 256 * (c1 % 16)
    const d2 = (c1 >> 4) + 16 * c2
    if (d1 < Q) a.push(d1)
    if (d2 < Q && a.length < N) a.push(d2)
  }
  return a
}

function samplePolyCBD(bytes: Bytes): Polynomial {
  const bits = bitsOf(bytes)
  const sum = (from: number) => range(ETA, (j) => bits[from + j]!).reduce((total, bit) => total + bit, 0)
  return range(N, (i) => mod(sum(2 * i * ETA) - sum(2 * i * ETA + ETA)))
}

/* Algorithms 9 to 12: the number-theoretic transform */

const reverse7 = (i: number) => range(7, (bit) => ((i >> bit) & 1) << (6 - bit)).reduce((sum, bit) => sum + bit, 0)
const power = (exponent: number) => range(exponent, () => 17).reduce((product, factor) => mod(product * factor), 1)
const ZETA = range(128, (i) => power(reverse7(i)))
const GAMMA = range(128, (i) => power(2 * reverse7(i) + 1))

function ntt(f: Polynomial): Polynomial {
  const out = [...f]
  let i = 1
  for (let length = 128; length >= 2; length /= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETA[i]!
      i += 1
      for (let j = start; j < start + length; j += 1) {
        const t = mod(zeta * out[j + length]!)
        out[j + length] = mod(out[j]! - t)
        out[j] = mod(out[j]! + t)
      }
    }
  }
  return out
}

function inverseNTT(f: Polynomial): Polynomial {
  const out = [...f]
  let i = 127
  for (let length = 2; length <= 128; length *= 2) {
    for (let start = 0; start < N; start += 2 * length) {
      const zeta = ZETA[i]!
      i -= 1
      for (let j = start; j < start + length; j += 1) {
        const t = out[j]!
        out[j] = mod(t + out[j + length]!)
        out[j + length] = mod(zeta * (out[j + length]! - t))
      }
    }
  }
  return out.map((value) => mod(value * 3303))
}

const times = (f: Polynomial, g: Polynomial): Polynomial =>
  range(128, (i) => {
    const [a0, a1, b0, b1] = [f[2 * i]!, f[2 * i + 1]!, g[2 * i]!, g[2 * i + 1]!]
    return [mod(a0 * b0 + mod(a1 * b1) * GAMMA[i]!), mod(a0 * b1 + a1 * b0)]
  }).flat()

const dot = (a: Vector, b: Vector): Polynomial => a.map((f, i) => times(f, b[i]!)).reduce(plus)

const matrix = (rho: Bytes, entry: (i: number, j: number) => [number, number]): Vector[] =>
  range(K, (i) => range(K, (j) => sampleNTT(join(rho, Uint8Array.of(...entry(i, j))))))

/* Algorithms 13 to 18: the scheme */

export type KemKeys = { readonly publicKey: Bytes; readonly secretKey: Bytes }

/** From d ‖ z, 64 bytes. */
export function kemKeys(seed: Bytes): KemKeys {
  const [rho, sigma] = G(join(seed.slice(0, 32), Uint8Array.of(K)))
  const A = matrix(rho, (i, j) => [j, i])
  const s = range(K, (i) => ntt(samplePolyCBD(PRF(sigma, i))))
  const e = range(K, (i) => ntt(samplePolyCBD(PRF(sigma, K + i))))
  const t = A.map((row, i) => plus(dot(row, s), e[i]!))
  const publicKey = join(...t.map((f) => encode(12, f)), rho)
  const secretKey = join(...s.map((f) => encode(12, f)), publicKey, H(publicKey), seed.slice(32))
  return { publicKey, secretKey }
}

function encrypt(publicKey: Bytes, message: Bytes, r: Bytes): Bytes {
  const t = decodeVector(12, publicKey)
  const transposed = matrix(publicKey.slice(384 * K), (i, j) => [i, j])
  const y = range(K, (i) => ntt(samplePolyCBD(PRF(r, i))))
  const e1 = range(K, (i) => samplePolyCBD(PRF(r, K + i)))
  const e2 = samplePolyCBD(PRF(r, 2 * K))
  const u = transposed.map((row, i) => plus(inverseNTT(dot(row, y)), e1[i]!))
  const mu = decode(1, message).map(decompress(1))
  const v = plus(plus(inverseNTT(dot(t, y)), e2), mu)
  return join(...u.map((f) => encode(DU, f.map(compress(DU)))), encode(DV, v.map(compress(DV))))
}

function decrypt(secretKey: Bytes, ciphertext: Bytes): Bytes {
  const u = decodeVector(DU, ciphertext).map((f) => ntt(f.map(decompress(DU))))
  const v = decode(DV, ciphertext.slice(32 * DU * K)).map(decompress(DV))
  const w = minus(v, inverseNTT(dot(decodeVector(12, secretKey), u)))
  return encode(1, w.map(compress(1)))
}

/** The check of section 7.2: every coefficient is below q. */
export const isKemKey = (key: Bytes): boolean =>
  key.length === KEM_PUBLIC_BYTES && decodeVector(12, key).every((f) => f.every((value) => value < Q))

export function encapsulate(publicKey: Bytes, m: Bytes): { readonly ciphertext: Bytes; readonly secret: Bytes } {
  const [secret, r] = G(join(m, H(publicKey)))
  return { ciphertext: encrypt(publicKey, m, r), secret }
}

export function decapsulate(secretKey: Bytes, ciphertext: Bytes): Bytes {
  const publicKey = secretKey.slice(384 * K, 768 * K + 32)
  const m = decrypt(secretKey, ciphertext)
  const [secret, r] = G(join(m, secretKey.slice(768 * K + 32, 768 * K + 64)))
  const rejected = J(join(secretKey.slice(768 * K + 64), ciphertext))
  return same(encrypt(publicKey, m, r), ciphertext) ? secret : rejected
}
