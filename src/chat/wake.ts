/** When the chat has to look at the clock again. */
import { nextExpiry } from './invitation.ts'
import { nextDue } from './presence.ts'
import { nextOld } from './retention.ts'
import { nextDayChange } from './routes.ts'
import type { State } from './state.ts'
import { nextViewChange } from './view.ts'

/** Unix ms; `expireAgainAt`: not before then for what has expired. */
export function nextWake(state: State, now: number, expireAgainAt: number): number {
  const expiry = Math.max(nextExpiry(state), expireAgainAt)
  return Math.min(nextDue(state), nextViewChange(state, now), nextDayChange(now), nextOld(state, now), expiry)
}
