/**
 * What this person says on its way: on disk first, then handed to the session in order, at most a window at a time, until the
 * other side has acknowledged it.
 */
import { fromHex } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { encodeMessage } from '../protocol/message.ts'
import type { Message } from '../protocol/message.ts'
import { encodeNumbered } from '../protocol/numbered.ts'
import { bundleBytes, CAP_BUNDLES, MAX_BUNDLE } from '../protocol/frame.ts'
import type { Bundled } from '../protocol/frame.ts'
import { MAX_BODY_BYTES } from '../protocol/session.ts'
import type { Frame } from '../protocol/session.ts'
import { begun, noteExpiring, timed } from './expiring.ts'
import { MAX_WAITING, WINDOW, WINDOW_UNITS } from './limits.ts'
import type { DeliveryState, MessageRow } from './ports.ts'
import { append, nextSeq, remove, replace } from './rows.ts'
import { viewId } from './state.ts'
import type { Live } from './state.ts'
import { afterArrival } from './timer.ts'
import type { Turn } from './turn.ts'

/** What this person says; `id`: 16 random bytes in hex. */
export type Composed = { readonly id: string; readonly body: Message }

/** Texts of this person, the last of which was the draft until now. */
export function compose(turn: Turn, contactId: string, texts: readonly Composed[]): void {
  for (const { id, body } of texts) put(turn, contactId, id, body)
  if (turn.state.contacts.get(contactId)?.draft !== '') turn.changeContact(contactId, { draft: '' })
}

/** On disk first; handed to the session when nothing older waits. */
export function put(turn: Turn, contactId: string, id: string, body: Message): void {
  const contact = turn.state.contacts.get(contactId)
  if (!contact || contact.stopped) throw new ProtocolError('state')
  const row: MessageRow = {
    contactId,
    seq: nextSeq(turn, contactId),
    id,
    mine: true,
    body: timed(contact, body, true),
    at: turn.env.now,
    state: 'queued',
  }
  turn.write({ op: 'message', message: row })
  noteExpiring(turn, row)
  append(turn, row)
  // One's own words are always seen.
  if (turn.state.open?.id === contactId && turn.state.open.hasLater) turn.effect({ do: 'show', contactId })
  const live = turn.link(contactId).live
  if (!live) return
  if (!live.caughtUp || live.waiting.length === MAX_WAITING)
    turn.setLive(contactId, { caughtUp: false, queuedTo: row.seq })
  else if (live.waiting.length > 0 || !mayHand(live)) turn.setLive(contactId, { waiting: [...live.waiting, row] })
  else hand(turn, contactId, row)
}

function mayHand(live: Live): boolean {
  return !live.congested && live.inflight.size < WINDOW && live.units < WINDOW_UNITS
}

/** UTF-16 units of a message. */
export function unitsOf({ body }: MessageRow): number {
  return 'text' in body ? body.text.length : 'raw' in body ? body.raw.length : 0
}

function hand(turn: Turn, contactId: string, row: MessageRow): void {
  const live = turn.link(contactId).live
  if (!live) return
  const body = encodeNumbered({ index: live.sent, message: encodeMessage(row.body) })
  sendMessage(turn, live, { id: fromHex(row.id), body })
  const progressAt = live.inflight.size === 0 ? turn.env.now : live.progressAt
  turn.setLive(contactId, {
    inflight: turn.own(live.inflight).set(row.id, row),
    units: live.units + unitsOf(row),
    handed: row.seq,
    sent: live.sent + 1,
    progressAt,
  })
}

/** Behind another message of the same turn, in one frame with it where both sides know how. */
function sendMessage(turn: Turn, live: Live, message: Bundled): void {
  const { peer, session } = live
  const last = turn.effects.at(-1)
  const before = last?.do === 'send' && last.peer === peer && live.caps & CAP_BUNDLES ? bundleOf(last.frame) : []
  const messages = [...before, message]
  const together = before.length > 0 && messages.length <= MAX_BUNDLE && bundleBytes(messages) <= MAX_BODY_BYTES
  const frame: Frame = together ? { type: 'bundle', messages } : { type: 'message', ...message }
  if (together) turn.effects = turn.effects.slice(0, -1)
  turn.effect({ do: 'send', peer, session, frame })
}

function bundleOf(frame: Frame): readonly Bundled[] {
  if (frame.type === 'message') return [{ id: frame.id, body: frame.body }]
  return frame.type === 'bundle' ? frame.messages : []
}

/** Rows of the outbox as the disk gave them to one session; `more` says that it holds others after them. */
export type OutboxRead = {
  readonly contactId: string
  /** The line it was read for. */
  readonly line: number
  readonly rows: readonly MessageRow[]
  readonly more: boolean
}

export function outboxRead(turn: Turn, { contactId, line, rows, more }: OutboxRead): void {
  // Read for a session that is gone: the present one begins at its own beginning, or the order would be lost.
  if (turn.link(contactId).live?.peer !== line) return
  for (const row of rows) {
    const live = turn.link(contactId).live
    if (!live || !mayHand(live)) return
    if (row.seq > live.handed && row.state === 'queued') hand(turn, contactId, row)
  }
  const live = turn.link(contactId).live
  if (!live) return
  if (!more && live.handed >= live.queuedTo) turn.setLive(contactId, { caughtUp: true })
  else if (mayHand(live)) turn.effect({ do: 'flush', contactId, line, after: live.handed })
}

/** Room again, in the channel or in the window: go on with what waits on disk. */
export function resume(turn: Turn, contactId: string): void {
  const waiting = turn.link(contactId).live?.waiting ?? []
  let taken = 0
  for (const row of waiting) {
    const live = turn.link(contactId).live
    if (!live || !mayHand(live)) break
    taken++
    // The disk may have been read for this session after it was composed.
    if (row.seq > live.handed) hand(turn, contactId, row)
  }
  if (taken > 0) turn.setLive(contactId, { waiting: waiting.slice(taken) })
  const live = turn.link(contactId).live
  // The disk is not asked for every receipt: half the window is still under way while the other half is read.
  const isHalf = live && live.inflight.size <= WINDOW / 2 && live.units <= WINDOW_UNITS / 2
  if (isHalf && !live.caughtUp && !live.congested)
    turn.effect({ do: 'flush', contactId, line: live.peer, after: live.handed })
}

/** The other side's word on one message in flight: its committed row, or its refusal. False: it is not in flight. */
export function settle(turn: Turn, contactId: string, id: string, state: DeliveryState, failure?: number): boolean {
  const live = turn.link(contactId).live
  const row = live?.inflight.get(id)
  if (!live || !row) return false
  const settled = begun(turn, { ...row, state, ...(failure === undefined ? {} : { failure }) })
  const timer = turn.state.contacts.get(contactId)?.timer
  if (timer && row.body.kind === 'timer' && state === 'delivered')
    turn.changeContact(contactId, { timer: afterArrival(timer, row.body) })
  turn.write({ op: 'message-state', message: settled })
  const inflight = turn.own(live.inflight)
  inflight.delete(id)
  turn.setLive(contactId, { inflight, units: live.units - unitsOf(row), progressAt: turn.env.now })
  replace(turn, settled)
  return true
}

/** A refused message goes from this disk, with the person's word for it. What it was is not looked at any more. */
export function discard(turn: Turn, id: string): void {
  const row = failedOf(turn, id)
  turn.write({ op: 'message-gone', contactId: row.contactId, seq: row.seq })
  remove(turn, row.contactId, new Set([row.seq]))
}

/** A refused message is said once more, at the end, under an id of its own; in the same commit the refused one goes. */
export function sendAgain(turn: Turn, id: string, as: string): void {
  const row = failedOf(turn, id)
  put(turn, row.contactId, as, row.body)
  discard(turn, id)
}

function failedOf(turn: Turn, id: string): MessageRow {
  const row = turn.state.open?.rows.find((r) => viewId(r) === id)
  if (row?.state !== 'failed') throw new ProtocolError('state')
  return row
}
