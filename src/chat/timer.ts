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
  /**
   * What was agreed before, over since what was said with number `n`. `known`: the other side has heard that; what it wrote before
   * may still be on its way, in order. `seconds` 0: nobody here knows any more what it was.
   */
  readonly lingers?: { readonly n: number; readonly seconds: number; readonly known?: boolean }
  /** What was said last here has not arrived yet. */
  readonly unsaid?: boolean
  /** No message before this seq disappears; 0: none does. */
  readonly from: number
}

/** What a person does about it; `n`: the suggestion that was before their eyes. */
export type TimerAct =
  | { readonly act: 'suggest'; readonly seconds: number }
  | { readonly act: 'agree'; readonly n: number }
  | { readonly act: 'decline' }
  | { readonly act: 'end' }

/** What is true after it was done, and what the other side is to be told. */
export type TimerTurn = { readonly timer: Timer; readonly say?: TimerMessage }

const MAX_NUMBER = 2 ** 32 - 1

/** Throws 'state' where an act has no sense: nothing to agree to, or one suggestion on top of another. */
export function afterAct(timer: Timer, act: TimerAct): TimerTurn {
  const { pending } = timer
  if (act.act === 'suggest' && !pending?.mine) {
    const [n, { seconds }] = [nextOf(timer), act]
    return told({ ...timer, n, pending: { mine: true, seconds } }, 'suggest', seconds)
  }
  if (act.act === 'end' && (pending || timer.seconds > 0)) return afterEnd(timer)
  if (!pending || pending.mine || act.act === 'suggest' || act.act === 'end') throw new ProtocolError('state')
  if (act.act === 'decline') return { timer: { ...timer, pending: { ...pending, declined: true } } }
  if (act.n !== timer.n) throw new ProtocolError('state')
  return told(agreed(timer, pending.seconds), 'agree', pending.seconds)
}

/** It ends, whether or not there is anything to end. */
export function afterEnd(timer: Timer): TimerTurn {
  const { seconds, pending } = timer
  // Who takes back a suggestion may find that it was agreed to meanwhile.
  const before = seconds || (pending?.mine ? pending.seconds : 0)
  return told(ended(timer, nextOf(timer), before), 'end', before || (pending?.seconds ?? 1))
}

/**
 * What holds, said once more: what was said of it did not leave. Whoever knows it already is told nothing new. Who made the last
 * suggestion has heard all that was before it.
 */
export function restated({ n, seconds, pending }: Timer): TimerMessage | undefined {
  if (pending?.mine === false) return undefined
  if (pending) return { kind: 'timer', act: 'suggest', n, seconds: pending.seconds }
  return { kind: 'timer', act: seconds > 0 ? 'agree' : 'end', n, seconds: seconds || 1 }
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

/** The other side has what was said here. */
export function afterArrival(timer: Timer, { n }: TimerMessage): Timer {
  const { unsaid, lingers, ...rest } = timer
  return {
    ...rest,
    ...(unsaid && n < timer.n ? { unsaid } : {}),
    ...(lingers ? { lingers: n === lingers.n ? { ...lingers, known: true } : lingers } : {}),
  }
}

/** They wrote a text with this time. What is behind it was written later. */
export function afterText(timer: Timer, expireAfter: number | undefined): Timer {
  if (!timer.lingers?.known || counted(timer, expireAfter)) return timer
  const { lingers: _over, ...now } = timer
  return now
}

/** Whether a text with this time may be of what was agreed before. */
export function counted({ lingers }: Timer, expireAfter = 0): boolean {
  return lingers !== undefined && expireAfter > 0 && (lingers.seconds === 0 || expireAfter === lingers.seconds)
}

function nextOf({ n }: Timer): number {
  return Math.min(n + 1, MAX_NUMBER)
}

function told(timer: Timer, act: TimerMessage['act'], seconds: number): TimerTurn {
  return { timer: { ...timer, unsaid: true }, say: { kind: 'timer', act, n: timer.n, seconds } }
}

function agreed({ n, seconds: before, from }: Timer, seconds: number): Timer {
  return { n, seconds, from, ...(before === seconds ? {} : lingering(n, before)) }
}

function ended({ from }: Timer, n: number, before = 0): Timer {
  return { n, seconds: 0, from, ...lingering(n, before) }
}

function lingering(n: number, seconds: number): Pick<Timer, 'lingers'> {
  return seconds > 0 ? { lingers: { n, seconds } } : {}
}
