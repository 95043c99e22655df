/**
 * Who has read what. A read receipt names one message and stands for all before it, so each side keeps one number: how far
 * this person has read, and how far the other says to have. Works both ways: who does not tell is not told.
 */
import { fromHex } from '../protocol/bytes.ts'
import { beginAll, lookAt } from './expiring.ts'
import type { MessageRow } from './ports.ts'
import type { Turn } from './turn.ts'

/** What is on the screen of a person who is there has been read: on disk first, then told. */
export function see(turn: Turn): void {
  const { open, present } = turn.state
  const contact = open && turn.state.contacts.get(open.id)
  if (!contact || !present || open.hasLater) return
  const newest = open.rows.filter((row) => !row.mine).at(-1)?.seq ?? 0
  if (newest <= contact.readTo && contact.unread === 0) return
  turn.changeContact(contact.id, { unread: 0, readTo: Math.max(newest, contact.readTo) })
  // Those outside of the window have been read as well.
  if (contact.timer && open.hasEarlier) lookAt(turn, contact.id, turn.env.now)
  if (contact.timer) turn.patch({ open: { ...open, rows: beginAll(turn, open.rows) } })
  tellRead(turn, contact.id)
}

/** Says how far this person has read, once a session and again when it is further. The row may have to be read first. */
export function tellRead(turn: Turn, contactId: string): void {
  const live = turn.link(contactId).live
  const readTo = turn.state.contacts.get(contactId)?.readTo ?? 0
  if (!live || !turn.state.profile.readReceipts || readTo <= live.toldTo) return
  const { open } = turn.state
  const row = open?.id === contactId ? open.rows.find((r) => r.seq === readTo) : undefined
  if (row) say(turn, contactId, row)
  else turn.effect({ do: 'recall', contactId, line: live.peer, seq: readTo })
}

/** The last row of theirs that was read and is still there, as the disk gave it; undefined: there is none near, and nothing to tell. */
export type Recalled = {
  readonly contactId: string
  readonly line: number
  readonly seq: number
  readonly row: MessageRow | undefined
}

export function recalled(turn: Turn, { contactId, line, seq, row }: Recalled): void {
  const live = turn.link(contactId).live
  if (live?.peer !== line || !turn.state.profile.readReceipts || seq <= live.toldTo) return
  if (row) say(turn, contactId, row)
  turn.setLive(contactId, { toldTo: seq })
}

function say(turn: Turn, contactId: string, row: MessageRow): void {
  const live = turn.link(contactId).live
  if (!live) return
  const ids = [fromHex(row.id)]
  turn.effect({
    do: 'send',
    peer: live.peer,
    session: live.session,
    frame: { type: 'receipt', what: 'read', ids },
  })
  turn.setLive(contactId, { toldTo: row.seq })
}

/** The other side has read this delivered row of ours, and all before it. */
export function heardRead(turn: Turn, contactId: string, seq: number): void {
  const theyRead = turn.state.contacts.get(contactId)?.theyRead ?? Infinity
  if (seq > theyRead && turn.state.profile.readReceipts) turn.changeContact(contactId, { theyRead: seq })
}

/** The person changed their mind about telling: what they have read by then is told at once, or no more. */
export function setReadReceipts(turn: Turn): void {
  for (const id of turn.state.contacts.keys()) tellRead(turn, id)
}
