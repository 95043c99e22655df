/**
 * The chat as one function: a state and an event in, a turn out (new state, rows to commit, effects to run after the
 * commit). This table is the whole path; each row's body is in the file it names.
 */
import type { Bytes } from '../protocol/bytes.ts'
import type { RtcDescription } from '../protocol/description.ts'
import { decodeNotice, isHello, openEnvelope, openHello } from '../protocol/envelope.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { Frame } from '../protocol/session.ts'
import { answerDescribed, confirmed, heardCall } from './answering.ts'
import { byHand } from './by-hand.ts'
import { acknowledged, endJoin, offerDescribed, offerOpened } from './calling.ts'
import { heardFrames, lost } from './conversation.ts'
import { compose, discard, outboxRead, resume, sendAgain, type Composed, type OutboxRead } from './outbox.ts'
import type { Incoming } from './conversation.ts'
import { clearChat, deleteMessage } from './deleting.ts'
import { setTimer } from './disappearing.ts'
import type { TimerAct } from './timer.ts'
import { attemptFailed } from './handshaking.ts'
import { expire, knockAt, leaveJoin, makeLink, pressJoin, removeInvite, storeJoin, withdraw } from './invitation.ts'
import { changeProfile, heardHello, hideFrom, listening, nudge, returned, tick, troubleOf } from './presence.ts'
import { dismiss, letRecover, markVerified, openWindow, removeContact, setPresent, stopContact } from './people.ts'
import type { WindowRead } from './people.ts'
import type { Check, Contact, MessageRow, Offered, Path, ClosedReason, Place, RelayState, TopicAt } from './ports.ts'
import { recalled } from './reading.ts'
import type { Recalled } from './reading.ts'
import { heardPskUnknown, heardReply } from './replies.ts'
import { DAMAGED } from './start.ts'
import { foundOldest, setKeepFor } from './retention.ts'
import type { Oldest } from './retention.ts'
import { routesOf } from './routes.ts'
import { extend, foundNewest } from './rows.ts'
import type { Newest } from './rows.ts'
import { forgetUnusedRelays, heardChecks, heardRelay, setOffered, setOwn } from './servers.ts'
import type { Own } from './offers.ts'
import type { HandAct } from './snapshot.ts'
import type { Attempt, State } from './state.ts'
import { linkOfPeer, Turn, type Env } from './turn.ts'

export type Event =
  // from the relays
  | { readonly type: 'relay'; readonly relay: string; readonly state: RelayState }
  | { readonly type: 'listening'; readonly relay: string; readonly topics: readonly string[] }
  | { readonly type: 'returned'; readonly relay: string; readonly topics: readonly TopicAt[] }
  | { readonly type: 'arrived'; readonly topics: readonly TopicAt[]; readonly content: Bytes }
  // from a channel
  | {
      readonly type: 'described'
      readonly peer: number
      readonly description: RtcDescription
      readonly places: readonly Place[]
    }
  | ({ readonly type: 'open' | 'path'; readonly peer: number } & Path)
  /** `sought`: what one of them names was looked for far back. */
  | {
      readonly type: 'frames'
      readonly peer: number
      readonly frames: readonly Incoming[]
      readonly sought?: boolean
    }
  | { readonly type: 'congested' | 'drained'; readonly peer: number }
  | { readonly type: 'closed'; readonly peer: number; readonly reason: ClosedReason }
  // from the disk
  | ({ readonly type: 'outbox' } & OutboxRead)
  | ({ readonly type: 'window' } & WindowRead)
  | {
      readonly type: 'earlier' | 'later'
      readonly contactId: string
      readonly rows: readonly MessageRow[]
      readonly more: boolean
    }
  | ({ readonly type: 'recalled' } & Recalled)
  | ({ readonly type: 'newest' } & Newest)
  | ({ readonly type: 'oldest' } & Oldest)
  // from time and the page
  | { readonly type: 'tick' | 'expire' | 'damaged' }
  | { readonly type: 'nudge'; readonly link?: string }
  | { readonly type: 'online'; readonly online: boolean }
  | { readonly type: 'present'; readonly here: boolean }
  | { readonly type: 'settings'; readonly settings: Offered }
  | { readonly type: 'checks'; readonly run: number; readonly checks?: readonly Check[] }
  | PersonEvent

/** From the person. */
type PersonEvent =
  | { readonly type: 'make-link' | 'withdraw' | 'forget' | 'press-join' | 'remove-contact'; readonly id: string }
  | { readonly type: 'store-join'; readonly id: string; readonly fragment: string }
  | { readonly type: 'compose'; readonly contactId: string; readonly texts: readonly Composed[] }
  | {
      readonly type: 'contact'
      readonly id: string
      readonly change: Partial<Pick<Contact, 'petname' | 'draft' | 'hintDismissed'>>
    }
  | { readonly type: 'keep-for'; readonly id: string; readonly seconds: number }
  | { readonly type: 'timer'; readonly id: string; readonly act: TimerAct }
  | { readonly type: 'verify'; readonly id: string; readonly verified: boolean }
  | { readonly type: 'hide-from'; readonly id: string; readonly hideIp: boolean }
  | { readonly type: 'stop' | 'recover'; readonly id: string }
  | { readonly type: 'profile'; readonly change: Parameters<typeof changeProfile>[1] }
  | { readonly type: 'servers'; readonly own: Own }
  | { readonly type: 'send-again'; readonly id: string; readonly as: string }
  | { readonly type: 'discard' | 'delete-message' | 'clear-chat'; readonly id: string }
  | { readonly type: 'hand'; readonly act: HandAct }
  | { readonly type: 'close-chat' }
  | { readonly type: 'dismiss-alert'; readonly id: string }

export function step(state: State, event: Event, env: Env): Turn {
  const turn = new Turn(state, env)
  turn.refused = !turn.guarded(() => {
    dispatch(turn, event)
    forgetUnusedRelays(turn)
  })
  return turn
}

function dispatch(turn: Turn, e: Event): void {
  switch (e.type) {
    case 'relay':
      return heardRelay(turn, e.relay, e.state)
    case 'listening':
      return listening(turn, e.relay, e.topics)
    case 'returned':
      return returned(turn, e.relay, e.topics)
    case 'arrived':
      return arrived(turn, e.topics, e.content)
    case 'described':
    case 'open':
    case 'path':
    case 'frames':
    case 'congested':
    case 'drained':
    case 'closed':
      return ofPeer(turn, e)
    case 'outbox':
      return outboxRead(turn, e)
    case 'window':
      return openWindow(turn, e)
    case 'earlier':
    case 'later':
      return extend(turn, e.contactId, e.type, e.rows, e.more)
    case 'recalled':
      return recalled(turn, e)
    case 'newest':
      return foundNewest(turn, e)
    case 'oldest':
      return foundOldest(turn, e)
    case 'tick':
      return tick(turn)
    case 'expire':
      return expire(turn)
    case 'damaged':
      return turn.alert(DAMAGED)
    case 'nudge':
      nudge(turn, e.link)
      if (e.link !== undefined) knockAt(turn, e.link)
      return
    case 'online':
      turn.patch({ online: e.online })
      return e.online ? nudge(turn) : undefined
    case 'present':
      return setPresent(turn, e.here)
    case 'settings':
      return setOffered(turn, e.settings)
    case 'checks':
      return heardChecks(turn, e.run, e.checks)
    default:
      return byPerson(turn, e)
  }
}

function byPerson(turn: Turn, e: PersonEvent): void {
  switch (e.type) {
    case 'make-link':
      return makeLink(turn, e.id)
    case 'withdraw':
      return withdraw(turn, e.id)
    case 'forget':
      if (turn.state.joins.has(e.id)) return leaveJoin(turn, e.id)
      return removeInvite(turn, e.id)
    case 'press-join':
      return pressJoin(turn, e.id)
    case 'remove-contact':
      return removeContact(turn, e.id)
    case 'store-join':
      return storeJoin(turn, e.id, e.fragment)
    case 'compose':
      return compose(turn, e.contactId, e.texts)
    case 'send-again':
      return sendAgain(turn, e.id, e.as)
    case 'discard':
      return discard(turn, e.id)
    case 'delete-message':
      return deleteMessage(turn, e.id)
    case 'clear-chat':
      return clearChat(turn, e.id)
    case 'contact':
      return turn.changeContact(e.id, e.change)
    case 'keep-for':
      return setKeepFor(turn, e.id, e.seconds)
    case 'timer':
      return setTimer(turn, e.id, e.act)
    case 'hide-from':
      return hideFrom(turn, e.id, e.hideIp)
    case 'verify':
      return markVerified(turn, e.id, e.verified)
    case 'stop':
      return stopContact(turn, e.id)
    case 'recover':
      return letRecover(turn, e.id)
    case 'profile':
      return changeProfile(turn, e.change)
    case 'servers':
      return setOwn(turn, e.own)
    case 'hand':
      return byHand(turn, e.act)
    case 'close-chat':
      return turn.patch({ open: undefined })
    case 'dismiss-alert':
      return dismiss(turn, e.id)
  }
}

/** Bytes from a relay. What does not open under one of our keys, for our role, is dropped without a trace. */
function arrived(turn: Turn, topics: readonly TopicAt[], content: Bytes): void {
  const routes = routesOf(turn.state, turn.env.now)
  const opened = new Set<string>()
  for (const { topic, index } of topics) {
    const route = routes.get(topic)
    // An envelope is the same whatever its place among the tags; only a HELLO's slots are not.
    if (!route || (!isHello(content) && opened.has(topic))) continue
    opened.add(topic)
    const theirs = route.role === 'initiator' ? 'r' : 'i'
    turn.guarded(() => {
      if (isHello(content)) return heardHello(turn, route, openHello(route.keys, theirs, index, content))
      const { kind, body } = openEnvelope(route.keys, theirs, content)
      if (kind === 'hs1' && route.role === 'responder') heardCall(turn, route, body)
      if (route.role !== 'initiator') return
      if (kind === 'hs2') heardReply(turn, route, body)
      if (kind === 'notice') endJoin(turn, route, decodeNotice(body))
      if (kind === 'psk-unknown') heardPskUnknown(turn, route, body)
    })
  }
}

type PeerBound = Extract<Event, { peer: number }>

function ofPeer(turn: Turn, e: PeerBound): void {
  const found = linkOfPeer(turn.state, e.peer)
  if (!found) return
  const { id, link } = found
  if (link.live?.peer === e.peer) return ofLive(turn, id, e)
  const attempt = link.attempts.find((a) => a.peer === e.peer)
  if (!attempt) return
  if (e.type === 'closed') return attemptClosed(turn, id, attempt, e.reason)
  if (turn.guarded(() => ofAttempt(turn, attempt, e))) return
  // A peer that breaks the handshake loses the channel; nothing of what it caused is kept.
  turn.effect({ do: 'hangup', peer: e.peer })
  turn.forgetAttempt(id, e.peer)
}

function ofLive(turn: Turn, contactId: string, e: PeerBound): void {
  if (e.type === 'frames') heardFrames(turn, contactId, e.frames, e.sought)
  else if (e.type === 'path') turn.setLive(contactId, { path: e.path, ends: e.ends })
  else if (e.type === 'congested') turn.setLive(contactId, { congested: true, caughtUp: false })
  else if (e.type === 'drained') {
    turn.setLive(contactId, { congested: false })
    resume(turn, contactId)
  } else if (e.type === 'closed') lost(turn, contactId)
}

function attemptClosed(turn: Turn, linkId: string, attempt: Attempt, reason: ClosedReason): void {
  if (reason === 'no-relay') return attemptFailed(turn, linkId, attempt.peer, 'nowhere-to-hide')
  if (reason === 'password') return attemptFailed(turn, linkId, attempt.peer, 'turn-refused')
  if (reason === 'unsupported') return attemptFailed(turn, linkId, attempt.peer, 'no-webrtc')
  attemptFailed(turn, linkId, attempt.peer, troubleOf(attempt))
}

function ofAttempt(turn: Turn, attempt: Attempt, e: PeerBound): void {
  if (e.type === 'described') {
    const described = { ...attempt, told: e.places }
    if (described.role === 'initiator') offerDescribed(turn, described, e.description)
    else answerDescribed(turn, described, e.description)
  } else if (e.type === 'open' || e.type === 'path') {
    const open = { ...attempt, path: e.path, ends: e.ends }
    if (open.role === 'initiator' && open.phase === 'opening') offerOpened(turn, open)
    else turn.setAttempt(open.route.link, open)
  } else if (e.type === 'frames') confirming(turn, attempt, e.frames)
}

/** The first frame decides: CONFIRM at the responder, ACK at the initiator. What follows it already is conversation. */
function confirming(turn: Turn, attempt: Attempt, frames: readonly Incoming[]): void {
  const [first, ...rest] = frames
  if (!first) return
  const wanted: Frame['type'] = attempt.role === 'initiator' ? 'ack' : 'confirm'
  if (first.frame.type !== wanted) throw new ProtocolError('closed')
  if (attempt.role === 'initiator') acknowledged(turn, attempt)
  else confirmed(turn, attempt)
  const found = linkOfPeer(turn.state, attempt.peer)
  if (found && rest.length > 0) heardFrames(turn, found.id, rest)
}
