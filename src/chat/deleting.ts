/** What goes from this device, at a person’s word. What the other side has stays there. */
import { ProtocolError } from '../protocol/errors.ts'
import { tellAgain } from './disappearing.ts'
import { resume, unitsOf } from './outbox.ts'
import type { MessageRow } from './ports.ts'
import { remove } from './rows.ts'
import { viewId } from './state.ts'
import type { Turn } from './turn.ts'

/** A message of the open chat. Its id stays known: a copy that comes again is acknowledged and not shown. */
export function deleteMessage(turn: Turn, id: string): void {
  const row = turn.state.open?.rows.find((r) => viewId(r) === id)
  // What was agreed is in force here as soon as it is said: it has to arrive.
  if (!row || (row.body.kind === 'timer' && row.state === 'queued')) throw new ProtocolError('state')
  takeAway(turn, row.contactId, [row])
  resume(turn, row.contactId)
}

/** Of one chat. What has not left yet never will; what is under way may have arrived. */
export function takeAway(turn: Turn, contactId: string, rows: readonly MessageRow[]): void {
  const contact = turn.state.contacts.get(contactId)
  if (!contact || rows.length === 0) return
  for (const { seq } of rows) turn.write({ op: 'message-gone', contactId, seq })
  if (rows.some((r) => r.state === 'queued')) forgetWaiting(turn, contactId, new Set(rows.map((r) => r.id)))
  const unread = rows.filter((r) => !r.mine && r.seq > contact.readTo).length
  if (unread > 0) turn.changeContact(contactId, { unread: Math.max(0, contact.unread - unread) })
  remove(turn, contactId, new Set(rows.map((r) => r.seq)))
}

/** Everything that was said. Person and keys stay, and so do the ids: what comes again is not new. */
export function clearChat(turn: Turn, contactId: string): void {
  const top = turn.state.tops.get(contactId)
  if (top === undefined || !turn.state.contacts.has(contactId)) return
  turn.write({ op: 'chat-cleared', contactId, top })
  forgetWaiting(turn, contactId)
  if (turn.state.contacts.get(contactId)?.unread !== 0) turn.changeContact(contactId, { unread: 0 })
  const last = new Map(turn.state.last)
  last.delete(contactId)
  turn.patch({ last })
  if (turn.state.open?.id === contactId)
    turn.patch({ open: { id: contactId, rows: [], hasEarlier: false, hasLater: false } })
  tellAgain(turn, contactId)
  resume(turn, contactId)
}

/** These messages, or all, are not waited for any more. The disk, read behind this, holds none of them. */
function forgetWaiting(turn: Turn, contactId: string, ids?: ReadonlySet<string>): void {
  const live = turn.link(contactId).live
  if (!live) return
  const stays = (id: string): boolean => ids !== undefined && !ids.has(id)
  const inflight = new Map([...live.inflight].filter(([id]) => stays(id)))
  turn.setLive(contactId, {
    inflight,
    units: [...inflight.values()].reduce((sum, row) => sum + unitsOf(row), 0),
    waiting: live.waiting.filter(({ id }) => stays(id)),
    queuedTo: 0,
  })
}
