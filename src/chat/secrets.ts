/** The end of secrets that live in memory: random bytes once they are used, steps and sessions once nothing holds them. */
import { wipe } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { abandon } from '../protocol/handshake.ts'
import type { Received, Waiting } from '../protocol/handshake.ts'
import { endSession } from '../protocol/rekey.ts'
import type { Session } from '../protocol/session.ts'
import type { Random } from './ports.ts'
import type { State } from './state.ts'

/** Random bytes for one use; they are overwritten after it, however it ends. */
export function spending<T>(random: Random, length: number, use: (entropy: Bytes) => T): T {
  const entropy = random(length)
  try {
    return use(entropy)
  } finally {
    wipe(entropy)
  }
}

type Held = { readonly sessions: Set<Session>; readonly steps: Set<Waiting | Received> }

function heldBy(state: State | undefined): Held {
  const held: Held = { sessions: new Set(), steps: new Set() }
  for (const { live, attempts } of state?.links.values() ?? []) {
    if (live) held.sessions.add(live.session)
    for (const attempt of attempts) {
      if (attempt.established) held.sessions.add(attempt.established.session)
      if (attempt.role === 'responder') held.steps.add(attempt.received)
      else for (const { waiting } of attempt.calls) held.steps.add(waiting)
    }
  }
  return held
}

/** Overwrites the keys of every session and handshake that was in `before` and is in `after` no more. Call once its effects have run. */
export function eraseGone(before: State | undefined, after: State | undefined): void {
  if (!before || before.links === after?.links) return
  const [gone, kept] = [heldBy(before), heldBy(after)]
  for (const session of gone.sessions) if (!kept.sessions.has(session)) endSession(session)
  for (const step of gone.steps) if (!kept.steps.has(step)) abandon(step)
}
