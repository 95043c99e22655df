/**
 * The time after which messages disappear, as one side knows it: one suggests, the other agrees, either ends it. What is said about
 * it travels as messages, in order with all others, so that both sides come to the same whatever crosses on the way. Pure.
 *
 *   none ──suggest n+1──▶ pending ──agree n──▶ in force ──suggest n+1──▶ in force, another pending
 *     ▲                      │                     │
 *     └───────end n+1────────┴─────────────────────┘      of equal numbers an end stands, then the suggestion of the larger key
 */
import { ProtocolError } from '../protocol/errors.ts'
import type { TimerMessage } from '../protocol/message.ts'

export type Timer = {
  /** Number of the last suggestion or end, on either side; 0: there was none. */
  readonly n: number
  /** The time that both agreed to, seconds; 0: none. */
  readonly seconds: number
  /** A suggestion without an answer. `declined`: by this person, who is not asked again for it. */
  readonly pending?: { readonly mine: boolean; readonly seconds: number; readonly declined?: boolean }
  /** What was agreed before, over since what was said with number `n`: the other side may not have heard that. */
  readonly lingers?: { readonly n: number; readonly seconds: number }
  /** No message before this seq disappears; 0: none does. */
  readonly from: number
}

/** What a person does about it. */
export type TimerAct =
  | { readonly act: 'suggest'; readonly seconds: number }
  | { readonly act: 'agree' | 'end' }
  | { readonly act: 'decline' }

/** What is true after it was done, and what the other side is to be told. */
export type TimerTurn = { readonly timer: Timer; readonly say?: TimerMessage }

const MAX_NUMBER = 2 ** 32 - 1

/** Throws 'state' where an act has no sense: nothing to agree to, or one suggestion on top of another. */
export function afterAct(timer: Timer, act: TimerAct): TimerTurn {
  const { pending } = timer
  const n = Math.min(timer.n + 1, MAX_NUMBER)
  if (act.act === 'suggest' && !pending?.mine) {
    const { seconds } = act
    return {
      timer: { ...timer, n, pending: { mine: true, seconds } },
      say: { kind: 'timer', act: 'suggest', n, seconds },
    }
  }
  if (act.act === 'end' && (pending || timer.seconds > 0)) {
    const seconds = timer.seconds || (pending?.seconds ?? 1)
    return { timer: ended(timer, n, timer.seconds), say: { kind: 'timer', act: 'end', n, seconds } }
  }
  if (!pending || pending.mine || act.act === 'suggest' || act.act === 'end') throw new ProtocolError('state')
  if (act.act === 'decline') return { timer: { ...timer, pending: { ...pending, declined: true } } }
  const { seconds } = pending
  return { timer: agreed(timer, seconds, timer.seconds), say: { kind: 'timer', act: 'agree', n: timer.n, seconds } }
}

/** `smaller`: our key is the smaller one of the two. What no longer counts changes nothing. */
export function afterHeard(timer: Timer, { act, n, seconds }: TimerMessage, smaller: boolean): Timer {
  const { pending } = timer
  if (n < timer.n) return timer
  if (act === 'end') return ended(timer, n)
  if (act === 'agree')
    return pending?.mine && n === timer.n && seconds === pending.seconds ? agreed(timer, seconds) : timer
  const theirs = { ...timer, n, pending: { mine: false, seconds } }
  if (n > timer.n) return theirs
  if (!pending?.mine) return timer
  if (pending.seconds === seconds) return agreed(timer, seconds)
  return smaller ? theirs : timer
}

/** The other side has what was said about it: from now on they write accordingly. */
export function afterArrival(timer: Timer, { act, n }: TimerMessage): Timer {
  if (act === 'suggest' || n !== timer.lingers?.n) return timer
  const { lingers: _over, ...now } = timer
  return now
}

function agreed({ n, from }: Timer, seconds: number, before = 0): Timer {
  return { n, seconds, from, ...(before === seconds ? {} : lingering(n, before)) }
}

function ended({ from }: Timer, n: number, before = 0): Timer {
  return { n, seconds: 0, from, ...lingering(n, before) }
}

function lingering(n: number, seconds: number): Pick<Timer, 'lingers'> {
  return seconds > 0 ? { lingers: { n, seconds } } : {}
}
