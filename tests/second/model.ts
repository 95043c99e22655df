/**
 * What must come of every frame, told from its place alone: under which keys it was sealed, in which chain, as which number.
 * There is no key and no byte in here.
 */
import { MAX_CHAINS, MAX_SKIP } from './ratchet.ts'

/** `before`: how many frames the sender's chain before this one has. */
export type Place = { readonly epoch: number; readonly chain: number; readonly n: number; readonly before: number }

/** A refusal, or what changes when the frame opens. */
export type Judgement = { readonly code: string } | { readonly commit: () => void }

type Chain = { next: number; kept: readonly number[] }

/** One direction under one set of keys. */
class Line {
  readonly #epoch: number
  // The sender's side.
  #chain: number
  #n = 0
  #before = 0
  turn = false
  // The receiver's side.
  readonly #chains: Chain[] = []

  constructor(epoch: number, speaksFirst: boolean) {
    this.#epoch = epoch
    this.#chain = speaksFirst ? 0 : -1
  }

  get mayBeUsed(): boolean {
    return this.#chain >= 0 || this.turn
  }

  send(): Place {
    if (this.turn) {
      this.#before = this.#n
      this.#chain += 1
      this.#n = 0
      this.turn = false
    }
    this.#n += 1
    return { epoch: this.#epoch, chain: this.#chain, n: this.#n - 1, before: this.#before }
  }

  /** `heard` is told when the sender took a turn. */
  judge({ chain, n, before }: Place, heard: () => void): Judgement {
    const newest = this.#chains.length - 1
    if (chain <= newest - MAX_CHAINS) return { code: 'bad-tag' }
    if (chain < newest) return taken(this.#chains[chain]!, n)
    if (chain === newest) return found(this.#chains[chain]!, n)
    const last = this.#chains[newest]
    const ended = last && skipped(last, before)
    const begun = found({ next: 0, kept: [] }, n)
    if (last && !ended) return { code: 'skipped' }
    if ('code' in begun) return begun
    return {
      commit: () => {
        if (ended) this.#chains[newest] = ended
        const current: Chain = { next: 0, kept: [] }
        this.#chains.push(current)
        const again = found(current, n)
        if ('commit' in again) again.commit()
        heard()
      },
    }
  }
}

/** The chain counted forward to `until`, with the newest of the keys on the way kept; nothing when that is too far. */
function skipped({ next, kept }: Chain, until: number): Chain | undefined {
  if (until - next > MAX_SKIP) return undefined
  const missing = Array.from({ length: Math.max(0, until - next) }, (_, i) => next + i)
  return { next: Math.max(next, until), kept: [...kept, ...missing].slice(-MAX_SKIP) }
}

function found(chain: Chain, n: number): Judgement {
  if (n < chain.next) return taken(chain, n)
  const forward = skipped(chain, n)
  if (!forward) return { code: 'skipped' }
  return { commit: () => Object.assign(chain, { next: n + 1, kept: forward.kept }) }
}

function taken(chain: Chain, n: number): Judgement {
  if (!chain.kept.includes(n)) return { code: 'replay' }
  return { commit: () => (chain.kept = chain.kept.filter((one) => one !== n)) }
}

export type Side = 'initiator' | 'responder'
export const other = (side: Side): Side => (side === 'initiator' ? 'responder' : 'initiator')

type End = { sealing: number; beside: number | undefined }

/** A session and its renewals. */
export class Model {
  readonly #lines: Record<Side, Line>[] = []
  readonly #ends: Record<Side, End> = {
    initiator: { sealing: 0, beside: undefined },
    responder: { sealing: 0, beside: undefined },
  }
  #offered = false

  constructor() {
    this.#keys()
  }

  #keys(): void {
    const epoch = this.#lines.length
    this.#lines.push({ initiator: new Line(epoch, true), responder: new Line(epoch, false) })
  }

  epochOf(side: Side): number {
    return this.#ends[side].sealing
  }

  /** Nothing when the side may not speak yet. */
  send(side: Side): Place | undefined {
    const line = this.#lines[this.#ends[side].sealing]![side]
    return line.mayBeUsed ? line.send() : undefined
  }

  /** What `side` makes of a frame of the other's. */
  judge(side: Side, place: Place): Judgement {
    const end = this.#ends[side]
    if (place.epoch !== end.sealing && place.epoch !== end.beside) return { code: 'bad-tag' }
    const lines = this.#lines[place.epoch]!
    const judgement = lines[other(side)].judge(place, () => (lines[side].turn = true))
    if ('code' in judgement) return judgement
    return {
      commit: () => {
        judgement.commit()
        const fresh = Math.max(end.sealing, end.beside ?? 0)
        if (end.beside !== undefined && place.epoch === fresh) Object.assign(end, { sealing: fresh, beside: undefined })
      },
    }
  }

  offer(): string | undefined {
    if (this.#offered || this.#ends.initiator.beside !== undefined) return 'state'
    this.#offered = true
    return undefined
  }

  /** To the offer of `epoch`. */
  answer(epoch: number): string | undefined {
    const end = this.#ends.responder
    if (end.beside !== undefined) return 'state'
    if (epoch !== end.sealing + 1) return 'bad-tag'
    end.beside = epoch
    this.#keys()
    return undefined
  }

  /** With the answer of `epoch`. */
  complete(epoch: number): string | undefined {
    const end = this.#ends.initiator
    if (!this.#offered) return 'state'
    if (epoch !== end.sealing + 1) return 'bad-tag'
    this.#offered = false
    Object.assign(end, { sealing: epoch, beside: end.sealing })
    return undefined
  }
}
