/**
 * X25519 for tests of what is built on it. Nine tenths of what a simulated hour costs are its multiplications, and one process
 * computes them for everybody. So where a test says `quickly` they are those of the second implementation, by OpenSSL; in all
 * other tests, and in every browser, they are the library's. tests/second holds both to the published vectors.
 */
import { x25519 as library } from '@noble/curves/ed25519.js'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { dh, publicOf } from '../second/crypto.ts'

let asked = 0

export async function quickly<T>(run: () => Promise<T>): Promise<T> {
  asked++
  try {
    return await run()
  } finally {
    asked--
  }
}

/** In the place of the library's, for `primitives.ts`: see `quick-x25519-hook.mjs`. */
export const x25519 = {
  GuBytes: library.GuBytes,
  scalarMult: (secret: Bytes, point: Bytes): Bytes => (asked ? dh(secret, point) : library.scalarMult(secret, point)),
  getSharedSecret: (secret: Bytes, point: Bytes): Bytes =>
    asked ? dh(secret, point) : library.getSharedSecret(secret, point),
  getPublicKey: (secret: Bytes): Bytes => (asked ? publicOf(secret) : library.getPublicKey(secret)),
}
