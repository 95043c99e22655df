/**
 * The handshake a second time, from `src/protocol/README.md` and the Noise specification, revision 34, token by token. Every
 * token can be given something else than the honest value, so that this is also the tool of a forger.
 */
import {
  ascii,
  cut,
  dh,
  expand,
  extract,
  isCanonical,
  join,
  label,
  open,
  publicOf,
  Refusal,
  same,
  seal,
  sha256,
  zeros,
} from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { decapsulate, encapsulate, isKemKey, KEM_CIPHERTEXT_BYTES, KEM_PUBLIC_BYTES } from './mlkem.ts'
import type { KemKeys } from './mlkem.ts'

export const PROTOCOL_NAME = 'Noise_IKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256'

export type Mode = 1 | 2 | 3

/** What the two sides know before they speak. In mode 3 `nonce` is the epoch, u32. */
export type Terms = { readonly mode: Mode; readonly agreed: Bytes; readonly nonce: Bytes; readonly psk: Bytes }

/** What a forger puts in the place of what a token says, before it is hashed, mixed or sealed. */
export type Instead = {
  readonly name?: string
  readonly prologue?: Bytes
  readonly e?: Bytes
  readonly es?: Bytes
  readonly e1?: Bytes
  readonly s?: Bytes
  readonly ss?: Bytes
  readonly ee?: Bytes
  readonly ciphertext?: Bytes
  readonly secret?: Bytes
  readonly se?: Bytes
}

export type Keys = { readonly h: Bytes; readonly iToR: Bytes; readonly rToI: Bytes }

/** Noise revision 34, sections 5.1 and 5.2 in one; the key of the cipher starts over with each MixKey. */
export class Symmetric {
  h: Bytes
  ck: Bytes
  key: Bytes | undefined = undefined
  n = 0

  constructor(name: string) {
    this.h = name.length <= 32 ? join(ascii(name), zeros(32 - name.length)) : sha256(ascii(name))
    this.ck = this.h
  }

  copy(): Symmetric {
    return Object.assign(new Symmetric(''), this)
  }

  mixHash(data: Bytes): void {
    this.h = sha256(this.h, data)
  }

  mixKey(ikm: Bytes): void {
    const [ck, key] = hkdf(this.ck, ikm, 2)
    this.ck = ck
    this.key = key
    this.n = 0
  }

  mixKeyAndHash(ikm: Bytes): void {
    const [ck, h, key] = hkdf(this.ck, ikm, 3)
    this.ck = ck
    this.mixHash(h)
    this.key = key
    this.n = 0
  }

  encryptAndHash(plain: Bytes): Bytes {
    const sealed = this.key ? seal(this.key, this.#nonce(), this.h, plain) : plain
    this.mixHash(sealed)
    return sealed
  }

  decryptAndHash(sealed: Bytes): Bytes {
    const plain = this.key ? open(this.key, this.#nonce(), this.h, sealed) : sealed
    if (!plain) throw new Refusal('bad-tag')
    this.mixHash(sealed)
    return plain
  }

  split(): Keys {
    const [iToR, rToI] = hkdf(this.ck, zeros(0), 2)
    return { h: this.h, iToR, rToI }
  }

  /** Section 12.3: 32 zero bits, then the counter, little-endian. */
  #nonce(): Bytes {
    const nonce = Buffer.alloc(12)
    nonce.writeUInt32LE(this.n, 4)
    this.n += 1
    return new Uint8Array(nonce)
  }
}

/** Section 4.3; it is RFC 5869 without an info. */
function hkdf<N extends 2 | 3>(ck: Bytes, ikm: Bytes, outputs: N): N extends 2 ? [Bytes, Bytes] : [Bytes, Bytes, Bytes]
function hkdf(ck: Bytes, ikm: Bytes, outputs: 2 | 3): Bytes[] {
  const [one, two, three] = cut(expand(extract(ck, ikm), zeros(0), 32 * outputs), 32, 32)
  return outputs === 2 ? [one, two] : [one, two, three]
}

export const prologueOf = ({ mode, agreed, nonce }: Terms): Bytes =>
  join(label('hs'), Uint8Array.of(mode), sha256(agreed, nonce))

export const pskId = (psk: Bytes): Bytes => sha256(label('psk-id'), psk).slice(0, 8)

function begin(terms: Terms, responder: Bytes, instead: Instead): Symmetric {
  const noise = new Symmetric(instead.name ?? PROTOCOL_NAME)
  noise.mixHash(instead.prologue ?? prologueOf(terms))
  noise.mixHash(responder)
  return noise
}

/* -> psk, e, es, e1, s, ss */

export type Opening = {
  readonly own: Bytes
  readonly theirs: Bytes
  readonly ephemeral: Bytes
  readonly kem: KemKeys
}

/** What the initiator keeps while it waits. */
export type Sent = {
  readonly hs1: Bytes
  readonly e: Bytes
  readonly noise: Symmetric
  readonly secrets: Opening
  readonly mode: Mode
}

export function writeHs1(terms: Terms, secrets: Opening, payload: Bytes, instead: Instead = {}): Sent {
  const { own, theirs, ephemeral, kem } = secrets
  const noise = begin(terms, theirs, instead)
  noise.mixKeyAndHash(terms.psk)
  const e = instead.e ?? publicOf(ephemeral)
  noise.mixHash(e)
  noise.mixKey(e) // section 9.2: with a psk, the token e also mixes
  noise.mixKey(instead.es ?? dh(ephemeral, theirs))
  const e1 = noise.encryptAndHash(instead.e1 ?? kem.publicKey)
  const s = noise.encryptAndHash(instead.s ?? publicOf(own))
  noise.mixKey(instead.ss ?? dh(own, theirs))
  const sealed = noise.encryptAndHash(payload)
  const id = terms.mode === 2 ? pskId(terms.psk) : zeros(0)
  return { hs1: join(id, e, e1, s, sealed), e, noise, secrets, mode: terms.mode }
}

/** What the responder knows of the initiator after HS1. */
export type Received = {
  readonly mode: Mode
  readonly noise: Symmetric
  readonly e: Bytes
  readonly e1: Bytes
  readonly s: Bytes
  readonly payload: Bytes
}

const PAYLOAD_SIZES = [512, 1024, 2048]
const HS1_BYTES = 32 + KEM_PUBLIC_BYTES + 16 + 32 + 16 + 16
const HS2_BYTES = 32 + KEM_CIPHERTEXT_BYTES + 16 + 16

const checkSize = (message: Bytes, without: number): void => {
  if (!PAYLOAD_SIZES.includes(message.length - without)) throw new Refusal('malformed', 'size')
}

/** The checks in the order of the document. */
export function readHs1(terms: Terms, own: Bytes, hs1: Bytes): Received {
  const before = terms.mode === 2 ? 8 : 0
  checkSize(hs1, before + HS1_BYTES)
  const [id, e, sealedE1, sealedS, sealed] = cut(hs1, before, 32, KEM_PUBLIC_BYTES + 16, 32 + 16)
  if (before > 0 && !same(id, pskId(terms.psk))) throw new Refusal('bad-tag', 'psk id')
  const noise = begin(terms, publicOf(own), {})
  noise.mixKeyAndHash(terms.psk)
  noise.mixHash(e)
  noise.mixKey(e)
  noise.mixKey(dh(own, e))
  const e1 = noise.decryptAndHash(sealedE1)
  if (!isKemKey(e1)) throw new Refusal('bad-key', 'ML-KEM key out of range')
  const s = noise.decryptAndHash(sealedS)
  if (same(s, publicOf(own))) throw new Refusal('self')
  if (!isCanonical(s)) throw new Refusal('bad-key', 'not canonical')
  noise.mixKey(dh(own, s))
  const payload = noise.decryptAndHash(sealed)
  return { mode: terms.mode, noise, e, e1, s, payload }
}

/* <- e, ee, ekem1, se */

export type Answering = { readonly ephemeral: Bytes; readonly m: Bytes }

export function writeHs2(
  received: Received,
  { ephemeral, m }: Answering,
  payload: Bytes,
  instead: Instead = {},
): { readonly hs2: Bytes; readonly keys: Keys } {
  const noise = received.noise.copy()
  const e = instead.e ?? publicOf(ephemeral)
  noise.mixHash(e)
  noise.mixKey(e)
  noise.mixKey(instead.ee ?? dh(ephemeral, received.e))
  const { ciphertext, secret } = encapsulate(received.e1, m)
  const ekem1 = noise.encryptAndHash(instead.ciphertext ?? ciphertext)
  noise.mixKey(instead.secret ?? secret)
  noise.mixKey(instead.se ?? dh(ephemeral, received.s))
  const sealed = noise.encryptAndHash(payload)
  return { hs2: join(e, ekem1, sealed), keys: noise.split() }
}

/** Works on a copy: an HS2 that is refused leaves the waiting side as it was. */
export function readHs2(sent: Sent, hs2: Bytes): { readonly payload: Bytes; readonly keys: Keys } {
  checkSize(hs2, HS2_BYTES)
  const [e, sealedKem, sealed] = cut(hs2, 32, KEM_CIPHERTEXT_BYTES + 16)
  const noise = sent.noise.copy()
  const { own, ephemeral, kem } = sent.secrets
  noise.mixHash(e)
  noise.mixKey(e)
  noise.mixKey(dh(ephemeral, e))
  const ciphertext = noise.decryptAndHash(sealedKem)
  noise.mixKey(decapsulate(kem.secretKey, ciphertext))
  noise.mixKey(dh(own, e))
  const payload = noise.decryptAndHash(sealed)
  return { payload, keys: noise.split() }
}

/* After the handshake */

const EXPORTS = {
  sessionId: ['session-id', 16],
  drRoot: ['dr-root', 32],
  drHkI: ['dr-hk-i', 32],
  drNhkR: ['dr-nhk-r', 32],
  pskNext: ['psk-next', 32],
  pskRekey: ['psk-rekey', 32],
  pairRoot: ['pair-root', 32],
  pairId: ['pair-id', 32],
} as const

export type Exports = Record<keyof typeof EXPORTS, Bytes>

/** `pairRoot` and `pairId` have a meaning in mode 1 only. */
export function exportsOf({ h, iToR, rToI }: Keys, mode: Mode): Exports {
  const x = extract(h, join(iToR, rToI))
  const out = Object.entries(EXPORTS).map(([key, [name, size]]) => [
    key,
    expand(x, join(label(`exp/${name}`), zeros(1), Uint8Array.of(mode)), size),
  ])
  return Object.fromEntries(out) as Exports
}
