/** When the chat has to look at the clock again, and that it does. */
import { nextExpiry } from './invitation.ts'
import { EXPIRE_AGAIN, MAX_TICK_WAIT } from './limits.ts'
import type { Clock } from './ports.ts'
import { nextDue } from './presence.ts'
import { nextOld } from './retention.ts'
import { nextDayChange } from './routes.ts'
import type { State } from './state.ts'
import { nextViewChange } from './view.ts'

/** One alarm, set anew after each turn. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: (type: 'tick' | 'expire') => void
  /** A disk that is full must not turn an expiry that cannot be written into a storm. */
  #expireAgainAt = 0
  #cancel: () => void = () => undefined

  constructor(clock: Clock, ring: (type: 'tick' | 'expire') => void) {
    this.#clock = clock
    this.#ring = ring
  }

  set(state: State): void {
    this.stop()
    const now = this.#clock.now()
    const due = nextWake(state, now, this.#expireAgainAt)
    const wait = Math.min(Math.max(due - now, 10), MAX_TICK_WAIT)
    this.#cancel = this.#clock.after(wait, () => this.#due(state))
  }

  #due(state: State): void {
    const now = this.#clock.now()
    this.#ring('tick')
    if (now < Math.max(nextExpiry(state), this.#expireAgainAt)) return
    this.#expireAgainAt = now + EXPIRE_AGAIN
    this.#ring('expire')
  }

  /** And forgets what it was set for. */
  stop(): void {
    this.#cancel()
    this.#cancel = () => undefined
  }
}

/** Unix ms; `expireAgainAt`: not before then for what has expired. */
function nextWake(state: State, now: number, expireAgainAt: number): number {
  const expiry = Math.max(nextExpiry(state), expireAgainAt)
  return Math.min(nextDue(state), nextViewChange(state, now), nextDayChange(now), nextOld(state, now), expiry)
}
