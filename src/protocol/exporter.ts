/** Everything a finished handshake gives away, each key under its own label (README, "After the handshake"). */
import { concat, wipe } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { label } from './labels.ts'
import type { Exported } from './labels.ts'
import { asPsk, hkdfExpand, hkdfExtract } from './primitives.ts'
import type { Psk } from './primitives.ts'
import type { RatchetKeys } from './ratchet.ts'

/** 1: by invite. 2: contacts that know each other. 3: inside a running session. 4: two devices of one person, by link. */
export type Mode = 1 | 2 | 3 | 4

export type Exports = {
  /** 16 bytes, in the authenticated data of every frame. */
  readonly sessionId: Bytes
  readonly ratchet: RatchetKeys
  /** 32 bytes: where and under which keys the two meet from now on. Mode 1 only. */
  readonly pairRoot: Bytes | undefined
  /** 32 bytes: names the pair in later prologues. Mode 1 only. */
  readonly pairId: Bytes | undefined
  readonly pskNext: Psk
  /** For the rekey handshake inside this session. */
  readonly pskRekey: Psk
}

/**
 * Keys from the Split keys and h together, so that they also depend on everything the transcript holds (Noise §11.2, §14):
 * both identities, the KEM's public key and ciphertext, the prologue, both payloads.
 */
export function exportKeys(handshakeHash: Bytes, kI2r: Bytes, kR2i: Bytes, mode: Mode): Exports {
  const both = concat(kI2r, kR2i)
  const x = hkdfExtract(handshakeHash, both)
  const take = (name: Exported, length: number): Bytes =>
    hkdfExpand(x, concat(label(`exp/${name}`), Uint8Array.of(0, mode)), length)
  const exports = {
    sessionId: take('session-id', 16),
    ratchet: { root: take('dr-root', 32), headerI: take('dr-hk-i', 32), nextHeaderR: take('dr-nhk-r', 32) },
    pairRoot: mode === 1 ? take('pair-root', 32) : undefined,
    pairId: mode === 1 ? take('pair-id', 32) : undefined,
    pskNext: asPsk(take('psk-next', 32)),
    pskRekey: asPsk(take('psk-rekey', 32)),
  }
  wipe(both, x)
  return exports
}
