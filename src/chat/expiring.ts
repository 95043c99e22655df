/**
 * Messages that disappear. A text carries its own time, at the word of whoever wrote it; a side keeps to times that it has agreed to
 * (`timer.ts`) and to no others. On each side the time begins when the message is where it belongs: a text of one's own was
 * delivered, one of theirs was read. `retention.ts` looks for what is over.
 */
import type { Message } from '../protocol/message.ts'
import type { Contact, MessageRow } from './ports.ts'
import { NO_TIMER } from './keeping.ts'
import { counted } from './timer.ts'
import { KEEP_LOOK_GAP } from './limits.ts'
import type { Turn } from './turn.ts'

/** A text of one's own gets the time that counts now; one of theirs keeps its time if that was agreed to. */
export function timed({ timer = NO_TIMER }: Contact, message: Message, mine: boolean): Message {
  if (message.kind !== 'text') return message
  const { expireAfter, text } = message
  const seconds = mine ? timer.seconds : expireAfter
  const counts = seconds && (mine || seconds === timer.seconds || counted(timer, seconds))
  return { kind: 'text', text, ...(counts ? { expireAfter: seconds } : {}) }
}

/** From the first row that disappears on they are looked for. */
export function noteExpiring(turn: Turn, row: MessageRow): void {
  const timer = turn.state.contacts.get(row.contactId)?.timer
  if (timer?.from === 0 && timeOf(row)) turn.changeContact(row.contactId, { timer: { ...timer, from: row.seq } })
}

/** Seconds; 0: it does not disappear. */
export function timeOf({ body }: MessageRow): number {
  return (body.kind === 'text' && body.expireAfter) || 0
}

/** The row, its time begun if it is where it belongs now. A beginning that lies ahead was of a wrong clock. */
export function begun(turn: Turn, row: MessageRow): MessageRow {
  const { now } = turn.env
  if (!timeOf(row) || (row.expiresFrom ?? Infinity) <= now || !isThere(turn, row)) return row
  const started = { ...row, expiresFrom: now }
  const due = Math.max(endOf(started), now + KEEP_LOOK_GAP)
  if (due < (turn.state.keepDue.get(row.contactId) ?? Infinity)) lookAt(turn, row.contactId, due)
  return started
}

function isThere(turn: Turn, { contactId, seq, mine, state }: MessageRow): boolean {
  return mine ? state === 'delivered' : seq <= (turn.state.contacts.get(contactId)?.readTo ?? 0)
}

/** Begins the time of those that were read, or delivered, and do not know it yet. Returns all, as they are then. */
export function beginAll(turn: Turn, rows: readonly MessageRow[]): readonly MessageRow[] {
  return rows.map((row) => {
    const started = begun(turn, row)
    if (started !== row) turn.write({ op: 'message-state', message: started })
    return started
  })
}

/** When its own time is over, Unix ms. */
export function endOf(row: MessageRow): number {
  const seconds = timeOf(row)
  return seconds ? (row.expiresFrom ?? Infinity) + seconds * 1000 : Infinity
}

/** When this chat is looked through next for what is over, Unix ms; Infinity: not any more. */
export function lookAt(turn: Turn, contactId: string, due: number): void {
  const keepDue = new Map(turn.state.keepDue)
  if (due < Infinity) keepDue.set(contactId, due)
  else keepDue.delete(contactId)
  turn.patch({ keepDue })
}
