/** Who is shown what the messenger tells. */
import type { Snapshot } from './snapshot.ts'
import { BLANK } from './start.ts'

export class Audience {
  snapshot: Snapshot = BLANK
  /** What is still done is not shown: another tab was let in. */
  muted = false
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()

  subscribe(on: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(on)
    return () => this.#listeners.delete(on)
  }

  /** A fault of a screen is reported, and holds up nothing: what was committed is acknowledged all the same. */
  tell(snapshot: Snapshot): void {
    if (this.muted) return
    this.snapshot = snapshot
    for (const on of this.#listeners) {
      try {
        on(snapshot)
      } catch (error) {
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
