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
import { beginAll, endOf, lookAt, timeOf } from './expiring.ts'
import { isLimited } from './keeping.ts'
import { KEEP_LOOK_AGAIN, KEEP_LOOK_GAP, KEEP_STRETCH, MAX_LEAP } from './limits.ts'
import type { Contact, History, MessageRow } from './ports.ts'
import { replace } from './rows.ts'
import type { State } from './state.ts'
import type { Event } from './step.ts'
import type { Effect, Turn } from './turn.ts'

/** Seconds; 0: for ever. */
export function setKeepFor(turn: Turn, id: string, keepFor: number): void {
  const contact = turn.state.contacts.get(id)
  if (!contact) return
  const { keepFor: _before, ...others } = contact
  turn.saveContact(keepFor > 0 ? { ...others, keepFor } : others)
  lookAt(turn, id, 0)
}

/** Looks for what has become too old, where that may be. */
export function lookForOld(turn: Turn): void {
  const { now } = turn.env
  if (!isSure(turn.state, now)) return
  turn.patch({ timeSeen: Math.max(now, turn.state.timeSeen) })
  for (const [contactId, due] of turn.state.keepDue) {
    if (due > now && due <= now + KEEP_LOOK_AGAIN) continue
    const after = startOf(turn.state.contacts.get(contactId))
    const full = now >= (turn.state.keepFull.get(contactId) ?? 0)
    if (full) turn.patch({ keepFull: new Map(turn.state.keepFull).set(contactId, now + KEEP_LOOK_AGAIN) })
    turn.effect({ do: 'oldest', contactId, after, next: Infinity, full })
    // Until it was read, and if that cannot be written, again after this.
    lookAt(turn, contactId, now + KEEP_LOOK_GAP)
  }
}

/** No row up to here goes by itself. */
function startOf(contact: Contact | undefined): number {
  return contact?.keepFor === undefined && contact?.timer ? Math.max(0, contact.timer.from - 1) : 0
}

function isSure({ timeSeen }: State, now: number): boolean {
  return now - timeSeen <= MAX_LEAP
}

/** When `lookForOld` has something to do. */
export function nextOld(state: State, now: number): number {
  return isSure(state, now) ? Math.min(Infinity, ...state.keepDue.values()) : Infinity
}

export type Oldest = {
  readonly contactId: string
  readonly after: number
  /** Oldest first; `more`: there are others behind them. */
  readonly rows: readonly MessageRow[]
  readonly more: boolean
  /** When the first of those before them is too old, Unix ms. */
  readonly next: number
  /** All of the chat is looked through; else it ends where all that is left will go later. */
  readonly full: boolean
}

export async function readOldest(
  history: History,
  { contactId, after, next, full }: Extract<Effect, { do: 'oldest' }>,
): Promise<Event> {
  const rows = await history.following(contactId, after, KEEP_STRETCH)
  return { type: 'oldest', contactId, after, rows, more: rows.length === KEEP_STRETCH, next, full }
}

export function foundOldest(turn: Turn, found: Oldest): void {
  const { contactId, after, rows: read, more, next: before, full } = found
  const { now } = turn.env
  const contact = turn.state.contacts.get(contactId)
  if (!contact || !isLimited(contact)) return lookAt(turn, contactId, Infinity)
  if (!isSure(turn.state, now)) return
  const rows = contact.timer ? beginAll(turn, read) : read
  rows.forEach((row, i) => row !== read[i] && replace(turn, row))
  const ends = endsOf(contact, rows)
  const old = rows.filter((row, i) => row.state !== 'queued' && ends[i]! <= now)
  takeAway(turn, contactId, old)
  const stay = rows.filter((row) => !old.includes(row))
  startLater(turn, contactId, after, stay, rows.at(-1)?.seq ?? after)
  const next = Math.min(before, ...ends.filter((end) => end > now))
  const isOver = rows.every((row, i) => row.state === 'queued' || ends[i]! <= now)
  const goesOn = more && behind(turn, rows, isOver, full || old.length > 0)
  if (goesOn) return turn.effect({ do: 'oldest', contactId, after: goesOn, next, full })
  lookAt(turn, contactId, Math.max(Math.min(now + KEEP_LOOK_AGAIN, next), now + KEEP_LOOK_GAP))
}

/** Where it goes on behind these rows, `isOver`: none of which stays but what waits; undefined: all that is left goes later. */
function behind(turn: Turn, rows: readonly MessageRow[], isOver: boolean, thorough: boolean): number | undefined {
  const last = rows.at(-1)
  const from = last && (turn.state.contacts.get(last.contactId)?.timer?.from ?? 0)
  if (!last || isOver || !from) return isOver ? last?.seq : undefined
  // Up to there only age counts, and that goes in order.
  if (last.seq < from) return Math.max(last.seq, from - 1)
  // Those that disappear go in the order in which they came, but for a few: the look through all of them finds those.
  return thorough || rows.every((row) => endOf(row) === Infinity) ? last.seq : undefined
}

/** Those that disappear begin later now, or there are none. `left`: rows behind `after` and up to `to` that stay. */
function startLater(turn: Turn, contactId: string, after: number, left: readonly MessageRow[], to: number): void {
  const timer = turn.state.contacts.get(contactId)?.timer
  if (!timer || timer.from === 0 || after >= timer.from || to < timer.from) return
  const found = left.find((row) => timeOf(row) > 0)?.seq ?? to + 1
  const from = found > (turn.state.tops.get(contactId) ?? 0) ? 0 : found
  if (from !== timer.from) turn.changeContact(contactId, { timer: { ...timer, from } })
}

/** When each of these is too old. */
function endsOf({ keepFor = Infinity }: Contact, rows: readonly MessageRow[]): readonly number[] {
  const ends: number[] = []
  let least = Infinity
  for (let i = rows.length - 1; i >= 0; i--) {
    least = Math.min(least, rows[i]!.at)
    ends[i] = Math.min(least + keepFor * 1000, endOf(rows[i]!))
  }
  return ends
}
