/**
 * The Double Ratchet with header encryption a second time, in the names of Signal's document (section 4), with the keys and the
 * limits of `src/protocol/README.md`. It works on a copy of its state and keeps the copy when all was well.
 */
import {
  cut,
  dh,
  expand,
  extract,
  integer,
  integerOf,
  isCanonical,
  join,
  label,
  open,
  publicOf,
  Refusal,
  same,
  seal,
  xopen,
  xseal,
} from './crypto.ts'
import type { Bytes } from './crypto.ts'

export const FRAME_SIZES = [256, 512, 1024, 2048, 4096, 8192, 16384]
export const MAX_SKIP = 64
/** The current receiving chain and the ended ones before it. */
export const MAX_CHAINS = 4
const MAX_FRAMES = 2 ** 31
const HEADER_BYTES = 40
const BODY_AT = 1 + 24 + HEADER_BYTES + 16
/** What a frame has besides its content. */
export const OVERHEAD = BODY_AT + 16
/** A message key seals one body. */
const NO_NONCE = new Uint8Array(12)

type Pair = { readonly secret: Bytes; readonly key: Bytes }
const pairOf = (secret: Bytes): Pair => ({ secret, key: publicOf(secret) })

/** A receiving chain. An ended one has no `ck` any more; `n` is how far it was counted. */
type Receiving = {
  readonly hk: Bytes
  readonly ck: Bytes | undefined
  readonly n: number
  readonly kept: ReadonlyMap<number, Bytes>
}

type State = {
  readonly rk: Bytes
  readonly dhs: Pair | undefined
  readonly dhr: Bytes | undefined
  readonly cks: Bytes | undefined
  readonly hks: Bytes | undefined
  readonly nhks: Bytes
  readonly nhkr: Bytes
  readonly ns: number
  readonly pn: number
  /** The other side took its turn: the next frame begins a chain of our own. */
  readonly turn: boolean
  readonly current: Receiving | undefined
  readonly ended: readonly Receiving[]
}

const NOTHING = {
  dhs: undefined,
  dhr: undefined,
  cks: undefined,
  hks: undefined,
  ns: 0,
  pn: 0,
  turn: false,
  current: undefined,
  ended: [],
} as const

export type Header = { readonly key: Bytes; readonly pn: number; readonly n: number }

/** What a forger, who has all keys, writes instead. */
export type Forged = {
  readonly version?: number
  readonly header?: Partial<Header>
  /** Begins a chain although it is not our turn. */
  readonly turn?: boolean
  /** In the place of the frame's content, zeros and all. */
  readonly content?: Bytes
  /** In the place of our header key. */
  readonly hk?: Bytes
}

export type Secrets = {
  readonly sessionId: Bytes
  readonly drRoot: Bytes
  readonly drHkI: Bytes
  readonly drNhkR: Bytes
}

function kdfRk(rk: Bytes, shared: Bytes): { readonly rk: Bytes; readonly ck: Bytes; readonly nhk: Bytes } {
  const [next, ck, nhk] = cut(expand(extract(rk, shared), label('dr/rk'), 96), 32, 32)
  return { rk: next, ck, nhk }
}

function kdfCk(ck: Bytes): { readonly ck: Bytes; readonly mk: Bytes } {
  const [next, mk] = cut(expand(ck, label('dr/ck'), 64), 32)
  return { ck: next, mk }
}

/** Counts the chain forward to `until`, keeping the keys on the way. */
function skip(chain: Receiving, until: number): Receiving {
  if (until - chain.n > MAX_SKIP) throw new Refusal('skipped')
  let { ck, n } = chain
  const kept = new Map(chain.kept)
  for (; n < until; n += 1) {
    const step = kdfCk(ck!)
    kept.set(n, step.mk)
    ck = step.ck
  }
  // Of too many the oldest go.
  for (const old of [...kept.keys()].slice(0, Math.max(0, kept.size - MAX_SKIP))) kept.delete(old)
  return { ...chain, ck, n, kept }
}

export class Ratchet {
  #state: State
  readonly #sessionId: Bytes

  private constructor(state: State, sessionId: Bytes) {
    this.#state = state
    this.#sessionId = sessionId
  }

  /** Alice of the document: the initiator, who knows the other's first ratchet key. */
  static alice({ sessionId, drRoot, drHkI, drNhkR }: Secrets, theirs: Bytes, own: Bytes): Ratchet {
    const state = { ...NOTHING, rk: drRoot, dhr: theirs, nhks: drHkI, nhkr: drNhkR }
    return new Ratchet(ownTurn(state, own), sessionId)
  }

  /** Bob of the document: the responder, who may say nothing before he has heard something. */
  static bob({ sessionId, drRoot, drHkI, drNhkR }: Secrets, own: Bytes): Ratchet {
    return new Ratchet({ ...NOTHING, rk: drRoot, dhs: pairOf(own), nhks: drNhkR, nhkr: drHkI }, sessionId)
  }

  copy(): Ratchet {
    return new Ratchet(this.#state, this.#sessionId)
  }

  /* For a forger, who looks inside. */

  get maySpeak(): boolean {
    return this.#state.cks !== undefined || this.#state.turn
  }

  get headerKey(): Bytes | undefined {
    return this.#state.hks
  }

  get theirKey(): Bytes | undefined {
    return this.#state.dhr
  }

  /** `ratchetSecret` is used when this frame begins a chain. */
  seal(content: Bytes, headerNonce: Bytes, ratchetSecret: Bytes, forged: Forged = {}): Bytes {
    const state =
      this.#state.turn || (forged.turn && this.#state.dhr) ? ownTurn(this.#state, ratchetSecret) : this.#state
    if (!state.cks || !state.hks || !state.dhs) throw new Refusal('state', 'nothing may be sent yet')
    if (state.ns >= MAX_FRAMES) throw new Refusal('closed', 'the chain is full')
    const step = kdfCk(state.cks)
    this.#state = { ...state, cks: step.ck, ns: state.ns + 1 }
    const { key, pn, n } = { key: state.dhs.key, pn: state.pn, n: state.ns, ...forged.header }
    const plain = join(key, integer(pn, 4), integer(n, 4))
    const header = xseal(forged.hk ?? state.hks, headerNonce, this.#ad('dr/h'), plain)
    const body = seal(step.mk, NO_NONCE, this.#ad('dr/b', headerNonce, header), content)
    return join(Uint8Array.of(forged.version ?? 1), headerNonce, header, body)
  }

  /** The content of a frame; throws a `Refusal` and stays as it was. */
  open(frame: Bytes): Bytes {
    if (!FRAME_SIZES.includes(frame.length)) throw new Refusal('too-large')
    const [version, headerNonce, sealedHeader, body] = cut(frame, 1, 24, HEADER_BYTES + 16)
    if (version[0] !== 1) throw new Refusal('version')
    const header = (hk: Bytes) => headerOf(xopen(hk, headerNonce, this.#ad('dr/h'), sealedHeader))
    const found = this.#find(header)
    if (!found) throw new Refusal('bad-tag', 'header')
    const ad = this.#ad('dr/b', headerNonce, sealedHeader)
    const content = open(found.mk, NO_NONCE, ad, body)
    if (!content) throw new Refusal('bad-tag', 'body')
    this.#state = found.after
    return content
  }

  #ad(name: string, ...rest: readonly Bytes[]): Bytes {
    return join(label(name), this.#sessionId, ...rest)
  }

  #find(header: (hk: Bytes) => Header | undefined): { mk: Bytes; after: State } | undefined {
    const state = this.#state
    const ofCurrent = state.current && header(state.current.hk)
    if (ofCurrent) return inCurrent(state, ofCurrent.n)
    const ofNext = header(state.nhkr)
    if (ofNext) {
      // The document draws its next key when it receives, so a chain after that chain cannot fit before our answer.
      if (state.turn) throw new Refusal('bad-tag', 'twice in a row')
      return inCurrent(theirTurn(state, ofNext), ofNext.n)
    }
    for (const [i, chain] of state.ended.entries()) {
      const old = header(chain.hk)
      if (old) {
        const { mk, after } = take(chain, old.n)
        return { mk, after: { ...state, ended: state.ended.map((other, at) => (at === i ? after : other)) } }
      }
    }
    return undefined
  }
}

function headerOf(plain: Bytes | undefined): Header | undefined {
  if (!plain) return undefined
  const [key, pn, n] = cut(plain, 32, 4)
  return { key, pn: integerOf(pn), n: integerOf(n) }
}

/** A key that was kept, once. */
function take(chain: Receiving, n: number): { readonly mk: Bytes; readonly after: Receiving } {
  const mk = chain.kept.get(n)
  if (!mk) throw new Refusal('replay')
  const kept = new Map(chain.kept)
  kept.delete(n)
  return { mk, after: { ...chain, kept } }
}

function inCurrent(state: State, n: number): { mk: Bytes; after: State } {
  const chain = state.current!
  if (n < chain.n) {
    const { mk, after } = take(chain, n)
    return { mk, after: { ...state, current: after } }
  }
  const forward = skip(chain, n)
  const { ck, mk } = kdfCk(forward.ck!)
  return { mk, after: { ...state, current: { ...forward, ck, n: n + 1 } } }
}

/** The receiving half of the document's DHRatchetHE. The sending half waits for the next frame of our own. */
function theirTurn(state: State, { key, pn }: Header): State {
  if (!isCanonical(key) || same(key, state.dhs!.key)) throw new Refusal('bad-key')
  const ended = state.current ? [{ ...skip(state.current, pn), ck: undefined }, ...state.ended] : state.ended
  const { rk, ck, nhk } = kdfRk(state.rk, dh(state.dhs!.secret, key))
  return {
    ...state,
    rk,
    dhr: key,
    nhkr: nhk,
    turn: true,
    current: { hk: state.nhkr, ck, n: 0, kept: new Map() },
    ended: ended.slice(0, MAX_CHAINS - 1),
  }
}

/** The sending half, put off until there is something to send; for Alice it is also how she begins. */
function ownTurn(state: State, secret: Bytes): State {
  const { rk, ck, nhk } = kdfRk(state.rk, dh(secret, state.dhr!))
  return { ...state, rk, dhs: pairOf(secret), cks: ck, hks: state.nhks, nhks: nhk, pn: state.ns, ns: 0, turn: false }
}
