/**
 * A second, naive implementation, written from src/protocol/README.md and the specs it names, sharing no code with the first:
 * Node's crypto, an HChaCha20 of its own, everything in one straight line. Only ML-KEM comes from the same library (there is
 * no other here). It also writes what an honest side never would, so that the tests can forge.
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
import { kemDecapsulate, kemEncapsulate, kemKeygen } from '../../src/protocol/primitives.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'

export function join(...parts: (Uint8Array | string | number)[]): Bytes {
  const all = parts.map((part) =>
    typeof part === 'number' ? Buffer.of(part) : typeof part === 'string' ? Buffer.from(part) : part,
  )
  return new Uint8Array(Buffer.concat(all))
}

export const sha = (data: Uint8Array): Bytes => join(createHash('sha256').update(data).digest())
export const mac = (key: Uint8Array, data: Uint8Array): Bytes => join(createHmac('sha256', key).update(data).digest())

/** HKDF-Expand */
export function expand(prk: Uint8Array, info: Uint8Array, length: number): Bytes {
  let block = new Uint8Array(0)
  let out = new Uint8Array(0)
  for (let i = 1; out.length < length; i++) {
    block = mac(prk, join(block, info, i))
    out = join(out, block)
  }
  return out.slice(0, length)
}

// ── X25519 through DER ──

const PRIVATE = Buffer.from('302e020100300506032b656e04220420', 'hex')
const PUBLIC = Buffer.from('302a300506032b656e032100', 'hex')

function privateKey(secret: Uint8Array): ReturnType<typeof createPrivateKey> {
  return createPrivateKey({ key: Buffer.concat([PRIVATE, secret]), format: 'der', type: 'pkcs8' })
}

export function publicOf(secret: Uint8Array): Bytes {
  return join(createPublicKey(privateKey(secret)).export({ format: 'der', type: 'spki' }).subarray(12))
}

export function x25519(secret: Uint8Array, point: Uint8Array): Bytes {
  const publicKey = createPublicKey({ key: Buffer.concat([PUBLIC, point]), format: 'der', type: 'spki' })
  return join(diffieHellman({ privateKey: privateKey(secret), publicKey }))
}

// ── AEADs ──

export function seal(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Bytes {
  const cipher = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  cipher.setAAD(ad, { plaintextLength: plaintext.length })
  const body = cipher.update(plaintext)
  cipher.final()
  return join(body, cipher.getAuthTag())
}

export function open(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Bytes | undefined {
  const decipher = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  decipher.setAuthTag(sealed.subarray(-16))
  decipher.setAAD(ad, { plaintextLength: sealed.length - 16 })
  const body = decipher.update(sealed.subarray(0, -16))
  try {
    decipher.final()
  } catch {
    return undefined
  }
  return join(body)
}

/** draft-irtf-cfrg-xchacha §2.2 */
function hchacha20(key: Uint8Array, nonce16: Uint8Array): Bytes {
  const state = new Uint32Array(new Uint8Array(join('expand 32-byte k', key, nonce16)).buffer)
  const rotate = (n: number, by: number): number => (n << by) | (n >>> (32 - by))
  const step = (a: number, b: number, d: number, by: number): void => {
    state[a]! += state[b]!
    state[d] = rotate(state[d]! ^ state[a]!, by)
  }
  const quarter = (a: number, b: number, c: number, d: number): void => {
    step(a, b, d, 16)
    step(c, d, b, 12)
    step(a, b, d, 8)
    step(c, d, b, 7)
  }
  for (let round = 0; round < 10; round++) {
    for (let i = 0; i < 4; i++) quarter(i, 4 + i, 8 + i, 12 + i)
    for (let i = 0; i < 4; i++) quarter(i, 4 + ((i + 1) % 4), 8 + ((i + 2) % 4), 12 + ((i + 3) % 4))
  }
  return join(new Uint8Array(state.slice(0, 4).buffer), new Uint8Array(state.slice(12, 16).buffer))
}

export function xSeal(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, plaintext: Uint8Array): Bytes {
  return seal(hchacha20(key, nonce.subarray(0, 16)), join(new Uint8Array(4), nonce.subarray(16)), ad, plaintext)
}

export function xOpen(key: Uint8Array, nonce: Uint8Array, ad: Uint8Array, sealed: Uint8Array): Bytes | undefined {
  return open(hchacha20(key, nonce.subarray(0, 16)), join(new Uint8Array(4), nonce.subarray(16)), ad, sealed)
}

// ── The handshake, token by token ──

export type Inputs = {
  readonly prologue: Bytes
  readonly psk: Bytes
  readonly initStatic: Bytes
  readonly respStatic: Bytes
  readonly initEphemeral: Bytes
  readonly respEphemeral: Bytes
  readonly kemSeed: Bytes
  readonly kemRandom: Bytes
  readonly payload1: Bytes
  readonly payload2: Bytes
}

/** What a forger puts in the place of what belongs there. */
export type Forgery = {
  readonly protocolName?: string
  readonly e?: Bytes
  readonly es?: Bytes
  readonly kemPublic?: Bytes
  readonly s?: Bytes
  readonly ss?: Bytes
  readonly ciphertext?: Bytes
}

export type Transcript = {
  readonly message1: Bytes
  readonly message2: Bytes
  readonly hash: Bytes
  readonly kI2r: Bytes
  readonly kR2i: Bytes
}

export function transcript(inputs: Inputs, forge: Forgery = {}): Transcript {
  const name = join(forge.protocolName ?? 'Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256')
  let h = sha(name)
  let ck = h
  let k = new Uint8Array(32)
  let n = 0
  const mixHash = (data: Uint8Array): void => void (h = sha(join(h, data)))
  const mixKey = (ikm: Uint8Array): void => {
    const temp = mac(ck, ikm)
    ck = mac(temp, join(1))
    k = mac(temp, join(ck, 2))
    n = 0
  }
  const mixKeyAndHash = (ikm: Uint8Array): void => {
    const temp = mac(ck, ikm)
    ck = mac(temp, join(1))
    const middle = mac(temp, join(ck, 2))
    mixHash(middle)
    k = mac(temp, join(middle, 3))
    n = 0
  }
  const encrypt = (plaintext: Uint8Array): Bytes => {
    const sealed = seal(k, join(new Uint8Array(4), n++, new Uint8Array(7)), h, plaintext)
    mixHash(sealed)
    return sealed
  }
  const { initStatic, respStatic, initEphemeral, respEphemeral } = inputs
  mixHash(inputs.prologue)
  mixHash(publicOf(respStatic))

  mixKeyAndHash(inputs.psk)
  const e = forge.e ?? publicOf(initEphemeral)
  mixHash(e)
  mixKey(e)
  mixKey(forge.es ?? x25519(initEphemeral, publicOf(respStatic)))
  const kem = kemKeygen(inputs.kemSeed)
  const e1 = encrypt(forge.kemPublic ?? kem.public)
  const s = encrypt(forge.s ?? publicOf(initStatic))
  mixKey(forge.ss ?? x25519(initStatic, publicOf(respStatic)))
  const message1 = join(e, e1, s, encrypt(inputs.payload1))

  const re = publicOf(respEphemeral)
  mixHash(re)
  mixKey(re)
  mixKey(x25519(respEphemeral, publicOf(initEphemeral)))
  const encapsulated = kemEncapsulate(kem.public, inputs.kemRandom)
  const ciphertext = forge.ciphertext ?? encapsulated.ciphertext
  const ekem1 = encrypt(ciphertext)
  mixKey(forge.ciphertext ? kemDecapsulate(new Uint8Array(1088), kem.secret) : encapsulated.shared)
  mixKey(x25519(respEphemeral, publicOf(initStatic)))
  const message2 = join(re, ekem1, encrypt(inputs.payload2))

  const temp = mac(ck, new Uint8Array(0))
  const kI2r = mac(temp, join(1))
  return { message1, message2, hash: h, kI2r, kR2i: mac(temp, join(kI2r, 2)) }
}
