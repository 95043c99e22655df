/** Both handshake messages by somebody who has the keys of both sides, around any payload and with any keys in them. */
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { INITIATE_ENTROPY_BYTES, RESPOND_ENTROPY_BYTES } from '../../../src/protocol/handshake.ts'
import { kemEncapsulate, kemKeygen } from '../../../src/protocol/primitives.ts'
import { join, Noise, publicOf, sha, x25519 } from '../../attacks/attacker.ts'
import { alice, bob, bytesOf } from '../../protocol/help.ts'

/** What `initiate` and `respond` get in the place of chance, so that they write the same. */
export const firstEntropy = bytesOf('hs1', INITIATE_ENTROPY_BYTES)
export const secondEntropy = bytesOf('hs2', RESPOND_ENTROPY_BYTES)
const EPHEMERAL = { i: firstEntropy.slice(0, 32), r: secondEntropy.slice(0, 32) }
const KEM = kemKeygen(firstEntropy.slice(32, 96)).public

/** A's first ratchet key in an honest HS2. */
export const firstRatchet = publicOf(secondEntropy.slice(64))

/** `agreed`: with the nonce or epoch behind it. */
export type Terms = { readonly mode: number; readonly agreed: Bytes; readonly psk: Bytes }
export type Keys = { readonly e: Bytes; readonly e1: Bytes; readonly s: Bytes }
/** Whose payloads they carry is the caller's choice; both messages of one handshake, the second as after an honest first. */
export type Forged = { readonly hs1: (payload: Bytes) => Bytes; readonly hs2: (payload: Bytes) => Bytes }

export const bobsKeys: Keys = { e: publicOf(EPHEMERAL.i), e1: KEM, s: bob.public }

/** Bob's handshake with Alice. `first`: the payload that HS2 answers. Of other keys than his only HS1 is of use. */
export function forge({ mode, agreed, psk }: Terms, first: Bytes, { e, e1, s }: Keys = bobsKeys): Forged {
  const noise = new Noise(join('sotto/1/hs', mode, sha(agreed)), alice.public)
  noise.mixKeyAndHash(psk)
  noise.mixEphemeral(e)
  noise.mixKey(sharedWithAlice(e))
  const [sealedE1, sealedS] = [noise.encrypt(e1), noise.encrypt(s)]
  noise.mixKey(sharedWithAlice(s))
  const hs1 = (payload: Bytes): Bytes => join(e, sealedE1, sealedS, noise.copy().encrypt(payload))
  let answer: ((payload: Bytes) => Bytes) | undefined
  return { hs1, hs2: (payload) => (answer ??= answering(noise.copy(), first))(payload) }
}

function answering(noise: Noise, first: Bytes): (payload: Bytes) => Bytes {
  noise.encrypt(first)
  const e = publicOf(EPHEMERAL.r)
  noise.mixEphemeral(e)
  noise.mixKey(x25519(EPHEMERAL.r, bobsKeys.e))
  const { ciphertext, shared } = kemEncapsulate(KEM, secondEntropy.slice(32, 64))
  const sealed = noise.encrypt(ciphertext)
  noise.mixKey(shared)
  noise.mixKey(x25519(EPHEMERAL.r, bob.public))
  return (payload) => join(e, sealed, noise.copy().encrypt(payload))
}

/** What Alice will compute; Node refuses what gives zero, where she must do so herself. */
function sharedWithAlice(point: Bytes): Bytes {
  try {
    return x25519(alice.secret, point)
  } catch {
    return new Uint8Array(32)
  }
}
