/**
 * What an attacker brings along: a speaker of our handshake that can lie at every token, and of our sessions that can lie in
 * every field. Built on the second implementation, so that no check of the first is in the way.
 */
import type { Bytes } from '../../src/protocol/bytes.ts'
import { kemDecapsulate, kemEncapsulate, kemKeygen } from '../../src/protocol/primitives.ts'
import * as second from '../second/crypto.ts'
import { expand, hmac as mac, open, publicOf, seal, sha256 as sha, xseal as xSeal } from '../second/crypto.ts'

export { open, publicOf, sha256 as sha, dh as x25519, xopen as xOpen, xseal as xSeal } from '../second/crypto.ts'
const x25519 = second.dh

/** Texts as ASCII, numbers as one byte. */
export function join(...parts: (Bytes | string | number)[]): Bytes {
  return second.join(
    ...parts.map((part) =>
      typeof part === 'number' ? Uint8Array.of(part) : typeof part === 'string' ? second.ascii(part) : part,
    ),
  )
}

export const NAME = 'Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256'
const E1 = 1184 + 16
const EKEM1 = 1088 + 16
const NO_NONCE = new Uint8Array(12)

/** SymmetricState of Noise, in the attacker's hands. */
export class Noise {
  #h: Bytes
  #ck: Bytes
  #k: Bytes = new Uint8Array(32)
  #n = 0

  constructor(prologue: Bytes, responder: Bytes, name = NAME) {
    this.#h = sha(join(name))
    this.#ck = this.#h
    this.mixHash(prologue)
    this.mixHash(responder)
  }

  copy(): Noise {
    const copy = new Noise(new Uint8Array(0), new Uint8Array(0))
    copy.#h = this.#h
    copy.#ck = this.#ck
    copy.#k = this.#k
    copy.#n = this.#n
    return copy
  }

  mixHash(data: Bytes): void {
    this.#h = sha(join(this.#h, data))
  }

  mixKey(ikm: Bytes): void {
    const temp = mac(this.#ck, ikm)
    this.#ck = mac(temp, join(1))
    this.#key(mac(temp, join(this.#ck, 2)))
  }

  mixKeyAndHash(ikm: Bytes): void {
    const temp = mac(this.#ck, ikm)
    this.#ck = mac(temp, join(1))
    const middle = mac(temp, join(this.#ck, 2))
    this.mixHash(middle)
    this.#key(mac(temp, join(middle, 3)))
  }

  mixEphemeral(e: Bytes): void {
    this.mixHash(e)
    this.mixKey(e)
  }

  encrypt(plaintext: Bytes): Bytes {
    const sealed = seal(this.#k, this.#nonce(), this.#h, plaintext)
    this.mixHash(sealed)
    return sealed
  }

  /** Undefined, and nothing changed but the count, when the tag is wrong. */
  decrypt(sealed: Bytes): Bytes | undefined {
    const plaintext = open(this.#k, this.#nonce(), this.#h, sealed)
    if (plaintext) this.mixHash(sealed)
    return plaintext
  }

  /** exp(name, length) of the README. */
  exported(name: string, length: number, mode = 1): Bytes {
    const temp = mac(this.#ck, new Uint8Array(0))
    const i2r = mac(temp, join(1))
    const x = mac(this.#h, join(i2r, mac(temp, join(i2r, 2))))
    return expand(x, join(`sotto/1/exp/${name}`, 0, mode), length)
  }

  #key(k: Bytes): void {
    this.#k = k
    this.#n = 0
  }

  #nonce(): Bytes {
    return join(new Uint8Array(4), this.#n++, new Uint8Array(7))
  }
}

/** Secrets of one side: of the static and the ephemeral key, and for ML-KEM. */
export type Own = { readonly s: Bytes; readonly e: Bytes; readonly kemSeed: Bytes; readonly kemRandom: Bytes }
/** What takes the place of what belongs there: the keys and boxes of a message, and the results of each agreement. */
export type Lies = { readonly [part in 'e' | 'es' | 'e1' | 's' | 'ss' | 'ee' | 'ekem1' | 'kem' | 'se']?: Bytes }
/** What HS1 shows to who can read it. */
export type Heard = { readonly e: Bytes; readonly e1: Bytes; readonly s: Bytes; readonly payload: Bytes }

/** HS1 to the owner of `them`. */
export function writeHs1(noise: Noise, own: Own, psk: Bytes, them: Bytes, payload: Bytes, lies: Lies = {}): Bytes {
  noise.mixKeyAndHash(psk)
  const e = lies.e ?? publicOf(own.e)
  noise.mixEphemeral(e)
  noise.mixKey(lies.es ?? x25519(own.e, them))
  const e1 = noise.encrypt(lies.e1 ?? kemKeygen(own.kemSeed).public)
  const s = noise.encrypt(lies.s ?? publicOf(own.s))
  noise.mixKey(lies.ss ?? x25519(own.s, them))
  return join(e, e1, s, noise.encrypt(payload))
}

/** `agree`: es and ss, from the keys HS1 shows: a responder's own, or what somebody else could make of what they hold. */
export function readHs1(
  noise: Noise,
  psk: Bytes,
  message: Bytes,
  agree: (key: Bytes, which: 'es' | 'ss') => Bytes,
): Heard | undefined {
  noise.mixKeyAndHash(psk)
  const e = message.slice(0, 32)
  noise.mixEphemeral(e)
  noise.mixKey(agree(e, 'es'))
  const e1 = noise.decrypt(message.slice(32, 32 + E1))
  const s = e1 && noise.decrypt(message.slice(32 + E1, 32 + E1 + 48))
  if (!s) return undefined
  noise.mixKey(agree(s, 'ss'))
  const payload = noise.decrypt(message.slice(32 + E1 + 48))
  return payload && { e, e1, s, payload }
}

export function writeHs2(
  noise: Noise,
  own: Own,
  heard: Omit<Heard, 'payload'>,
  payload: Bytes,
  lies: Lies = {},
): Bytes {
  const e = lies.e ?? publicOf(own.e)
  noise.mixEphemeral(e)
  noise.mixKey(lies.ee ?? x25519(own.e, heard.e))
  const { ciphertext, shared } = kemEncapsulate(heard.e1, own.kemRandom)
  const ekem1 = noise.encrypt(lies.ekem1 ?? ciphertext)
  noise.mixKey(lies.kem ?? shared)
  noise.mixKey(lies.se ?? x25519(own.e, heard.s))
  return join(e, ekem1, noise.encrypt(payload))
}

/** The payload of HS2, if every secret is the right one. `agree`: ee and se from the responder's ephemeral key. */
export function readHs2(
  noise: Noise,
  kemSeed: Bytes,
  message: Bytes,
  agree: (key: Bytes, which: 'ee' | 'se') => Bytes,
): Bytes | undefined {
  const e = message.slice(0, 32)
  noise.mixEphemeral(e)
  noise.mixKey(agree(e, 'ee'))
  const ciphertext = noise.decrypt(message.slice(32, 32 + EKEM1))
  if (!ciphertext) return undefined
  noise.mixKey(kemDecapsulate(ciphertext, kemKeygen(kemSeed).secret))
  noise.mixKey(agree(e, 'se'))
  return noise.decrypt(message.slice(32 + EKEM1))
}

/** Everything a link's secret gives away. */
export function inviteSecrets(secret: Bytes): { topic: Bytes; keyI: Bytes; keyR: Bytes; psk: Bytes } {
  const prk = mac(join('sotto/1/invite'), secret)
  const take = (name: string): Bytes => expand(prk, join(`sotto/1/${name}`), 32)
  return { topic: take('topic'), keyI: take('env-i'), keyR: take('env-r'), psk: take('noise-psk') }
}

/** The initiator's first chain key, KDF_RK of the README. */
function firstChain(root: Bytes, secret: Bytes, them: Bytes): Bytes {
  return expand(mac(root, x25519(secret, them)), join('sotto/1/dr/rk'), 96).slice(32, 64)
}

/** The content of the initiator's first frame, for who has the root key and one secret of the two first ratchet keys. */
export function openBody(frame: Bytes, id: Bytes, root: Bytes, secret: Bytes, them: Bytes): Bytes | undefined {
  const key = expand(firstChain(root, secret, them), join('sotto/1/dr/ck'), 64).slice(32)
  const context = join('sotto/1/dr/b', id, frame.slice(1, 81))
  return open(key, NO_NONCE, context, frame.slice(81))
}

/** What a frame says beside its content; what is left out is as it should be. */
export type FrameLies = {
  readonly dh?: Bytes
  readonly pn?: number
  readonly n?: number
  readonly headerLabel?: string
  readonly bodyLabel?: string
  readonly id?: Bytes
}

/** The first chain of a session's initiator, by somebody who knows its keys and seals what they like. */
export class Chain {
  readonly #id: Bytes
  readonly #headerKey: Bytes
  readonly #ratchet: Bytes
  #ck: Bytes
  #n = 0
  #frames = 0

  constructor(id: Bytes, root: Bytes, headerKey: Bytes, secret: Bytes, them: Bytes) {
    this.#id = id
    this.#headerKey = headerKey
    this.#ratchet = publicOf(secret)
    this.#ck = firstChain(root, secret, them)
  }

  /** A frame with this content, padded to the smallest size that holds it. Moves the chain on, unless it lies about n. */
  frame(content: Bytes, lies: FrameLies = {}): Bytes {
    const out = expand(this.#ck, join('sotto/1/dr/ck'), 64)
    const n = lies.n ?? this.#n++
    if (lies.n === undefined) this.#ck = out.slice(0, 32)
    const id = lies.id ?? this.#id
    const nonce = sha(join(`header nonce ${this.#frames++}`)).slice(0, 24)
    const plain = join(lies.dh ?? this.#ratchet, u32(lies.pn ?? 0), u32(n))
    const header = xSeal(this.#headerKey, nonce, join(`sotto/1/${lies.headerLabel ?? 'dr/h'}`, id), plain)
    const size = [256, 512, 1024, 2048, 4096, 8192, 16_384].find((one) => content.length + 97 <= one) ?? 0
    const padded = join(content, new Uint8Array(size - 97 - content.length))
    const context = join(`sotto/1/${lies.bodyLabel ?? 'dr/b'}`, id, nonce, header)
    return join(1, nonce, header, seal(out.slice(32), NO_NONCE, context, padded))
  }
}

export function u32(n: number): Bytes {
  return join(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
}
