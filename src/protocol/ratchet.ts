/**
 * The Double Ratchet with header encryption: "The Double Ratchet Algorithm" (Signal, revision 4, §3 and §4), one message key
 * per frame, a new Diffie-Hellman per turn. Pure: every function returns the next state and changes nothing, so that the
 * caller commits it or not. NOT its concern: what a frame says, sizes, when to close (session.ts).
 *
 * Two deviations, neither visible on the wire: the second half of a Diffie-Hellman step waits for the next sending (that is
 * when random bytes are at hand); and skipped keys live inside the chain they belong to.
 */
import { equal, Reader, wipe } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { asPublicKey, asSecretKey, dh, publicKey, TAG_BYTES } from './primitives.ts'
import type { PublicKey, SecretKey } from './primitives.ts'
import {
  HEADER_NONCE_BYTES,
  kdfCk,
  kdfRk,
  openBody,
  openHeader,
  SEALED_HEADER_BYTES,
  sealBody,
  sealHeader,
} from './ratchet-boxes.ts'
import type { Header } from './ratchet-boxes.ts'

export { HEADER_NONCE_BYTES } from './ratchet-boxes.ts'

/** Frames that may be missing before one that arrives, and skipped keys kept per chain: the channel is ordered and reliable, so hardly any ever is. */
export const MAX_SKIP = 64
/** Receiving chains kept, the current one included: 4 × 64 = 256 skipped keys at most. */
export const MAX_CHAINS = 4
const MAX_COUNT = 2 ** 31

/** Header nonce and sealed header, then the body's tag. */
export const RATCHET_OVERHEAD = HEADER_NONCE_BYTES + SEALED_HEADER_BYTES + TAG_BYTES

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
  /** Skipped keys below this number are from before the last `ratchetExpire`. */
  readonly aged: number
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

/** RatchetInitAliceHE. `remote`: from HS2. Keeps copies. Throws 'bad-key' when `remote` is of low order. */
export function initiatorRatchet(keys: RatchetKeys, own: RatchetPair, remote: PublicKey): Ratchet {
  const { rootKey, chainKey, nextHeader } = kdfRk(keys.root, dh(own.secret, remote))
  return {
    rootKey,
    own: copyOf(own),
    remote,
    sending: { headerKey: keys.headerI.slice(), chainKey, n: 0 },
    previous: 0,
    receiving: [],
    nextSendHeader: nextHeader,
    nextReceiveHeader: keys.nextHeaderR.slice(),
  }
}

/** RatchetInitBobHE. `own`: the pair whose public half went into HS2. Keeps copies. */
export function responderRatchet(keys: RatchetKeys, own: RatchetPair): Ratchet {
  return {
    rootKey: keys.root.slice(),
    own: copyOf(own),
    remote: undefined,
    sending: undefined,
    previous: 0,
    receiving: [],
    nextSendHeader: keys.nextHeaderR.slice(),
    nextReceiveHeader: keys.headerI.slice(),
  }
}

function copyOf({ secret, public: half }: RatchetPair): RatchetPair {
  return { secret: asSecretKey(secret.slice()), public: half }
}

/**
 * RatchetEncryptHE: header nonce 24, sealed header 56, sealed body, to be sent one after the other. `headerNonce`: 24 random bytes; `fresh`: 32, used when a
 * new turn begins. Throws 'state' when the responder has received nothing yet, 'closed' after 2^31 frames of one chain.
 */
export function ratchetSeal(
  ratchet: Ratchet,
  sessionId: Bytes,
  plaintext: Bytes,
  headerNonce: Bytes,
  fresh: Bytes,
): { readonly sealed: readonly Bytes[]; readonly next: Ratchet } {
  const turned = ratchet.sending ? { ...ratchet, sending: ratchet.sending } : turn(ratchet, fresh)
  const { headerKey, chainKey, n } = turned.sending
  if (n >= MAX_COUNT) throw new ProtocolError('closed')
  const at = { sessionId, nonce: headerNonce }
  const header = sealHeader(headerKey, at, { dh: turned.own.public, pn: turned.previous, n })
  const step = kdfCk(chainKey)
  const body = sealBody(step.messageKey, { ...at, header }, plaintext)
  wipe(step.messageKey)
  const next = { ...turned, sending: { headerKey, chainKey: step.chainKey, n: n + 1 } }
  return { sealed: [headerNonce, header, body], next }
}

/**
 * RatchetDecryptHE. Throws 'bad-tag' when header or body was not sealed in this session, 'replay' when its key was used or
 * dropped, 'skipped' when more than MAX_SKIP frames are missing (before any key is derived), 'bad-key' on a ratchet key that
 * is none. `spent`: the key it took, of no more use once `next` is committed.
 */
export function ratchetOpen(
  ratchet: Ratchet,
  sessionId: Bytes,
  sealed: Bytes,
): { readonly plaintext: Bytes; readonly spent: Bytes; readonly next: Ratchet } {
  const reader = new Reader(sealed)
  const at = { sessionId, nonce: reader.view(HEADER_NONCE_BYTES), header: reader.view(SEALED_HEADER_BYTES) }
  const { key, next } = findKey(ratchet, (headerKey) => openHeader(headerKey, at))
  const plaintext = openBody(key, at, reader.view(reader.left))
  return { plaintext, spent: key, next }
}

/**
 * Time passes: skipped keys from before the last call are dropped, so that a key nobody asks for lives for one to two
 * intervals between calls. Their frames are then a 'replay'.
 */
export function ratchetExpire(ratchet: Ratchet): Ratchet {
  const receiving = ratchet.receiving.map((chain) => ({
    ...chain,
    skipped: new Map([...chain.skipped].filter(([n]) => n >= chain.aged)),
    aged: chain.n,
  }))
  return { ...ratchet, receiving }
}

/** Every secret of a state, as the very arrays it holds. */
export function ratchetSecrets(ratchet: Ratchet): readonly Bytes[] {
  const { rootKey, own, sending, receiving, nextSendHeader, nextReceiveHeader } = ratchet
  const secrets: Bytes[] = [rootKey, own.secret, nextSendHeader, nextReceiveHeader]
  if (sending) secrets.push(sending.headerKey, sending.chainKey)
  for (const { headerKey, chainKey, skipped } of receiving) {
    secrets.push(headerKey, ...skipped.values())
    if (chainKey) secrets.push(chainKey)
  }
  return secrets
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
  const chain = { headerKey: ratchet.nextReceiveHeader, chainKey, n: 0, skipped: new Map<number, Bytes>(), aged: 0 }
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
  if (n === chain.n || chain.chainKey === undefined) return chain
  if (n - chain.n > MAX_SKIP) throw new ProtocolError('skipped')
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
