/**
 * The Noise Protocol Framework, revision 34: HandshakeState (§5.3) and pre-shared keys (§9), in the spec's order and names,
 * with the two tokens of the hybrid forward secrecy extension (noise_hfs.md, revision 1) over ML-KEM-768.
 * A handshake pattern is data, so this engine runs the published vectors of all patterns. Differs from the spec in one way:
 * random values are handed in with the message that needs them.
 * NOT its concern: which pattern, prologue and payload (the handshake's).
 */
import { concat, Reader, wipe } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import {
  checkKemPublic,
  dh,
  kemDecapsulate,
  kemEncapsulate,
  kemKeygen,
  KEM_CIPHERTEXT_BYTES,
  KEM_PUBLIC_BYTES,
  TAG_BYTES,
} from './primitives.ts'
import type { KemKeyPair, Psk, SecretKey } from './primitives.ts'
import { SymmetricState } from './symmetric.ts'
import type { CipherState } from './symmetric.ts'

const DHLEN = 32

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

  /** Overwrites what is secret and this handshake's own: chain, keys, ephemeral keys; those of a `copy()` too. Not to be used again. */
  wipe(): void {
    this.#symmetric.wipe()
    wipe(this.#e?.secret, this.#e1?.secret)
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
        this.#mixSecret(shared)
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
        this.#mixSecret(kemDecapsulate(ciphertext, present(this.#e1).secret))
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
    this.#mixSecret(dh(present(own).secret, present(remote)))
  }

  #mixSecret(shared: Bytes): void {
    this.#symmetric.mixKey(shared)
    wipe(shared)
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
