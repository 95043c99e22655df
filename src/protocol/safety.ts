/**
 * The safety number: two keys as 60 digits that are equal on both screens, and the same comparison by QR code.
 * The digits follow Signal's numeric fingerprint unchanged (version 0, SHA-512, 5200 rounds).
 */
import { concat, equal, Reader, utf8 } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { sha512 } from './primitives.ts'
import type { PublicKey } from './primitives.ts'

const ITERATIONS = 5200
const STABLE_ID = utf8('sotto/1')
const QR_MAGIC = utf8('SOTTO1')
const QR_VERSION = 1
const QR_BYTES = QR_MAGIC.length + 1 + 32 + 32

/** 60 digits without spaces, the same whichever side computes it. Takes some 25 ms: 10,400 hashes, so that a search for a similar number is dear. */
export function safetyNumber(mine: PublicKey, theirs: PublicKey): string {
  return combine(digits(fingerprint(typed(mine), STABLE_ID)), digits(fingerprint(typed(theirs), STABLE_ID)))
}

/** What the QR code holds, 71 bytes: "SOTTO1" ‖ version u8 ‖ own key 32 ‖ their key 32. */
export function safetyPayload(mine: PublicKey, theirs: PublicKey): Bytes {
  return concat(QR_MAGIC, Uint8Array.of(QR_VERSION), mine, theirs)
}

/** Compares a scanned payload with the two keys of this chat. Never throws: whatever was scanned has an outcome. */
export function compareSafety(
  payload: Bytes,
  mine: PublicKey,
  theirs: PublicKey,
): 'match' | 'mismatch' | 'other-version' | 'unreadable' | 'own-code' {
  if (!equal(payload.slice(0, QR_MAGIC.length), QR_MAGIC) || payload.length === QR_MAGIC.length) return 'unreadable'
  // The version comes before the length: another version may well have another length.
  if (payload[QR_MAGIC.length] !== QR_VERSION) return 'other-version'
  if (payload.length !== QR_BYTES) return 'unreadable'
  const keys = new Reader(payload.slice(QR_MAGIC.length + 1))
  const shown = keys.take(32)
  const shownPeer = keys.take(32)
  if (equal(shown, mine)) return 'own-code'
  // No early exit: both halves are always compared.
  const sameThem = equal(shown, theirs)
  const sameMe = equal(shownPeer, mine)
  return sameThem && sameMe ? 'match' : 'mismatch'
}

/** Signal's `key33`: the curve's type byte, then the key. */
function typed(key: PublicKey): Bytes {
  return concat(Uint8Array.of(0x05), key)
}

/** 64 bytes. `key` with its type byte, `stableId` what names its owner. */
export function fingerprint(key: Bytes, stableId: Bytes): Bytes {
  let hash = sha512(Uint8Array.of(0, 0), key, stableId, key)
  for (let i = 1; i < ITERATIONS; i++) hash = sha512(hash, key)
  return hash
}

/** 30 digits: six groups, each 40 bits of the fingerprint modulo 100,000. */
export function digits(of: Bytes): string {
  const reader = new Reader(of)
  let text = ''
  for (let group = 0; group < 6; group++) {
    const high = reader.u8()
    text += String((high * 2 ** 32 + reader.u32()) % 100_000).padStart(5, '0')
  }
  return text
}

/** Both halves, the smaller first: so both sides show the same. */
export function combine(a: string, b: string): string {
  return a < b ? a + b : b + a
}
