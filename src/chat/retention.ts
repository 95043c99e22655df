/**
 * How long what was said is kept here. Each chat may have a time; a message that is older goes, a stretch at a time, but for what
 * still waits to be sent. Its age counts from its commit on this device. Nobody is told, and the other side keeps what it has.
 *
 * Clocks lie. A message is no younger than the ones committed after it, so that a time from a clock that ran ahead keeps nothing
 * for ever. And nothing goes by a clock that leaps: more than MAX_LEAP after the last time that was sure, nothing is deleted until
 * the page's host has said what time it is. Sure is what the host says, what the disk holds of the other side's doing, and what
 * this page has seen pass since.
 */
import { takeAway } from './deleting.ts'
import { KEEP_LOOK_AGAIN, KEEP_LOOK_GAP, KEEP_STRETCH, MAX_LEAP } from './limits.ts'
import type { Contact, History, Loaded, MessageRow } from './ports.ts'
import type { State } from './state.ts'
import type { Event } from './step.ts'
import type { Effect, Turn } from './turn.ts'

type Keeping = Pick<State, 'keepDue' | 'timeSeen'>

/** `known`: the host has said what time it is. */
export function keepingFrom({ contacts, last }: Loaded, now: number, known: boolean): Keeping {
  const theirs = [...last.values()].filter((row) => !row.mine || row.state === 'delivered').map((row) => row.at)
  const seen = [...theirs, ...contacts.map((c) => c.addedAt)]
  const timeSeen = known || seen.length === 0 ? now : Math.max(...seen)
  return { timeSeen, keepDue: new Map(contacts.filter((c) => c.keepFor).map((c) => [c.id, 0])) }
}

/** Seconds; 0: for ever. */
export function setKeepFor(turn: Turn, id: string, keepFor: number): void {
  const contact = turn.state.contacts.get(id)
  if (!contact) return
  const { keepFor: _before, ...others } = contact
  turn.saveContact(keepFor > 0 ? { ...others, keepFor } : others)
  lookAt(turn, id, keepFor > 0 ? 0 : Infinity)
}

/** Looks for what has become too old, where that may be. */
export function lookForOld(turn: Turn): void {
  const { now } = turn.env
  if (!isSure(turn.state, now)) return
  turn.patch({ timeSeen: Math.max(now, turn.state.timeSeen) })
  for (const [contactId, due] of turn.state.keepDue) {
    if (due > now && due <= now + KEEP_LOOK_AGAIN) continue
    turn.effect({ do: 'oldest', contactId, after: 0 })
    // Until it was read, and if that cannot be written, again after this.
    lookAt(turn, contactId, now + KEEP_LOOK_GAP)
  }
}

function isSure({ timeSeen }: State, now: number): boolean {
  return now - timeSeen <= MAX_LEAP
}

function lookAt(turn: Turn, contactId: string, due: number): void {
  const keepDue = new Map(turn.state.keepDue)
  if (due < Infinity) keepDue.set(contactId, due)
  else keepDue.delete(contactId)
  turn.patch({ keepDue })
}

/** When `lookForOld` has something to do. */
export function nextOld(state: State, now: number): number {
  return isSure(state, now) ? Math.min(Infinity, ...state.keepDue.values()) : Infinity
}

export type Oldest = {
  readonly contactId: string
  /** Oldest first; `more`: there are others behind them. */
  readonly rows: readonly MessageRow[]
  readonly more: boolean
}

export async function readOldest(
  history: History,
  { contactId, after }: Extract<Effect, { do: 'oldest' }>,
): Promise<Event> {
  const rows = await history.following(contactId, after, KEEP_STRETCH)
  return { type: 'oldest', contactId, rows, more: rows.length === KEEP_STRETCH }
}

export function foundOldest(turn: Turn, { contactId, rows, more }: Oldest): void {
  const { now } = turn.env
  const contact = turn.state.contacts.get(contactId)
  if (!contact?.keepFor) return lookAt(turn, contactId, Infinity)
  if (!isSure(turn.state, now)) return
  const ends = endsOf(contact, rows)
  const waiting = rows.filter((row) => row.state === 'queued')
  const old = rows.filter((row, i) => row.state !== 'queued' && ends[i]! <= now)
  takeAway(turn, contactId, old)
  const last = rows.at(-1)
  if (more && last && old.length + waiting.length === rows.length)
    return turn.effect({ do: 'oldest', contactId, after: last.seq })
  const next = Math.min(now + KEEP_LOOK_AGAIN, ...ends.filter((end) => end > now))
  lookAt(turn, contactId, Math.max(next, now + KEEP_LOOK_GAP))
}

/** When each of these is too old. */
function endsOf({ keepFor = Infinity }: Contact, rows: readonly MessageRow[]): readonly number[] {
  const ends: number[] = []
  let least = Infinity
  for (let i = rows.length - 1; i >= 0; i--) {
    least = Math.min(least, rows[i]!.at)
    ends[i] = least + keepFor * 1000
  }
  return ends
}
