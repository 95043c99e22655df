/** Who is shown what the messenger tells, and when. */
import type { Snapshot } from './snapshot.ts'
import { BLANK } from './start.ts'
import type { State } from './state.ts'
import type { Event } from './step.ts'
import { liveOfPeer } from './turn.ts'

/** Whether this is shown before it is acknowledged: what comes in a session, and not what makes it one. */
export const isNews = (state: State, event: Event): boolean =>
  event.type === 'frames' && liveOfPeer(state, event.peer) !== undefined

export class Audience {
  snapshot: Snapshot = BLANK
  /** What is still done is not shown: another tab was let in. */
  muted = false
  #owed: (() => Snapshot) | undefined
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()

  subscribe(on: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(on)
    return () => this.#listeners.delete(on)
  }

  /** Instead of what was to be told until now; nothing at all if there is no view. */
  later(view?: () => Snapshot): void {
    this.#owed = view
  }

  now(): void {
    if (this.#owed) this.tell(this.#owed())
  }

  /** A fault of a screen is reported, and holds up nothing: what was committed is acknowledged all the same. */
  tell(snapshot: Snapshot): void {
    this.#owed = undefined
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
