/**
 * The cryptographic primitives, and the only file that knows which library they come from. All are synchronous and
 * deterministic: random bytes are arguments. NOT its concern: protocols, labels, formats.
 */
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { x25519 } from '@noble/curves/ed25519.js'
import { schnorr } from '@noble/curves/secp256k1.js'
import { expand, extract } from '@noble/hashes/hkdf.js'
import { sha256 as SHA256, sha512 as SHA512 } from '@noble/hashes/sha2.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'

declare const purpose: unique symbol
/** Bytes with one purpose: a key of one kind cannot be passed for another. The mark costs nothing at run time. */
export type Key<Purpose extends string> = Bytes & { readonly [purpose]: Purpose }

/** X25519 secret scalar, 32 bytes. */
export type SecretKey = Key<'x25519 secret'>
/** X25519 public key, 32 bytes, canonical (u < p, high bit clear). */
export type PublicKey = Key<'x25519 public'>
/** Noise pre-shared key, 32 bytes. */
export type Psk = Key<'psk'>
/** Key of one direction of sealed envelopes, 32 bytes. */
export type BoxKey = Key<'box'>

export const KEY_BYTES = 32
export const TAG_BYTES = 16
export const KEM_SEED_BYTES = 64
export const KEM_PUBLIC_BYTES = 1184
export const KEM_CIPHERTEXT_BYTES = 1088

/** Random or stored bytes as a secret key. Throws 'bad-key' unless 32 bytes. */
export function asSecretKey(bytes: Bytes): SecretKey {
  return sized<SecretKey>(bytes)
}

/** Throws 'bad-key' unless 32 bytes. */
export function asPsk(bytes: Bytes): Psk {
  return sized<Psk>(bytes)
}

/** Throws 'bad-key' unless 32 bytes. */
export function asBoxKey(bytes: Bytes): BoxKey {
  return sized<BoxKey>(bytes)
}

/**
 * Received or stored bytes as a public key. Throws 'bad-key' unless 32 bytes that encode u < p = 2^255 − 19 with the high
 * bit clear: RFC 7748 would reduce other encodings to the same point, and one person must have one key.
 * Points of low order pass here and fail in `dh`.
 */
export function asPublicKey(bytes: Bytes): PublicKey {
  const key = sized<PublicKey>(bytes)
  // p is 0xed ff … ff 7f in little-endian order.
  const highest = key[31]!
  const allOnes = key.subarray(1, 31).every((byte) => byte === 0xff)
  if (highest > 0x7f || (highest === 0x7f && allOnes && key[0]! >= 0xed)) throw new ProtocolError('bad-key')
  return key
}

function sized<K extends Bytes>(bytes: Bytes): K {
  if (bytes.length !== KEY_BYTES) throw new ProtocolError('bad-key')
  return bytes as K
}

// ── X25519 (RFC 7748) ──

// [Note: Without a table at first] By the table of the base point a key takes a third of the time, but the table takes as long as
// some thirty keys. So the first few go up the ladder, like any other point: until then a page has had time to warm up.
const FIRST_KEYS = 8
let keysMade = 0

export function publicKey(secret: SecretKey): PublicKey {
  return (
    keysMade++ < FIRST_KEYS ? x25519.scalarMult(secret, x25519.GuBytes) : x25519.getPublicKey(secret)
  ) as PublicKey
}

/** 32-byte shared secret. Throws 'bad-key' when it is all zero (RFC 7748 §6.1), that is for every point of low order. */
export function dh(secret: SecretKey, publicBytes: Bytes): Bytes {
  try {
    return x25519.getSharedSecret(secret, publicBytes)
  } catch {
    throw new ProtocolError('bad-key')
  }
}

// ── ML-KEM-768 (FIPS 203) ──

export type KemKeyPair = { readonly secret: Bytes; readonly public: Bytes }

/** `seed`: d ‖ z, 64 random bytes. The secret is the expanded 2400-byte decapsulation key. */
export function kemKeygen(seed: Bytes): KemKeyPair {
  const pair = ml_kem768.keygen(seed)
  return { secret: pair.secretKey, public: pair.publicKey }
}

/**
 * Throws 'bad-key' on a wrong length or a coefficient ≥ q = 3329 (the checks of FIPS 203 §7.2), so that a bad key is refused
 * when it is read and not only when it is used.
 */
export function checkKemPublic(kemPublic: Bytes): void {
  if (kemPublic.length !== KEM_PUBLIC_BYTES) throw new ProtocolError('bad-key')
  // Pairs of 12-bit coefficients in 3 bytes, little-endian; the last 32 bytes are a seed.
  for (let i = 0; i < KEM_PUBLIC_BYTES - 32; i += 3) {
    const pair = kemPublic[i]! | (kemPublic[i + 1]! << 8) | (kemPublic[i + 2]! << 16)
    if ((pair & 0xfff) >= 3329 || pair >> 12 >= 3329) throw new ProtocolError('bad-key')
  }
}

/** `random`: m, 32 random bytes. Throws 'bad-key' on a wrong length or a coefficient ≥ q (FIPS 203 §7.2). */
export function kemEncapsulate(
  kemPublic: Bytes,
  random: Bytes,
): { readonly ciphertext: Bytes; readonly shared: Bytes } {
  try {
    const { cipherText, sharedSecret } = ml_kem768.encapsulate(kemPublic, random)
    return { ciphertext: cipherText, shared: sharedSecret }
  } catch {
    throw new ProtocolError('bad-key')
  }
}

/** 32 bytes. A ciphertext that was made for another key gives a useless secret, not an error (implicit rejection). */
export function kemDecapsulate(ciphertext: Bytes, secret: Bytes): Bytes {
  try {
    return ml_kem768.decapsulate(ciphertext, secret)
  } catch {
    throw new ProtocolError('bad-key')
  }
}

// ── Hashes and key derivation ──

export function sha256(...parts: Uint8Array[]): Bytes {
  const hash = SHA256.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

export function sha512(...parts: Uint8Array[]): Bytes {
  const hash = SHA512.create()
  for (const part of parts) hash.update(part)
  return hash.digest()
}

/** HKDF-SHA256 (RFC 5869 §2.2). */
export function hkdfExtract(salt: Bytes, ikm: Bytes): Bytes {
  return extract(SHA256, ikm, salt)
}

/** HKDF-SHA256 (RFC 5869 §2.3), at most 8160 bytes. */
export function hkdfExpand(prk: Bytes, info: Bytes, length: number): Bytes {
  return expand(SHA256, prk, info, length)
}

// ── Authenticated encryption: ciphertext ‖ 16-byte tag ──

/** ChaCha20-Poly1305 (RFC 8439), 12-byte nonce. */
export function aeadSeal(key: Bytes, nonce: Bytes, plaintext: Bytes, ad: Bytes): Bytes {
  return chacha20poly1305(key, nonce, ad).encrypt(plaintext)
}

/** Throws 'bad-tag'. */
export function aeadOpen(key: Bytes, nonce: Bytes, sealed: Bytes, ad: Bytes): Bytes {
  try {
    return chacha20poly1305(key, nonce, ad).decrypt(sealed)
  } catch {
    throw new ProtocolError('bad-tag')
  }
}

/** XChaCha20-Poly1305, 24-byte nonce that may be random. */
export function xSeal(key: Bytes, nonce: Bytes, plaintext: Bytes, ad: Bytes): Bytes {
  return xchacha20poly1305(key, nonce, ad).encrypt(plaintext)
}

/** Throws 'bad-tag'. */
export function xOpen(key: Bytes, nonce: Bytes, sealed: Bytes, ad: Bytes): Bytes {
  try {
    return xchacha20poly1305(key, nonce, ad).decrypt(sealed)
  } catch {
    throw new ProtocolError('bad-tag')
  }
}

// ── Schnorr signatures over secp256k1 (BIP 340): for the relay's events, by throw-away keys only ──

/** 32 bytes. Throws 'bad-key' on a scalar out of range. */
export function schnorrPublicKey(secret: Bytes): Bytes {
  try {
    return schnorr.getPublicKey(secret)
  } catch {
    throw new ProtocolError('bad-key')
  }
}

/** 64 bytes. `message`, `secret`, `aux`: 32 bytes each, `aux` random. */
export function schnorrSign(message: Bytes, secret: Bytes, aux: Bytes): Bytes {
  try {
    return schnorr.sign(message, secret, aux)
  } catch {
    throw new ProtocolError('bad-key')
  }
}

export function schnorrVerify(signature: Bytes, message: Bytes, publicBytes: Bytes): boolean {
  return signature.length === 64 && publicBytes.length === 32 && schnorr.verify(signature, message, publicBytes)
}

// [Note: A small base table] A key signs one event and is thrown away, so the usual table of the base point (window 8)
// costs more to build than it saves: the first signature takes a third of the time with window 3.
schnorr.Point.BASE.precompute(3)

export const WARM_UP_ENTROPY_BYTES = KEM_SEED_BYTES + 32

/** In the order in which a handshake needs them. */
const WARM_UPS: readonly ((entropy: Bytes) => void)[] = [
  (entropy) => kemKeygen(entropy.slice(0, KEM_SEED_BYTES)),
  (entropy) => {
    const kem = kemKeygen(entropy.slice(0, KEM_SEED_BYTES))
    kemDecapsulate(kemEncapsulate(kem.public, entropy.slice(KEM_SEED_BYTES)).ciphertext, kem.secret)
  },
  (entropy) => {
    x25519.getPublicKey(entropy.slice(0, 32))
    keysMade = FIRST_KEYS
  },
]

export const WARM_UP_STEPS = WARM_UPS.length

/**
 * Runs one of the slow primitives once, so that the engine has compiled it and its tables exist before they are needed: all of
 * them take an idle page some 70 ms, the longest step half of that. The results are thrown away. `entropy`: 96 random bytes.
 * `at`: 0 to `WARM_UP_STEPS` − 1.
 */
export function warmUp(entropy: Bytes, at: number): void {
  WARM_UPS[at]?.(entropy)
}
