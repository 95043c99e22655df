/**
 * The Noise Protocol Framework, revision 34, §5 and §9, in the spec's order and names, for 25519, ChaChaPoly and SHA256,
 * with the two tokens of the hybrid forward secrecy extension (noise_hfs.md, revision 1) over ML-KEM-768.
 * A handshake pattern is data, so this engine runs the published vectors of all patterns. Differs from the spec in one way:
 * random values are handed in with the message that needs them.
 * NOT its concern: which pattern, prologue and payload (the handshake's).
 */
import { concat, Reader, utf8 } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import {
  aeadOpen,
  aeadSeal,
  checkKemPublic,
  dh,
  hmac,
  kemDecapsulate,
  kemEncapsulate,
  kemKeygen,
  KEM_CIPHERTEXT_BYTES,
  KEM_PUBLIC_BYTES,
  sha256,
  TAG_BYTES,
} from './primitives.ts'
import type { KemKeyPair, Psk, SecretKey } from './primitives.ts'

const DHLEN = 32
const HASHLEN = 32

/** §5.1 */
export class CipherState {
  #k: Bytes | undefined
  #n = 0

  /** InitializeKey. `k`: 32 bytes, or none yet. */
  constructor(k: Bytes | undefined) {
    this.#k = k
  }

  get key(): Bytes | undefined {
    return this.#k
  }

  hasKey(): boolean {
    return this.#k !== undefined
  }

  encryptWithAd(ad: Bytes, plaintext: Bytes): Bytes {
    return this.#k === undefined ? plaintext : aeadSeal(this.#k, nonce(this.#n++), plaintext, ad)
  }

  /** Throws 'bad-tag'; n is then as before. */
  decryptWithAd(ad: Bytes, ciphertext: Bytes): Bytes {
    if (this.#k === undefined) return ciphertext
    const plaintext = aeadOpen(this.#k, nonce(this.#n), ciphertext, ad)
    this.#n++
    return plaintext
  }

  copy(): CipherState {
    const copy = new CipherState(this.#k)
    copy.#n = this.#n
    return copy
  }
}

/** §12.3: 32 zero bits, then n as 64 bits, little-endian. A number counts far enough: our handshakes use a handful. */
function nonce(n: number): Bytes {
  const bytes = new Uint8Array(12)
  new DataView(bytes.buffer).setBigUint64(4, BigInt(n), true)
  return bytes
}

/** §4.3 HKDF */
function hkdf(chainingKey: Bytes, inputKeyMaterial: Bytes): { o1: Bytes; o2: Bytes; o3: Bytes } {
  const tempKey = hmac(chainingKey, inputKeyMaterial)
  const o1 = hmac(tempKey, Uint8Array.of(1))
  const o2 = hmac(tempKey, concat(o1, Uint8Array.of(2)))
  const o3 = hmac(tempKey, concat(o2, Uint8Array.of(3)))
  return { o1, o2, o3 }
}

/** §5.2 */
export class SymmetricState {
  #cipher = new CipherState(undefined)
  #ck: Bytes
  #h: Bytes

  /** InitializeSymmetric */
  constructor(protocolName: string) {
    const name = utf8(protocolName)
    this.#h = name.length <= HASHLEN ? concat(name, new Uint8Array(HASHLEN - name.length)) : sha256(name)
    this.#ck = this.#h
  }

  hasKey(): boolean {
    return this.#cipher.hasKey()
  }

  mixKey(inputKeyMaterial: Bytes): void {
    const { o1, o2 } = hkdf(this.#ck, inputKeyMaterial)
    this.#ck = o1
    this.#cipher = new CipherState(o2)
  }

  mixHash(data: Bytes): void {
    this.#h = sha256(this.#h, data)
  }

  mixKeyAndHash(inputKeyMaterial: Bytes): void {
    const { o1, o2, o3 } = hkdf(this.#ck, inputKeyMaterial)
    this.#ck = o1
    this.mixHash(o2)
    this.#cipher = new CipherState(o3)
  }

  getHandshakeHash(): Bytes {
    return this.#h
  }

  encryptAndHash(plaintext: Bytes): Bytes {
    const ciphertext = this.#cipher.encryptWithAd(this.#h, plaintext)
    this.mixHash(ciphertext)
    return ciphertext
  }

  decryptAndHash(ciphertext: Bytes): Bytes {
    const plaintext = this.#cipher.decryptWithAd(this.#h, ciphertext)
    this.mixHash(ciphertext)
    return plaintext
  }

  split(): readonly [CipherState, CipherState] {
    const { o1, o2 } = hkdf(this.#ck, new Uint8Array(0))
    return [new CipherState(o1), new CipherState(o2)]
  }

  copy(): SymmetricState {
    const copy = new SymmetricState('')
    copy.#cipher = this.#cipher.copy()
    copy.#ck = this.#ck
    copy.#h = this.#h
    return copy
  }
}

/** §7.1, §9.4, and e1, ekem1 of noise_hfs.md */
export type Token = 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'psk' | 'e1' | 'ekem1'

/** A handshake pattern with its modifiers applied. Pre-messages with ephemeral keys (§10, compound protocols) are left out. */
export type Pattern = {
  /** The whole protocol name, as hashed first. */
  readonly protocolName: string
  /** Pre-messages: whose static key the other side knows beforehand. */
  readonly known: { readonly initiator: boolean; readonly responder: boolean }
  readonly messages: readonly (readonly Token[])[]
}

export type NoiseKeyPair = { readonly secret: SecretKey; readonly public: Bytes }

export type HandshakeOptions = {
  readonly pattern: Pattern
  readonly initiator: boolean
  readonly prologue: Bytes
  readonly s?: NoiseKeyPair
  readonly rs?: Bytes
  /** In the order of the psk tokens. */
  readonly psks?: readonly Psk[]
  /** Called with the other side's static key before it is used; throws to refuse it. */
  readonly checkRemoteStatic?: (rs: Bytes) => void
}

/** Random values for one message, as its tokens need them; used for nothing else. */
export type Fresh = {
  readonly e?: NoiseKeyPair
  /** e1: 64 random bytes (ML-KEM d ‖ z). */
  readonly kemSeed?: Bytes
  /** ekem1: 32 random bytes (ML-KEM m). */
  readonly kemRandom?: Bytes
}

/** §5.3. After an error in `readMessage` the object must not be used again; read on a `copy()` to be able to try again. */
export class HandshakeState {
  readonly #options: HandshakeOptions
  readonly #usesPsk: boolean
  #symmetric: SymmetricState
  #e: NoiseKeyPair | undefined
  #e1: KemKeyPair | undefined
  #rs: Bytes | undefined
  #re: Bytes | undefined
  #re1: Bytes | undefined
  #message = 0
  #psk = 0

  /** Initialize */
  constructor(options: HandshakeOptions) {
    const { pattern, initiator, prologue, s, rs } = options
    this.#options = options
    this.#usesPsk = pattern.messages.some((tokens) => tokens.includes('psk'))
    this.#rs = rs
    this.#symmetric = new SymmetricState(pattern.protocolName)
    this.#symmetric.mixHash(prologue)
    if (pattern.known.initiator) this.#symmetric.mixHash(present(initiator ? s?.public : rs))
    if (pattern.known.responder) this.#symmetric.mixHash(present(initiator ? rs : s?.public))
  }

  copy(): HandshakeState {
    const copy = new HandshakeState(this.#options)
    copy.#symmetric = this.#symmetric.copy()
    copy.#e = this.#e
    copy.#e1 = this.#e1
    copy.#rs = this.#rs
    copy.#re = this.#re
    copy.#re1 = this.#re1
    copy.#message = this.#message
    copy.#psk = this.#psk
    return copy
  }

  get remoteStatic(): Bytes | undefined {
    return this.#rs
  }

  get handshakeHash(): Bytes {
    return this.#symmetric.getHandshakeHash()
  }

  /** WriteMessage. Throws 'state' out of turn or without what a token needs; 'bad-key' on a key of the other side's. */
  writeMessage(payload: Bytes, fresh: Fresh): Bytes {
    const parts = this.#nextTokens(this.#options.initiator).map((token) => this.#write(token, fresh))
    return concat(...parts, this.#symmetric.encryptAndHash(payload))
  }

  /** ReadMessage. Throws 'state' out of turn, 'malformed' when cut short, 'bad-tag', 'bad-key', or what `checkRemoteStatic` throws. */
  readMessage(message: Bytes): Bytes {
    const reader = new Reader(message)
    for (const token of this.#nextTokens(!this.#options.initiator)) this.#read(token, reader)
    return this.#symmetric.decryptAndHash(reader.rest())
  }

  /** Split: for initiator to responder, and back. Throws 'state' before the last message. */
  split(): readonly [CipherState, CipherState] {
    if (this.#message < this.#options.pattern.messages.length) throw new ProtocolError('state')
    return this.#symmetric.split()
  }

  /** Messages alternate, the initiator's first. */
  #nextTokens(byInitiator: boolean): readonly Token[] {
    const tokens = this.#options.pattern.messages[this.#message]
    if (tokens === undefined || byInitiator !== (this.#message % 2 === 0)) throw new ProtocolError('state')
    this.#message++
    return tokens
  }

  #write(token: Token, fresh: Fresh): Bytes {
    switch (token) {
      case 'e':
        this.#e = present(fresh.e)
        this.#mixEphemeral(this.#e.public)
        return this.#e.public
      case 's':
        return this.#symmetric.encryptAndHash(present(this.#options.s).public)
      case 'e1':
        this.#e1 = kemKeygen(present(fresh.kemSeed))
        return this.#symmetric.encryptAndHash(this.#e1.public)
      case 'ekem1': {
        const { ciphertext, shared } = kemEncapsulate(present(this.#re1), present(fresh.kemRandom))
        const sealed = this.#symmetric.encryptAndHash(ciphertext)
        this.#symmetric.mixKey(shared)
        return sealed
      }
      default:
        this.#mix(token)
        return new Uint8Array(0)
    }
  }

  #read(token: Token, reader: Reader): void {
    switch (token) {
      case 'e':
        this.#re = reader.take(DHLEN)
        this.#mixEphemeral(this.#re)
        return
      case 's':
        this.#rs = this.#symmetric.decryptAndHash(reader.take(DHLEN + this.#tagLength()))
        this.#options.checkRemoteStatic?.(this.#rs)
        return
      case 'e1':
        this.#re1 = this.#symmetric.decryptAndHash(reader.take(KEM_PUBLIC_BYTES + this.#tagLength()))
        checkKemPublic(this.#re1)
        return
      case 'ekem1': {
        const ciphertext = this.#symmetric.decryptAndHash(reader.take(KEM_CIPHERTEXT_BYTES + this.#tagLength()))
        this.#symmetric.mixKey(kemDecapsulate(ciphertext, present(this.#e1).secret))
        return
      }
      default:
        this.#mix(token)
    }
  }

  /** The tokens that send nothing and mean the same to both sides. */
  #mix(token: 'ee' | 'es' | 'se' | 'ss' | 'psk'): void {
    const { initiator, s, psks } = this.#options
    if (token === 'psk') return this.#symmetric.mixKeyAndHash(present(psks?.[this.#psk++]))
    // The first letter is the initiator's key, the second the responder's.
    const own = token[initiator ? 0 : 1] === 'e' ? this.#e : s
    const remote = token[initiator ? 1 : 0] === 'e' ? this.#re : this.#rs
    this.#symmetric.mixKey(dh(present(own).secret, present(remote)))
  }

  /** §9.2: with a psk, an ephemeral key also randomizes the keys. */
  #mixEphemeral(e: Bytes): void {
    this.#symmetric.mixHash(e)
    if (this.#usesPsk) this.#symmetric.mixKey(e)
  }

  #tagLength(): number {
    return this.#symmetric.hasKey() ? TAG_BYTES : 0
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new ProtocolError('state')
  return value
}
