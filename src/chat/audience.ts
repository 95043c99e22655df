/** Who is shown what the messenger tells, and when. */
import { TELL_WITHIN } from './limits.ts'
import type { Snapshot } from './snapshot.ts'
import { BLANK } from './start.ts'
import type { State } from './state.ts'
import type { Event } from './step.ts'
import { liveOfPeer } from './turn.ts'

/** Whether this is shown before it is acknowledged: what comes in a session, and not what makes it one. */
export const isNews = (state: State, event: Event): boolean =>
  event.type === 'frames' && liveOfPeer(state, event.peer) !== undefined

/** A fault of a screen holds up nothing: what was committed is acknowledged all the same. */
function reported(run: () => void): void {
  try {
    run()
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}

export class Audience {
  snapshot: Snapshot = BLANK
  /** What is still done is not shown: another tab was let in. */
  muted = false
  #owed: (() => Snapshot) | undefined
  #since: number | undefined
  readonly #listeners = new Set<(snapshot: Snapshot) => void>()

  subscribe(on: (snapshot: Snapshot) => void): () => void {
    this.#listeners.add(on)
    return () => this.#listeners.delete(on)
  }

  /** Instead of what was to be told until now, Unix ms. */
  later(view: () => Snapshot, now: number): void {
    this.#owed = view
    this.#since ??= now
  }

  /** Whether what is to be told has waited for long enough. */
  isLate(now: number): boolean {
    return this.#since !== undefined && now - this.#since >= TELL_WITHIN
  }

  /** Nothing is to be told any more. */
  forget(): void {
    this.#owed = this.#since = undefined
  }

  now(): void {
    const view = this.#owed
    if (view) reported(() => this.tell(view()))
    this.forget()
  }

  tell(snapshot: Snapshot): void {
    this.forget()
    if (this.muted) return
    this.snapshot = snapshot
    for (const on of this.#listeners) reported(() => on(snapshot))
  }
}
