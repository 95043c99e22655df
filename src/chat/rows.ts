/** The rows of a chat as the state knows them: the newest, the next number, the window on the screen. */
import { MAX_WINDOW, PAGE } from './limits.ts'
import type { MessageRow } from './ports.ts'
import { viewId } from './state.ts'
import type { OpenWindow } from './state.ts'
import { see } from './reading.ts'
import type { Turn } from './turn.ts'

export function nextSeq(turn: Turn, contactId: string): number {
  return (turn.state.tops.get(contactId) ?? 0) + 1
}

export function append(turn: Turn, row: MessageRow): void {
  turn.patch({
    last: turn.own(turn.state.last).set(row.contactId, row),
    tops: turn.own(turn.state.tops).set(row.contactId, row.seq),
  })
  const open = turn.state.open
  // Between a window that ends before them and new rows there would be a gap.
  if (open?.id === row.contactId && !open.hasLater) turn.patch({ open: grown(open, row) })
}

/** The window keeps its newest rows; older ones are read again when somebody scrolls there. */
function grown(open: OpenWindow, row: MessageRow): OpenWindow {
  if (open.rows.length < MAX_WINDOW) return { ...open, rows: [...open.rows, row] }
  return { ...open, rows: [...open.rows.slice(PAGE), row], hasEarlier: true }
}

/** Rows as the disk gave them for one end of the window; `more`: there are others beyond them. What is too far from there goes. */
export function extend(
  turn: Turn,
  contactId: string,
  end: 'earlier' | 'later',
  rows: readonly MessageRow[],
  more: boolean,
): void {
  const { open } = turn.state
  if (open?.id !== contactId) return
  const [first, last] = [open.rows[0]?.seq ?? Infinity, open.rows.at(-1)?.seq ?? 0]
  if (end === 'earlier') {
    const all = [...rows.filter(({ seq }) => seq < first), ...open.rows]
    const hasLater = open.hasLater || all.length > MAX_WINDOW
    return turn.patch({ open: { ...open, rows: all.slice(0, MAX_WINDOW), hasEarlier: more, hasLater } })
  }
  if (!open.hasLater) return
  const all = [...open.rows, ...rows.filter(({ seq }) => seq > last)]
  const hasEarlier = open.hasEarlier || all.length > MAX_WINDOW
  turn.patch({ open: { ...open, rows: all.slice(-MAX_WINDOW), hasEarlier, hasLater: more } })
  if (!more) see(turn)
}

export function replace(turn: Turn, row: MessageRow): void {
  if (turn.state.last.get(row.contactId)?.seq === row.seq)
    turn.patch({ last: turn.own(turn.state.last).set(row.contactId, row) })
  const open = turn.state.open
  if (open?.id === row.contactId)
    turn.patch({ open: { ...open, rows: open.rows.map((r) => (r.seq === row.seq ? row : r)) } })
}

/** Rows of a chat go. Their numbers stay taken as long as this page lives. */
export function remove(turn: Turn, contactId: string, seqs: ReadonlySet<number>): void {
  const shown = without(turn, contactId, seqs)
  if (!seqs.has(turn.state.last.get(contactId)?.seq ?? 0)) return
  const last = new Map(turn.state.last)
  const before = shown?.rows.at(-1)
  if (shown && before && !shown.hasLater) last.set(contactId, before)
  else {
    last.delete(contactId)
    turn.effect({ do: 'newest', contactId })
  }
  turn.patch({ last })
}

/** The window without them, if it is of this chat. One that has become empty is read anew: there may be others beyond it. */
function without(turn: Turn, contactId: string, seqs: ReadonlySet<number>): OpenWindow | undefined {
  const { open } = turn.state
  if (open?.id !== contactId || !open.rows.some(({ seq }) => seqs.has(seq)))
    return open?.id === contactId ? open : undefined
  const rows = open.rows.filter(({ seq }) => !seqs.has(seq))
  const mark = open.rows.findIndex((row) => viewId(row) === open.newFrom)
  const next = open.rows.slice(Math.max(0, mark)).find((row) => !row.mine && !seqs.has(row.seq))
  const left = { ...open, rows, newFrom: mark < 0 || !next ? undefined : viewId(next) }
  turn.patch({ open: left })
  if (rows.length === 0 && (open.hasEarlier || open.hasLater)) turn.effect({ do: 'show', contactId })
  return left
}

/** The newest row of a chat whose newest was taken away, as the disk gave it. */
export function foundNewest(turn: Turn, { contactId, row }: Newest): void {
  if (row && turn.state.contacts.has(contactId) && row.seq > (turn.state.last.get(contactId)?.seq ?? 0))
    turn.patch({ last: new Map(turn.state.last).set(contactId, row) })
}

export type Newest = { readonly contactId: string; readonly row: MessageRow | undefined }
