/** What is read from the disk on the way of an event: pages of a chat, the outbox, ids already known. */
import { toHex } from '../protocol/bytes.ts'
import type { Frame } from '../protocol/session.ts'
import type { Incoming } from './conversation.ts'
import { PAGE, WINDOW } from './limits.ts'
import type { Found, History } from './ports.ts'
import type { State } from './state.ts'
import type { Event } from './step.ts'
import type { Effect } from './turn.ts'

/** The newest page of a chat, and all that is unread. */
export async function readWindow(history: History, state: State | undefined, contactId: string): Promise<Event> {
  const unread = state?.contacts.get(contactId)?.unread ?? 0
  const limit = Math.min(PAGE + unread, 10 * PAGE)
  const rows = await history.page(contactId, Infinity, limit)
  return { type: 'window', contactId, rows, hasEarlier: rows.length === limit }
}

/** One page before the window. */
export async function readEarlier(history: History, state: State | undefined): Promise<Event | undefined> {
  const open = state?.open
  const first = open?.rows[0]
  if (!open || !first || !open.hasEarlier) return undefined
  const rows = await history.page(open.id, first.seq, PAGE)
  return { type: 'earlier', contactId: open.id, rows, hasEarlier: rows.length === PAGE }
}

export async function readOutbox(history: History, flush: Extract<Effect, { do: 'flush' }>): Promise<Event> {
  const { contactId, line, after } = flush
  const rows = await history.outbox(contactId, after, WINDOW + 1)
  return { type: 'outbox', contactId, line, rows: rows.slice(0, WINDOW), more: rows.length > WINDOW }
}

/** The row that was read last. */
export async function readRecalled(history: History, recall: Extract<Effect, { do: 'recall' }>): Promise<Event> {
  const { contactId, line, seq } = recall
  const [row] = await history.page(contactId, seq + 1, 1)
  return { type: 'recalled', contactId, line, seq, row: row?.seq === seq && !row.mine ? row : undefined }
}

/** Frames with the row on disk that they are about; `pastKnown`: messages among them are new. */
export async function withKnown(
  history: History,
  contactId: string,
  frames: readonly Frame[],
  pastKnown = false,
): Promise<readonly Incoming[]> {
  const ids = frames.flatMap((frame) => (frame.type === 'message' && pastKnown ? [] : (idAsked(frame) ?? [])))
  const rows = ids.length > 0 ? await history.find(contactId, ids) : []
  const known = new Map<string, Found>(ids.map((id, i) => [id, rows[i]]))
  return frames.map((frame) => {
    const found = known.get(idAsked(frame) ?? '')
    return found === 'gone' ? { frame, gone: true } : { frame, row: found }
  })
}

function idAsked(frame: Frame): string | undefined {
  if (frame.type === 'message') return toHex(frame.id)
  const id = frame.type === 'receipt' && frame.what === 'read' ? frame.ids.at(-1) : undefined
  return id && toHex(id)
}
