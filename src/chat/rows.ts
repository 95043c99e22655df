/** The rows of a chat as the state knows them: the newest, the next number, the window on the screen. */
import { MAX_WINDOW, PAGE } from './limits.ts'
import type { MessageRow } from './ports.ts'
import type { OpenWindow } from './state.ts'
import type { Turn } from './turn.ts'

export function nextSeq(turn: Turn, contactId: string): number {
  return (turn.state.tops.get(contactId) ?? 0) + 1
}

export function append(turn: Turn, row: MessageRow): void {
  turn.patch({
    last: new Map(turn.state.last).set(row.contactId, row),
    tops: new Map(turn.state.tops).set(row.contactId, row.seq),
  })
  const open = turn.state.open
  if (open?.id === row.contactId) turn.patch({ open: grown(open, row) })
}

/** The window keeps its newest rows; older ones are read again when somebody scrolls there. */
function grown(open: OpenWindow, row: MessageRow): OpenWindow {
  if (open.rows.length < MAX_WINDOW) return { ...open, rows: [...open.rows, row] }
  return { ...open, rows: [...open.rows.slice(PAGE), row], hasEarlier: true }
}

export function replace(turn: Turn, row: MessageRow): void {
  if (turn.state.last.get(row.contactId)?.seq === row.seq)
    turn.patch({ last: new Map(turn.state.last).set(row.contactId, row) })
  const open = turn.state.open
  if (open?.id === row.contactId)
    turn.patch({ open: { ...open, rows: open.rows.map((r) => (r.seq === row.seq ? row : r)) } })
}

/** A row of the open window goes. Its number stays taken as long as this page lives. */
export function remove(turn: Turn, row: MessageRow): void {
  const open = turn.state.open
  const rows = open?.rows.filter((r) => r.seq !== row.seq) ?? []
  if (open?.id === row.contactId) turn.patch({ open: { ...open, rows } })
  if (turn.state.last.get(row.contactId)?.seq !== row.seq) return
  const last = new Map(turn.state.last)
  const before = rows.at(-1)
  if (before) last.set(row.contactId, before)
  else last.delete(row.contactId)
  turn.patch({ last })
}
