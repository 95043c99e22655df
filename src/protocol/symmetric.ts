/**
 * Noise, revision 34: the two inner objects of §5, CipherState and SymmetricState, for ChaChaPoly and SHA256, in the spec's
 * order and names. NOT their concern: tokens, keys and turns (noise.ts).
 */
import { concat, utf8, wipe } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { aeadOpen, aeadSeal, hkdfExpand, hkdfExtract, sha256 } from './primitives.ts'

const HASHLEN = 32
const NO_INFO = new Uint8Array(0)

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
    const copy = new CipherState(this.#k?.slice())
    copy.#n = this.#n
    return copy
  }

  /** Overwrites k. The object must not be used again. */
  wipe(): void {
    wipe(this.#k)
  }
}

/** §12.3: 32 zero bits, then n as 64 bits, little-endian. A number counts far enough: our handshakes use a handful. */
function nonce(n: number): Bytes {
  const bytes = new Uint8Array(12)
  new DataView(bytes.buffer).setBigUint64(4, BigInt(n), true)
  return bytes
}

/** §4.3 HKDF, which is RFC 5869 with the chaining key as salt and no info: 2 or 3 outputs of 32 bytes. */
function hkdf(chainingKey: Bytes, inputKeyMaterial: Bytes, outputs: 2 | 3): { o1: Bytes; o2: Bytes; o3: Bytes } {
  const out = hkdfExpand(hkdfExtract(chainingKey, inputKeyMaterial), NO_INFO, outputs * HASHLEN)
  const [o1, o2, o3] = [out.slice(0, HASHLEN), out.slice(HASHLEN, 2 * HASHLEN), out.slice(2 * HASHLEN)]
  wipe(out)
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
    this.#ck = this.#h.slice()
  }

  hasKey(): boolean {
    return this.#cipher.hasKey()
  }

  mixKey(inputKeyMaterial: Bytes): void {
    const { o1, o2 } = hkdf(this.#ck, inputKeyMaterial, 2)
    this.#replace(o1, o2)
  }

  mixHash(data: Bytes): void {
    this.#h = sha256(this.#h, data)
  }

  mixKeyAndHash(inputKeyMaterial: Bytes): void {
    const { o1, o2, o3 } = hkdf(this.#ck, inputKeyMaterial, 3)
    this.mixHash(o2)
    this.#replace(o1, o3)
  }

  #replace(ck: Bytes, k: Bytes): void {
    this.wipe()
    this.#ck = ck
    this.#cipher = new CipherState(k)
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
    const { o1, o2 } = hkdf(this.#ck, NO_INFO, 2)
    return [new CipherState(o1), new CipherState(o2)]
  }

  /** Overwrites ck and k; h is no secret. The object must not be used again. */
  wipe(): void {
    wipe(this.#ck)
    this.#cipher.wipe()
  }

  copy(): SymmetricState {
    const copy = new SymmetricState('')
    copy.#cipher = this.#cipher.copy()
    copy.#ck = this.#ck.slice()
    copy.#h = this.#h
    return copy
  }
}
