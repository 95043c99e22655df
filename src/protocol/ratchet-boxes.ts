/**
 * What the ratchet's keys do: the two derivations, and the two boxes of a frame. No state: ratchet.ts says which key comes when.
 */
import { concat, Reader, wipe, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { label } from './labels.ts'
import { aeadOpen, aeadSeal, hkdfExpand, hkdfExtract, KEY_BYTES, TAG_BYTES, xOpen, xSeal } from './primitives.ts'

export const HEADER_NONCE_BYTES = 24
/** ratchet key 32 ‖ pn u32 ‖ n u32 ‖ tag */
export const SEALED_HEADER_BYTES = 32 + 4 + 4 + TAG_BYTES

export type Header = { readonly dh: Bytes; readonly pn: number; readonly n: number }
/** Where a box belongs: the session 16, the header's nonce 24. */
export type At = { readonly sessionId: Bytes; readonly nonce: Bytes }

const ROOT_LABEL = label('dr/rk')
const CHAIN_LABEL = label('dr/ck')
const HEADER_LABEL = label('dr/h')
const BODY_LABEL = label('dr/b')
/** A message key seals one body and no other, so its nonce has nothing to tell apart. */
const ONLY_NONCE = new Uint8Array(12)

// ── Key derivation (§7.2 of the Signal document, with our labels) ──

/** KDF_RK_HE: HKDF with the root key as salt and the shared secret, which is overwritten, as input. */
export function kdfRk(rootKey: Bytes, shared: Bytes): { rootKey: Bytes; chainKey: Bytes; nextHeader: Bytes } {
  const prk = hkdfExtract(rootKey, shared)
  const out = hkdfExpand(prk, ROOT_LABEL, 3 * KEY_BYTES)
  const reader = new Reader(out)
  const keys = { rootKey: reader.take(KEY_BYTES), chainKey: reader.take(KEY_BYTES), nextHeader: reader.take(KEY_BYTES) }
  wipe(shared, prk, out)
  return keys
}

/** KDF_CK: a chain key is uniform and used once, so one expansion gives the next one and the key of one body (RFC 5869 §3.3). */
export function kdfCk(chainKey: Bytes): { readonly chainKey: Bytes; readonly messageKey: Bytes } {
  const out = hkdfExpand(chainKey, CHAIN_LABEL, 2 * KEY_BYTES)
  const keys = { chainKey: out.slice(0, KEY_BYTES), messageKey: out.slice(KEY_BYTES) }
  wipe(out)
  return keys
}

// ── Boxes ──

/** 56 bytes. */
export function sealHeader(headerKey: Bytes, { sessionId, nonce }: At, { dh, pn, n }: Header): Bytes {
  const plain = new Writer().put(dh).u32(pn).u32(n).done()
  return xSeal(headerKey, nonce, plain, concat(HEADER_LABEL, sessionId))
}

/** Undefined when it was not sealed under this key. */
export function openHeader(headerKey: Bytes, at: At & { readonly header: Bytes }): Header | undefined {
  let reader: Reader
  try {
    reader = new Reader(xOpen(headerKey, at.nonce, at.header, concat(HEADER_LABEL, at.sessionId)))
  } catch {
    return undefined
  }
  return { dh: reader.take(32), pn: reader.u32(), n: reader.u32() }
}

/** A body belongs to its session and to its sealed header. */
export function sealBody(messageKey: Bytes, at: At & { readonly header: Bytes }, plaintext: Bytes): Bytes {
  return aeadSeal(messageKey, ONLY_NONCE, plaintext, bodyContext(at))
}

/** Throws 'bad-tag'. */
export function openBody(messageKey: Bytes, at: At & { readonly header: Bytes }, sealed: Bytes): Bytes {
  return aeadOpen(messageKey, ONLY_NONCE, sealed, bodyContext(at))
}

function bodyContext({ sessionId, nonce, header }: At & { readonly header: Bytes }): Bytes {
  return concat(BODY_LABEL, sessionId, nonce, header)
}
