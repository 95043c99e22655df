/**
 * The Double Ratchet with header encryption as Signal's document writes it (§4.2–4.5), eager and mutable: the second
 * implementation of src/protocol/ratchet.ts, over reference.ts.
 */
import type { Bytes } from '../../src/protocol/bytes.ts'
import { expand, join, mac, open, publicOf, seal, x25519, xOpen, xSeal } from './reference.ts'

const u32 = (n: number): Bytes => join(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
const readU32 = (b: Bytes, at: number): number => new DataView(b.buffer).getUint32(at)

export class ReferenceRatchet {
  readonly #sid: Bytes
  /** Where a new ratchet secret comes from, when a turn begins. */
  readonly #generate: () => Bytes
  #rk: Bytes
  #dhs: Bytes
  #dhr: Bytes | undefined
  #cks: Bytes | undefined
  #ckr: Bytes | undefined
  #hks: Bytes | undefined
  #hkr: Bytes | undefined
  #nhks: Bytes
  #nhkr: Bytes
  #ns = 0
  #nr = 0
  #pn = 0
  readonly #skipped: { hk: Bytes; n: number; mk: Bytes }[] = []

  private constructor(sid: Bytes, generate: () => Bytes, rk: Bytes, dhs: Bytes, nhks: Bytes, nhkr: Bytes) {
    this.#sid = sid
    this.#generate = generate
    this.#rk = rk
    this.#dhs = dhs
    this.#nhks = nhks
    this.#nhkr = nhkr
  }

  /** RatchetInitAliceHE */
  static alice(
    sid: Bytes,
    sk: Bytes,
    secret: Bytes,
    bobsKey: Bytes,
    hka: Bytes,
    nhkb: Bytes,
    generate: () => Bytes,
  ): ReferenceRatchet {
    const alice = new ReferenceRatchet(sid, generate, sk, secret, nhkb, nhkb)
    alice.#dhr = bobsKey
    alice.#hks = hka
    ;[alice.#rk, alice.#cks, alice.#nhks] = kdfRk(sk, x25519(alice.#dhs, bobsKey))
    return alice
  }

  /** RatchetInitBobHE */
  static bob(sid: Bytes, sk: Bytes, secret: Bytes, hka: Bytes, nhkb: Bytes, generate: () => Bytes): ReferenceRatchet {
    return new ReferenceRatchet(sid, generate, sk, secret, nhkb, hka)
  }

  /** RatchetEncryptHE: a whole frame. */
  encrypt(plaintext: Bytes, headerNonce: Bytes): Bytes {
    const cipher = this.#step('send')
    const header = join(publicOf(this.#dhs), u32(this.#pn), u32(this.#ns++))
    const sealed = xSeal(this.#hks!, headerNonce, join('sotto/1/dr/h', this.#sid), header)
    const ad = join('sotto/1/dr/b', this.#sid, headerNonce, sealed)
    return join(1, headerNonce, sealed, seal(cipher, join(new Uint8Array(12)), ad, plaintext))
  }

  /** RatchetDecryptHE */
  decrypt(frame: Bytes): Bytes {
    const nonce = frame.slice(1, 25)
    const sealed = frame.slice(25, 81)
    const header = (hk: Bytes | undefined): Bytes | undefined =>
      hk && xOpen(hk, nonce, join('sotto/1/dr/h', this.#sid), sealed)
    const body = (cipher: Bytes): Bytes => {
      const ad = join('sotto/1/dr/b', this.#sid, nonce, sealed)
      const plaintext = open(cipher, join(new Uint8Array(12)), ad, frame.slice(81))
      if (!plaintext) throw new Error('bad tag')
      return plaintext
    }
    for (const [i, { hk, n, mk }] of this.#skipped.entries()) {
      const plain = header(hk)
      if (!plain || readU32(plain, 36) !== n) continue
      this.#skipped.splice(i, 1)
      return body(mk)
    }
    let plain = header(this.#hkr)
    if (!plain) {
      plain = header(this.#nhkr)
      if (!plain) throw new Error('no header key fits')
      this.#skip(readU32(plain, 32))
      this.#turn(plain.slice(0, 32))
    }
    this.#skip(readU32(plain, 36))
    const cipher = this.#step('receive')
    this.#nr++
    return body(cipher)
  }

  /** KDF_CK: the chain moves on; the key of one body. */
  #step(chain: 'send' | 'receive'): Bytes {
    const out = expand(chain === 'send' ? this.#cks! : this.#ckr!, join('sotto/1/dr/ck'), 64)
    if (chain === 'send') this.#cks = out.slice(0, 32)
    else this.#ckr = out.slice(0, 32)
    return out.slice(32)
  }

  #skip(until: number): void {
    while (this.#ckr && this.#nr < until) {
      this.#skipped.push({ hk: this.#hkr!, n: this.#nr++, mk: this.#step('receive') })
    }
  }

  /** DHRatchetHE */
  #turn(theirs: Bytes): void {
    this.#pn = this.#ns
    this.#ns = 0
    this.#nr = 0
    this.#hks = this.#nhks
    this.#hkr = this.#nhkr
    this.#dhr = theirs
    ;[this.#rk, this.#ckr, this.#nhkr] = kdfRk(this.#rk, x25519(this.#dhs, this.#dhr))
    this.#dhs = this.#generate()
    ;[this.#rk, this.#cks, this.#nhks] = kdfRk(this.#rk, x25519(this.#dhs, this.#dhr))
  }
}

function kdfRk(rk: Bytes, dh: Bytes): [Bytes, Bytes, Bytes] {
  const out = expand(mac(rk, dh), join('sotto/1/dr/rk'), 96)
  return [out.slice(0, 32), out.slice(32, 64), out.slice(64)]
}
