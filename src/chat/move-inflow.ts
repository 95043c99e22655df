/** The file of a move as it comes: each piece in its place, and nothing used before all of it is here. */
import { wipe, type Bytes } from '../protocol/bytes.ts'
import type { Pieces } from './move-view.ts'
import type { Outcome, Source } from './moving.ts'

/** Told to the other side after so much; a quarter of what it sends ahead. */
const TELL_AFTER = 1 << 18
/** As a backup. */
const MAX_BYTES = 2 ** 34

export class Inflow {
  readonly #pieces: Pieces
  #key: Bytes | undefined
  #bytes = 0
  #told = 0

  constructor(pieces: Pieces) {
    this.#pieces = pieces
  }

  get bytes(): number {
    return this.#bytes
  }

  /** `key`: of the file. */
  begin(key: Bytes): void {
    this.#key = key
  }

  /** `due`: it is time to say how much is here. */
  put(at: number, bytes: Bytes): 'taken' | 'due' | 'misplaced' | 'too-large' {
    if (at !== this.#bytes) return 'misplaced'
    if (at + bytes.length > MAX_BYTES) return 'too-large'
    this.#pieces.put(bytes)
    this.#bytes += bytes.length
    if (this.#bytes - this.#told < TELL_AFTER) return 'taken'
    this.#told = this.#bytes
    return 'due'
  }

  async hand(keep: (file: Source, key: Bytes) => Promise<Outcome>): Promise<Outcome> {
    if (!this.#key) return { ok: false, why: 'failed' }
    return await keep(this.#pieces.whole(), this.#key).catch((): Outcome => ({ ok: false, why: 'failed' }))
  }

  drop(): void {
    wipe(this.#key)
  }
}
