/** The file of a move on its way out: in pieces that fit a frame, and never much ahead of what the other side has. */
import type { Bytes } from '../protocol/bytes.ts'
import { MAX_DATA_BYTES } from '../protocol/move.ts'
import type { MoveLine } from './move-line.ts'

/** Under way and not yet acknowledged: a tenth of a second at 10 MB/s. */
const WINDOW_BYTES = 1 << 20

export class Outflow {
  readonly #line: MoveLine
  #sent = 0
  #taken = 0

  constructor(line: MoveLine) {
    this.#line = line
  }

  get sent(): number {
    return this.#sent
  }

  /** Resolves once all of `part` is on its way. Rejects when the line is over. */
  async put(part: Bytes): Promise<void> {
    for (let at = 0; at < part.length; at += MAX_DATA_BYTES) {
      const bytes = part.subarray(at, at + MAX_DATA_BYTES)
      await this.#line.room(() => this.#sent - this.#taken < WINDOW_BYTES)
      if (this.#line.isOver) throw new Error('the line is over')
      this.#line.send({ type: 'data', at: this.#sent, bytes })
      this.#sent += bytes.length
    }
  }

  /** False: nobody can have taken that. */
  taken(bytes: number): boolean {
    if (bytes < this.#taken || bytes > this.#sent) return false
    this.#taken = bytes
    this.#line.wake()
    return true
  }
}
