/**
 * What runs inside a confirmed session: messages, receipts, heartbeats. A message is a row before it is a
 * frame, and `delivered` only when the other side's committed row acknowledged it.
 * NOT here: how the session came to be (calling.ts, answering.ts), what is sent and when (outbox.ts), sealing (the messenger seals when it sends).
 */
import { toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { MAX_RECEIPTS } from '../protocol/frame.ts'
import { decodeMessage } from '../protocol/message.ts'
import type { Message } from '../protocol/message.ts'
import { decodeNumbered } from '../protocol/numbered.ts'
import type { Frame, Session } from '../protocol/session.ts'
import { prepare } from './dialling.ts'
import { heardTimed, heardTimer } from './disappearing.ts'
import { noteExpiring, timed } from './expiring.ts'
import { announceSoon, ANSWERED, askBy } from './handshaking.ts'
import {
  DEAD_AFTER,
  HELLO_AGAIN,
  LOST_HELLO_AFTER,
  LOST_HELLO_SPREAD,
  PING_EVERY,
  SKIPPED_FOR,
  STALLED_AFTER,
} from './limits.ts'
import type { MessageRow } from './ports.ts'
import { hidesFrom } from './routes.ts'
import { append, nextSeq } from './rows.ts'
import { viewId } from './state.ts'
import type { Attempt, Live } from './state.ts'
import { resume, settle } from './outbox.ts'
import { heardRead, see, tellRead } from './reading.ts'
import { heardRekey, isOverdue, renew, renewalAfter } from './renewal.ts'
import type { Turn } from './turn.ts'

/** NACK codes on the wire. */
export const NACK_MALFORMED = 1

/** The session is confirmed on both sides: it replaces whatever this contact had, and the outbox starts to flow. */
export function goLive(turn: Turn, contactId: string, attempt: Attempt, session: Session): void {
  const { now } = turn.env
  if (!attempt.relayOnly && hidesFrom(turn.state, turn.state.contacts.get(contactId)?.key)) {
    // It was dialled before they had to be hidden from: what there is stays, and another line is looked for.
    turn.effect({ do: 'hangup', peer: attempt.peer, bye: session })
    turn.forgetAttempt(attempt.route.link, attempt.peer)
    return announceSoon(turn, contactId, now)
  }
  const links = [attempt.route.link, contactId]
  if (turn.state.hand && links.includes(turn.state.hand.link)) turn.patch({ hand: undefined })
  const old = turn.link(contactId).live
  if (old) turn.effect({ do: 'hangup', peer: old.peer })
  for (const linkId of new Set(links)) {
    turn.dropAttempts(linkId, attempt.peer)
    turn.forgetAttempt(linkId, attempt.peer)
  }
  if (attempt.route.link !== contactId) {
    turn.patch({ became: new Map(turn.state.became).set(attempt.route.link, contactId) })
  }
  if (turn.state.contacts.get(contactId)?.stopped)
    return turn.effect({ do: 'hangup', peer: attempt.peer, bye: session })
  const live: Live = {
    peer: attempt.peer,
    session,
    path: attempt.path ?? 'direct',
    ends: attempt.ends,
    told: attempt.told ?? [],
    caps: (attempt.role === 'initiator' ? attempt.theirCaps : attempt.received.payload.caps) ?? 0,
    heardAt: now,
    pingAt: now + PING_EVERY,
    rekeyAt: renewalAfter(now),
    tidyAt: now + SKIPPED_FOR,
    rekeying: false,
    epoch: session.epoch,
    offeredAt: 0,
    progressAt: now,
    sent: 0,
    taken: 0,
    inflight: new Map(),
    units: 0,
    handed: 0,
    pastKnown: false,
    waiting: [],
    caughtUp: false,
    queuedTo: 0,
    toldTo: 0,
    soughtAt: 0,
    congested: false,
  }
  turn.setLink(contactId, {
    live,
    nonce: undefined,
    hello: undefined,
    ...ANSWERED,
    recoverUntil: 0,
    failures: 0,
    trouble: undefined,
    helloAt: undefined,
    since: now,
  })
  turn.effect({ do: 'flush', contactId, line: live.peer, after: 0 })
  tellRead(turn, contactId)
}

export type Incoming = {
  readonly frame: Frame
  /** The row on our disk that a message repeats, or that a read receipt names (its last id). */
  readonly row?: MessageRow | undefined
  /** There was one, with this seq, and it was taken away here. */
  readonly gone?: number | undefined
}

/** Frames of one session, in order, in one turn: one commit for all, then one receipt for all. */
export function heardFrames(turn: Turn, contactId: string, frames: readonly Incoming[], sought = false): void {
  const toReceipt: Bytes[] = []
  const fresh = new Set<string>()
  const settled = new Set<string>()
  turn.setLive(contactId, { heardAt: turn.env.now, ...(sought && { soughtAt: turn.env.now }) })
  // As it was when the disk was asked about these frames, or was not.
  const unasked = turn.link(contactId).live?.pastKnown ?? false
  for (const { frame, row, gone } of frames) {
    const { live } = turn.link(contactId)
    if (!live) break
    if (frame.type === 'receipt') heardReceipt(turn, contactId, frame, { row, gone, settled })
    else if (frame.type !== 'message') heardControl(turn, contactId, frame)
    else {
      const { index, message } = numbered(frame.body)
      const known = gone !== undefined || row !== undefined || fresh.has(toHex(frame.id))
      if (index !== live.taken) {
        // Something before it is missing. The other side sends all that is unacknowledged again, in order, on a new line.
        breakOff(turn, contactId, live)
      } else if (take(turn, contactId, frame.id, { message, unasked, known })) {
        // Its receipt got lost, and what was told of it before that was of nothing delivered: it is told again.
        if (row && row.seq <= (turn.state.contacts.get(contactId)?.readTo ?? 0)) turn.setLive(contactId, { toldTo: 0 })
        fresh.add(toHex(frame.id))
        toReceipt.push(frame.id)
      }
    }
  }
  const live = turn.link(contactId).live
  for (let at = 0; live && at < toReceipt.length; at += MAX_RECEIPTS) {
    turn.effect({
      do: 'send',
      peer: live.peer,
      session: live.session,
      frame: { type: 'receipt', what: 'delivered', ids: toReceipt.slice(at, at + MAX_RECEIPTS) },
    })
  }
  if (fresh.size > 0) see(turn)
  tellRead(turn, contactId)
  resume(turn, contactId)
}

/**
 * `settled`: ids that were acknowledged in this turn; the disk does not know it yet. What was taken away here may have been read there;
 * whose it was is not known any more, so it counts only while nothing of ours waits for an acknowledgement.
 */
function heardReceipt(
  turn: Turn,
  contactId: string,
  { what, ids }: Extract<Frame, { type: 'receipt' }>,
  { row, gone, settled }: Pick<Incoming, 'row' | 'gone'> & { readonly settled: Set<string> },
): void {
  if (what === 'read') {
    // Only own rows have a state.
    const { caughtUp, inflight, waiting } = turn.link(contactId).live ?? {}
    const allThere = caughtUp && inflight?.size === 0 && waiting?.length === 0
    const seq = row && (row.state === 'delivered' || settled.has(row.id)) ? row.seq : allThere ? gone : undefined
    if (seq !== undefined) heardRead(turn, contactId, seq)
    return
  }
  for (const id of ids.map(toHex)) if (settle(turn, contactId, id, 'delivered')) settled.add(id)
}

/** A body too short for its number counts as a gap. */
function numbered(body: Bytes): { index: number; message: Bytes } {
  return body.length < 4 ? { index: -1, message: body } : decodeNumbered(body)
}

/** Keeps a message; true if it may be acknowledged (kept now or before). A malformed one is refused by id. */
function take(
  turn: Turn,
  contactId: string,
  id: Bytes,
  { message: body, unasked, known }: { readonly message: Bytes; readonly unasked: boolean; readonly known: boolean },
): boolean {
  const live = turn.link(contactId).live
  turn.setLive(contactId, { taken: (live?.taken ?? 0) + 1 })
  if (known) return true
  let message: Message
  try {
    message = decodeMessage(body)
  } catch (error) {
    if (!(error instanceof ProtocolError) || !live) throw error
    turn.effect({
      do: 'send',
      peer: live.peer,
      session: live.session,
      frame: { type: 'nack', id, code: NACK_MALFORMED },
    })
    return false
  }
  const from = turn.state.contacts.get(contactId)
  const row: MessageRow = {
    contactId,
    seq: nextSeq(turn, contactId),
    id: toHex(id),
    mine: false,
    body: from ? timed(from, message, false) : message,
    at: turn.env.now,
  }
  turn.write({ op: 'message', message: row, unasked })
  if (message.kind === 'timer') heardTimer(turn, contactId, message)
  else if (message.kind === 'text') heardTimed(turn, contactId, message.expireAfter)
  noteExpiring(turn, row)
  turn.setLive(contactId, { pastKnown: true })
  append(turn, row)
  const open = turn.state.open?.id === contactId ? turn.state.open : undefined
  const contact = turn.state.contacts.get(contactId)
  if (contact && !(turn.state.present && open && !open.hasLater)) {
    if (open && contact.unread === 0) turn.patch({ open: { ...open, newFrom: viewId(row) } })
    turn.changeContact(contactId, { unread: contact.unread + 1 })
  }
  return true
}

function heardControl(turn: Turn, contactId: string, frame: Frame): void {
  const live = turn.link(contactId).live
  if (!live) return
  if (frame.type === 'nack') settle(turn, contactId, toHex(frame.id), 'failed', frame.code)
  else if (frame.type === 'ping')
    turn.effect({ do: 'send', peer: live.peer, session: live.session, frame: { type: 'pong' } })
  else if (frame.type === 'rekey') {
    if (!heardRekey(turn, contactId, live, frame)) breakOff(turn, contactId, live)
  } else if (frame.type === 'bye') {
    turn.effect({ do: 'hangup', peer: live.peer })
    turn.setLink(contactId, { live: undefined, since: 0 })
    prepare(turn, contactId)
  }
}

/** Ends a session that cannot go on as it is; both sides find each other again. */
function breakOff(turn: Turn, contactId: string, live: Live): void {
  turn.effect({ do: 'hangup', peer: live.peer })
  lost(turn, contactId)
}

/** The session broke off without a bye: say so, and announce soon, not both at the same moment. */
export function lost(turn: Turn, contactId: string): void {
  const [spread = 0] = turn.random(1)
  turn.setLink(contactId, {
    live: undefined,
    trouble: 'lost',
    since: turn.env.now,
  })
  announceSoon(turn, contactId, turn.env.now + LOST_HELLO_AFTER + Math.floor((spread / 256) * LOST_HELLO_SPREAD))
  // Later than the last of those who were lost in the same moment may announce again: all of them in one event.
  askBy(turn, contactId, turn.env.now + LOST_HELLO_AFTER + LOST_HELLO_SPREAD + HELLO_AGAIN)
  prepare(turn, contactId)
}

/** Heartbeat by wall clock: after sleep the first beat finds the session dead. */
export function beat(turn: Turn, contactId: string, live: Live): void {
  const { now } = turn.env
  const stalled = live.inflight.size > 0 && now - live.progressAt >= STALLED_AFTER
  if (stalled || now - live.heardAt >= DEAD_AFTER) {
    return breakOff(turn, contactId, live)
  }
  if (isOverdue(live, now)) {
    turn.effect({ do: 'hangup', peer: live.peer, bye: live.session })
    return lost(turn, contactId)
  }
  if (now < live.pingAt) return
  renew(turn, contactId)
  if (now >= live.tidyAt) {
    live.session.expireSkipped()
    turn.setLive(contactId, { tidyAt: now + SKIPPED_FOR })
  }
  turn.effect({ do: 'send', peer: live.peer, session: live.session, frame: { type: 'ping' } })
  turn.setLive(contactId, { pingAt: now + PING_EVERY })
}
