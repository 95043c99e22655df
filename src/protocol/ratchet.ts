/**
 * The Double Ratchet with header encryption: "The Double Ratchet Algorithm" (Signal, revision 4, §3 and §4), one message key
 * per frame, a new Diffie-Hellman per turn. Pure: every function returns the next state and changes nothing, so that the
 * caller commits it or not. NOT its concern: what a frame says, sizes, when to close (session.ts).
 *
 * Two deviations, neither visible on the wire: the second half of a Diffie-Hellman step waits for the next sending (that is
 * when random bytes are at hand); and skipped keys live inside the chain they belong to.
 */
import { concat, equal, Reader, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { label } from './labels.ts'
import {
  aeadOpen,
  aeadSeal,
  asPublicKey,
  asSecretKey,
  dh,
  hkdfExpand,
  hkdfExtract,
  KEY_BYTES,
  publicKey,
  TAG_BYTES,
  xOpen,
  xSeal,
} from './primitives.ts'
import type { PublicKey, SecretKey } from './primitives.ts'

/** Frames that may be missing before one that arrives, and skipped keys kept per chain: the channel is ordered and reliable, so hardly any ever is. */
export const MAX_SKIP = 64
/** Receiving chains kept, the current one included: 4 × 64 = 256 skipped keys at most. */
export const MAX_CHAINS = 4
const MAX_COUNT = 2 ** 31

export const HEADER_NONCE_BYTES = 24
const HEADER_BYTES = 32 + 4 + 4
/** Sealed header, then the body's tag. */
export const RATCHET_OVERHEAD = HEADER_NONCE_BYTES + HEADER_BYTES + TAG_BYTES + TAG_BYTES

export type RatchetKeys = { readonly root: Bytes; readonly headerI: Bytes; readonly nextHeaderR: Bytes }
type RatchetPair = { readonly secret: SecretKey; readonly public: PublicKey }

/** HKs, CKs, Ns */
type Sending = { readonly headerKey: Bytes; readonly chainKey: Bytes; readonly n: number }
/** HKr, CKr, Nr, and this chain's part of MKSKIPPED. A chain without a key has ended: the peer has moved on to the next. */
type Receiving = {
  readonly headerKey: Bytes
  readonly chainKey: Bytes | undefined
  readonly n: number
  readonly skipped: ReadonlyMap<number, Bytes>
}

export type Ratchet = {
  /** RK */
  readonly rootKey: Bytes
  /** DHs */
  readonly own: RatchetPair
  /** DHr: absent until the initiator's first frame. */
  readonly remote: PublicKey | undefined
  /** Absent from a Diffie-Hellman step of the peer's until we send. */
  readonly sending: Sending | undefined
  /** PN */
  readonly previous: number
  /** Newest first, at most MAX_CHAINS. */
  readonly receiving: readonly Receiving[]
  /** NHKs, NHKr */
  readonly nextSendHeader: Bytes
  readonly nextReceiveHeader: Bytes
}

const HEADER_LABEL = label('dr/h')
const BODY_LABEL = label('dr/b')
const ROOT_LABEL = label('dr/rk')
const CHAIN_LABEL = label('dr/ck')

/** A message key seals one body and no other, so its nonce has nothing to tell apart. */
const ONLY_NONCE = new Uint8Array(12)

type Header = { readonly dh: Bytes; readonly pn: number; readonly n: number }

/** RatchetInitAliceHE. `remote`: from HS2. Throws 'bad-key' when it is of low order. */
export function initiatorRatchet(keys: RatchetKeys, own: RatchetPair, remote: PublicKey): Ratchet {
  const { rootKey, chainKey, nextHeader } = kdfRk(keys.root, dh(own.secret, remote))
  return {
    rootKey,
    own,
    remote,
    sending: { headerKey: keys.headerI, chainKey, n: 0 },
    previous: 0,
    receiving: [],
    nextSendHeader: nextHeader,
    nextReceiveHeader: keys.nextHeaderR,
  }
}

/** RatchetInitBobHE. `own`: the pair whose public half went into HS2. */
export function responderRatchet(keys: RatchetKeys, own: RatchetPair): Ratchet {
  return {
    rootKey: keys.root,
    own,
    remote: undefined,
    sending: undefined,
    previous: 0,
    receiving: [],
    nextSendHeader: keys.nextHeaderR,
    nextReceiveHeader: keys.headerI,
  }
}

/**
 * RatchetEncryptHE: header nonce 24 ‖ sealed header 56 ‖ sealed body. `headerNonce`: 24 random bytes; `fresh`: 32, used when a
 * new turn begins. Throws 'state' when the responder has received nothing yet, 'closed' after 2^31 frames of one chain.
 */
export function ratchetSeal(
  ratchet: Ratchet,
  sessionId: Bytes,
  plaintext: Bytes,
  headerNonce: Bytes,
  fresh: Bytes,
): { readonly sealed: Bytes; readonly next: Ratchet } {
  const turned = ratchet.sending ? { ...ratchet, sending: ratchet.sending } : turn(ratchet, fresh)
  const { headerKey, chainKey, n } = turned.sending
  if (n >= MAX_COUNT) throw new ProtocolError('closed')
  const plain = new Writer().put(turned.own.public).u32(turned.previous).u32(n).done()
  const header = xSeal(headerKey, headerNonce, plain, concat(HEADER_LABEL, sessionId))
  const step = kdfCk(chainKey)
  const body = aeadSeal(step.messageKey, ONLY_NONCE, plaintext, bodyContext(sessionId, headerNonce, header))
  const next = { ...turned, sending: { headerKey, chainKey: step.chainKey, n: n + 1 } }
  return { sealed: concat(headerNonce, header, body), next }
}

/**
 * RatchetDecryptHE. Throws 'bad-tag' when header or body was not sealed in this session, 'replay' when its key was used or
 * dropped, 'skipped' when more than MAX_SKIP frames are missing (before any key is derived), 'bad-key' on a ratchet key that
 * is none.
 */
export function ratchetOpen(
  ratchet: Ratchet,
  sessionId: Bytes,
  sealed: Bytes,
): { readonly plaintext: Bytes; readonly next: Ratchet } {
  const reader = new Reader(sealed)
  const headerNonce = reader.take(HEADER_NONCE_BYTES)
  const header = reader.take(HEADER_BYTES + TAG_BYTES)
  const { key, next } = findKey(ratchet, (headerKey) => openHeader(headerKey, headerNonce, header, sessionId))
  const plaintext = aeadOpen(key, ONLY_NONCE, reader.rest(), bodyContext(sessionId, headerNonce, header))
  return { plaintext, next }
}

// ── Receiving ──

type Found = { readonly key: Bytes; readonly next: Ratchet }

/** Current chain first, then a new turn, then ended chains: at most MAX_CHAINS + 1 trials for junk. */
function findKey(ratchet: Ratchet, tryHeader: (headerKey: Bytes) => Header | undefined): Found {
  const [current, ...ended] = ratchet.receiving
  const inCurrent = current && tryHeader(current.headerKey)
  if (current && inCurrent) return inChain(ratchet, current, inCurrent.n)
  // Until we have answered, the peer cannot honestly turn again.
  const mayTurn = ratchet.sending !== undefined || ratchet.remote === undefined
  const inNext = mayTurn ? tryHeader(ratchet.nextReceiveHeader) : undefined
  if (inNext) return inNewChain(ratchet, inNext)
  for (const chain of ended) {
    const header = tryHeader(chain.headerKey)
    if (header) return inChain(ratchet, chain, header.n)
  }
  throw new ProtocolError('bad-tag')
}

function inChain(ratchet: Ratchet, chain: Receiving, n: number): Found {
  const { key, next } = n < chain.n ? takeSkipped(chain, n) : takeNext(chain, n)
  return { key, next: { ...ratchet, receiving: ratchet.receiving.map((one) => (one === chain ? next : one)) } }
}

/** First half of DHRatchetHE, with the chain before it ended at PN. */
function inNewChain(ratchet: Ratchet, header: Header): Found {
  const remote = asPublicKey(header.dh)
  if (equal(remote, ratchet.own.public)) throw new ProtocolError('bad-key')
  const [last, ...ended] = ratchet.receiving
  const closed = last ? [{ ...skipTo(last, Math.max(header.pn, last.n)), chainKey: undefined }] : []
  const { rootKey, chainKey, nextHeader } = kdfRk(ratchet.rootKey, dh(ratchet.own.secret, remote))
  const chain = { headerKey: ratchet.nextReceiveHeader, chainKey, n: 0, skipped: new Map<number, Bytes>() }
  const { key, next } = takeNext(chain, header.n)
  const turned: Ratchet = {
    ...ratchet,
    rootKey,
    remote,
    previous: ratchet.sending?.n ?? 0,
    sending: undefined,
    receiving: [next, ...closed, ...ended].slice(0, MAX_CHAINS),
    nextReceiveHeader: nextHeader,
  }
  return { key, next: turned }
}

/** TrySkippedMessageKeysHE, within the chain the header belongs to. */
function takeSkipped(chain: Receiving, n: number): { readonly key: Bytes; readonly next: Receiving } {
  const key = chain.skipped.get(n)
  if (key === undefined) throw new ProtocolError('replay')
  const skipped = new Map(chain.skipped)
  skipped.delete(n)
  return { key, next: { ...chain, skipped } }
}

function takeNext(chain: Receiving, n: number): { readonly key: Bytes; readonly next: Receiving } {
  const { chainKey, ...at } = skipTo(chain, n)
  // Beyond the end that the peer itself announced.
  if (chainKey === undefined) throw new ProtocolError('replay')
  const step = kdfCk(chainKey)
  return { key: step.messageKey, next: { ...at, chainKey: step.chainKey, n: n + 1 } }
}

/** SkipMessageKeysHE: keeps the keys of frames before `n`, the newest MAX_SKIP of them. */
function skipTo(chain: Receiving, n: number): Receiving {
  if (n - chain.n > MAX_SKIP) throw new ProtocolError('skipped')
  if (n === chain.n || chain.chainKey === undefined) return chain
  let chainKey = chain.chainKey
  const skipped = new Map(chain.skipped)
  for (let i = chain.n; i < n; i++) {
    const step = kdfCk(chainKey)
    skipped.set(i, step.messageKey)
    chainKey = step.chainKey
  }
  const oldest = [...skipped.keys()].slice(0, Math.max(0, skipped.size - MAX_SKIP))
  for (const i of oldest) skipped.delete(i)
  return { ...chain, chainKey, n, skipped }
}

function openHeader(headerKey: Bytes, nonce: Bytes, sealed: Bytes, sessionId: Bytes): Header | undefined {
  let reader: Reader
  try {
    reader = new Reader(xOpen(headerKey, nonce, sealed, concat(HEADER_LABEL, sessionId)))
  } catch {
    return undefined
  }
  return { dh: reader.take(32), pn: reader.u32(), n: reader.u32() }
}

// ── Sending ──

/** Second half of DHRatchetHE: a new pair of our own against the peer's latest. */
function turn(ratchet: Ratchet, fresh: Bytes): Ratchet & { readonly sending: Sending } {
  if (ratchet.remote === undefined) throw new ProtocolError('state')
  const secret = asSecretKey(fresh)
  const { rootKey, chainKey, nextHeader } = kdfRk(ratchet.rootKey, dh(secret, ratchet.remote))
  return {
    ...ratchet,
    rootKey,
    own: { secret, public: publicKey(secret) },
    sending: { headerKey: ratchet.nextSendHeader, chainKey, n: 0 },
    nextSendHeader: nextHeader,
  }
}

// ── Key derivation (§7.2 of the Signal document, with our labels) ──

/** KDF_RK_HE: HKDF with the root key as salt and the shared secret as input. */
function kdfRk(rootKey: Bytes, shared: Bytes): { rootKey: Bytes; chainKey: Bytes; nextHeader: Bytes } {
  const out = new Reader(hkdfExpand(hkdfExtract(rootKey, shared), ROOT_LABEL, 96))
  return { rootKey: out.take(32), chainKey: out.take(32), nextHeader: out.take(32) }
}

/** KDF_CK: a chain key is uniform and used once, so one expansion gives the next one and the key of one body (RFC 5869 §3.3). */
function kdfCk(chainKey: Bytes): { readonly chainKey: Bytes; readonly messageKey: Bytes } {
  const out = hkdfExpand(chainKey, CHAIN_LABEL, 2 * KEY_BYTES)
  return { chainKey: out.slice(0, KEY_BYTES), messageKey: out.slice(KEY_BYTES) }
}

/** A body belongs to its session and to its header. */
function bodyContext(sessionId: Bytes, headerNonce: Bytes, header: Bytes): Bytes {
  return concat(BODY_LABEL, sessionId, headerNonce, header)
}
