/** Notices a relay that sends too much. */
import type { Clock } from '../../chat/ports.ts'

export type Rate = { readonly messages: number; readonly bytes: number }

const WINDOW_MS = 1_000

export class FloodMeter {
  readonly #clock: Clock
  readonly #limit: Rate
  #since = 0
  #messages = 0
  #bytes = 0

  /** `limit` is per second. */
  constructor(clock: Clock, limit: Rate) {
    this.#clock = clock
    this.#limit = limit
  }

  /** Counts one message; true once this second's limit is passed. */
  count(bytes: number): boolean {
    const now = this.#clock.now()
    if (Math.abs(now - this.#since) >= WINDOW_MS) {
      this.#since = now
      this.#messages = 0
      this.#bytes = 0
    }
    this.#messages++
    this.#bytes += bytes
    return this.#messages > this.#limit.messages || this.#bytes > this.#limit.bytes
  }
}
