/** Where two sides meet: a topic that relays see, and one envelope key for each direction that they do not. */
import type { Bytes } from './bytes.ts'
import { concat, Writer } from './bytes.ts'
import { label } from './labels.ts'
import { asBoxKey, asPsk, hkdfExpand, hkdfExtract } from './primitives.ts'
import type { BoxKey, Psk } from './primitives.ts'

export type TopicKeys = {
  /** 32 bytes, public. */
  readonly topic: Bytes
  /** Seals what the initiator sends. */
  readonly keyI: BoxKey
  /** Seals what the responder sends. */
  readonly keyR: BoxKey
}

/** Who sends: the initiator or the responder of the handshake. */
export type Direction = 'i' | 'r'

/** From a 32-byte pseudorandom key. */
export function topicKeys(prk: Bytes): TopicKeys {
  return {
    topic: hkdfExpand(prk, label('topic'), 32),
    keyI: asBoxKey(hkdfExpand(prk, label('env-i'), 32)),
    keyR: asBoxKey(hkdfExpand(prk, label('env-r'), 32)),
  }
}

/**
 * The pair's secret of last resort, for one handshake after both people said that an older copy may go on. It is as old as the
 * pair: whoever copied the profile has it too, which is why they were asked.
 */
export function recoverPsk(pairRoot: Bytes): Psk {
  return asPsk(hkdfExpand(pairRoot, label('psk-recover'), 32))
}

/** Topic and envelope keys of two contacts for one UTC day (days since 1970-01-01). `pairRoot`: 32 bytes. */
export function dayKeys(pairRoot: Bytes, day: number): TopicKeys {
  return topicKeys(hkdfExtract(concat(label('day'), new Writer().u32(day).done()), pairRoot))
}

export function boxKey(keys: TopicKeys, sender: Direction): BoxKey {
  return sender === 'i' ? keys.keyI : keys.keyR
}

/** Names a box's topic and direction inside its authentication, so that no box opens anywhere else. */
export function boxContext(name: 'env' | 'hello', topic: Bytes, sender: Direction): Bytes {
  return concat(label(name), topic, Uint8Array.of(sender === 'i' ? 0 : 1))
}
