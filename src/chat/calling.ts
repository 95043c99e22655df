/**
 * The initiator's side of a handshake: hear a nonce, offer, open, CONFIRM, ACK.
 * NOT here: the answer to an offer (replies.ts), who announces when (presence.ts), the responder (answering.ts), what runs inside a session (conversation.ts).
 */
import { concat, equal, toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { encodeCall } from '../protocol/call.ts'
import type { RtcDescription } from '../protocol/description.ts'
import { sealEnvelope } from '../protocol/envelope.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { CAPS } from '../protocol/frame.ts'
import { initiate, INITIATE_ENTROPY_BYTES } from '../protocol/handshake.ts'
import type { Context, Established } from '../protocol/handshake.ts'
import { inviteKeys } from '../protocol/invite.ts'
import { goLive } from './conversation.ts'
import {
  CALL_WITHIN,
  CALLS_PER_MINUTE,
  CONFIRM_WITHIN,
  HAND_WITHIN,
  HELLO_AGAIN,
  JOIN_HELLO_AFTER,
  MAX_ATTEMPTS,
  MAX_CONTACTS,
  SPARE_WITHIN,
} from './limits.ts'
import { offer } from './dialling.ts'
import { withFounded, withRolled } from './pairs.ts'
import type { Contact, Pair } from './ports.ts'
import { abandonConfirming, announceSoon, askBy, expectAnswer, heardOf, publish, remember } from './handshaking.ts'
import { listensAt, ourPayload } from './places.ts'
import { expectedKey, forgetInvite, inviteOf } from './routes.ts'
import { spending } from './secrets.ts'
import type { JoinPhase } from './snapshot.ts'
import { isFound, isSpare } from './state.ts'
import type { Call, Caller, Route } from './state.ts'
import { withinMinute } from './turn.ts'
import type { Turn } from './turn.ts'

export const ZERO_NONCE: Bytes = new Uint8Array(16)

/**
 * A responder announced itself: call it. A nonce is called again only when the first call must have got lost, since the
 * responder keeps one nonce until it has accepted an HS1 for it.
 */
export function heardResponder(turn: Turn, route: Route, nonce: Bytes): void {
  const known = heardOf(turn, route.link, nonce)
  const { live, since } = turn.link(route.link)
  // What was heard before there was a line led to it, or to nothing.
  if (known && (Math.abs(turn.env.now - known.at) < known.wait || (live && known.at <= since))) return
  const waits = turn
    .link(route.link)
    .attempts.some((a) => a.role === 'initiator' && a.nonces.some((n) => equal(n, nonce)))
  if (!waits) call(turn, route, nonce, known !== undefined)
}

/** Calls a nonce with the offer under way, or begins a new one. At most four a minute and link; the last is not for one called in vain. */
export function call(turn: Turn, route: Route, nonce: Bytes, again = false): void {
  const link = turn.link(route.link)
  // A join that was answered is not called twice: the inviter would take the second call for somebody else's.
  if (route.of === 'join' && link.attempts.some(isFound)) return
  const recent = withinMinute(link.spent, turn.env.now)
  const [oldest] = recent
  if (oldest !== undefined && recent.length >= CALLS_PER_MINUTE - (again ? 1 : 0)) {
    // Not now; once there is room we announce ourselves, and the other side answers with its nonce.
    return askBy(turn, route.link, oldest + 60_000)
  }
  turn.setLink(route.link, { spent: [...recent, turn.env.now] })
  const open = link.attempts.find(
    (a): a is Caller =>
      a.role === 'initiator' &&
      !a.route.byHand &&
      !isFound(a) &&
      (a.route.topic === route.topic || (isSpare(a) && isOfPair(a.route, route))),
  )
  if (open) return extend(turn, { ...open, route }, nonce)
  if (link.attempts.length < MAX_ATTEMPTS) offer(turn, route, nonce)
}

/** One pair has two topics around midnight; what was made ready for the one will do for the other. */
function isOfPair(one: Route, other: Route): boolean {
  return one.pair !== undefined && other.pair !== undefined && equal(one.pair.id, other.pair.id)
}

/** Join was pressed, or the page came back to a join: knock without waiting for anybody's announcement. */
export function knock(turn: Turn, route: Route): void {
  turn.setLink(route.link, { since: turn.env.now })
  announceSoon(turn, route.link, turn.env.now + JOIN_HELLO_AFTER)
  askBy(turn, route.link, turn.env.now + JOIN_HELLO_AFTER + HELLO_AGAIN)
  if (!candidateOf(turn, route)) call(turn, route, ZERO_NONCE)
}

function extend(turn: Turn, caller: Caller, nonce: Bytes): void {
  if (!caller.description) return turn.setAttempt(caller.route.link, { ...caller, nonces: [...caller.nonces, nonce] })
  const sent = sendCall(turn, caller, caller.description, nonce)
  const until = isSpare(caller) ? turn.env.now + CALL_WITHIN : caller.until
  turn.setAttempt(caller.route.link, { ...caller, calls: [...caller.calls, sent], until })
}

/** Our offer is gathered: one HS1 for each nonce that waited for it. */
export function offerDescribed(turn: Turn, caller: Caller, description: RtcDescription): void {
  const calls = caller.nonces.map((nonce) => sendCall(turn, caller, description, nonce))
  const within = caller.route.byHand ? HAND_WITHIN : isSpare(caller) ? SPARE_WITHIN : CALL_WITHIN
  turn.setAttempt(caller.route.link, {
    ...caller,
    phase: 'calling',
    description,
    nonces: [],
    calls,
    until: turn.env.now + within,
  })
}

function sendCall(turn: Turn, caller: Caller, description: RtcDescription, nonce: Bytes): Call {
  const { route } = caller
  const them = expectedKey(turn.state, route.link)
  if (!them) throw new ProtocolError('state')
  // Only now: a nonce whose offer could not be made has not been called.
  remember(turn, route.link, nonce)
  const join = route.pair ? undefined : turn.state.joins.get(route.link)
  if (!route.pair && !join) throw new ProtocolError('state')
  const context: Context = route.pair
    ? { mode: 'reconnect', pairId: route.pair.id, nonce }
    : { mode: 'invite', invite: inviteOf(join!.row.fragment).bytes, nonce }
  const { keys: me } = turn.state
  const payload = ourPayload(turn.state, description)
  const { message, waiting } = spending(turn.env.random, INITIATE_ENTROPY_BYTES, (entropy) =>
    initiate({ context, psk: caller.psk, me, them, payload, entropy }),
  )
  publish(turn, route, sealEnvelope(route.keys, 'i', 'hs1', encodeCall({ nonce, message }), turn.random(24)))
  if (!route.byHand && !equal(nonce, ZERO_NONCE)) expectAnswer(turn, route.link)
  return { nonce, waiting }
}

/**
 * The link is too old, or the inviter (or who holds the link) says that it is no longer open. It never ends a join whose
 * contact exists: that one may be answered on the pair's topic. What was ended is told while the page is open; on disk
 * it is gone.
 */
export function endJoin(
  turn: Turn,
  route: Pick<Route, 'link' | 'topic'>,
  phase: Exclude<JoinPhase, 'ready' | 'joining'>,
): void {
  if (!candidateOf(turn, route)) closeJoin(turn, route, phase)
}

/** The join is over, and its link's secret gone; the screen still says how it ended. */
export function closeJoin(turn: Turn, route: Pick<Route, 'link' | 'topic'>, phase: JoinPhase): void {
  const join = turn.state.joins.get(route.link)
  if (!join) return
  turn.dropAttempts(route.link)
  turn.setLink(route.link, { helloAt: undefined })
  turn.dropJoin(route.link)
  forgetInvite(join.row.fragment)
  turn.setJoin({ row: { ...join.row, fragment: '' }, phase, endedTopic: route.topic })
}

/** The contact this join has already stored, confirmed or not. The key decides too: whoever knows a link can make another around its secret. */
export function candidateOf(turn: Turn, route: Pick<Route, 'link' | 'topic'>): Contact | undefined {
  const fragment = turn.state.joins.get(route.link)?.row.fragment
  const inviter = fragment ? inviteOf(fragment).inviter : undefined
  if (!inviter) return undefined
  return [...turn.state.contacts.values()].find((c) => c.inviteTopic === route.topic && equal(c.key, inviter))
}

/**
 * The channel is open: store what a CONFIRM may commit us to, then send it. Only one session with a person is ever confirming,
 * by whichever link; an earlier one is abandoned, so that its ACK can no longer change the pairs (rolled without lock-out).
 */
export function offerOpened(turn: Turn, caller: Caller): void {
  const { established, route } = caller
  if (!established || caller.phase !== 'opening') throw new ProtocolError('state')
  abandonConfirming(turn, caller)
  if (route.of === 'join' && !storeCandidate(turn, caller, established)) {
    turn.effect({ do: 'hangup', peer: caller.peer })
    return turn.forgetAttempt(route.link, caller.peer)
  }
  turn.setAttempt(route.link, { ...caller, phase: 'confirming', until: turn.env.now + CONFIRM_WITHIN })
  turn.effect({ do: 'send', peer: caller.peer, session: established.session, frame: { type: 'confirm', caps: CAPS } })
}

function storeCandidate(turn: Turn, caller: Caller, established: Established): boolean {
  const { route } = caller
  const key = expectedKey(turn.state, route.link)
  const pair = pairOf(established)
  if (!key || !pair) return false
  const known = [...turn.state.contacts.values()].find((c) => toHex(c.key) === toHex(key))
  if (!known && turn.state.contacts.size >= MAX_CONTACTS) return false
  const contact = known ?? newContact(turn, route.link, key, caller.theirName)
  turn.saveContact({ ...contact, inviteTopic: route.topic, pairs: withFounded(contact, pair) })
  return true
}

/** The pair secret a mode 1 session founds; the first psk is the session's own next one. */
export function pairOf(established: Established): Pair | undefined {
  const { pairRoot, pairId, pskNext } = established
  return pairRoot && pairId ? { root: pairRoot, id: pairId, psks: [pskNext] } : undefined
}

export function newContact(turn: Turn, id: string, key: Bytes, claimedName: string): Contact {
  return {
    id,
    key: concat(key),
    claimedName,
    petname: '',
    addedAt: turn.env.now,
    verified: false,
    stopped: false,
    confirmed: false,
    pairs: [],
    inviteTopic: '',
    unread: 0,
    readTo: 0,
    theyRead: 0,
    draft: '',
    hintDismissed: false,
    hideIp: false,
  }
}

/** ACK: the other side has committed. Current secret := next, the link's secret goes, and only now is it connected. */
export function acknowledged(turn: Turn, caller: Caller): void {
  const { established, route } = caller
  if (!established || caller.phase !== 'confirming') throw new ProtocolError('state')
  const contact = route.of === 'contact' ? turn.state.contacts.get(route.link) : candidateOf(turn, route)
  if (!contact) throw new ProtocolError('state')
  const founded = pairOf(established)
  const pairs = route.pair ? withRolled(contact.pairs, route.pair, [established.pskNext]) : founded && [founded]
  if (!pairs) throw new ProtocolError('state')
  turn.saveContact({
    ...contact,
    confirmed: true,
    pairs,
    claimedName: caller.theirName || contact.claimedName,
    ...listensAt(caller.theirRelays),
  })
  endJoins(turn, contact.inviteTopic, caller.peer)
  goLive(turn, contact.id, caller, established.session)
}

/** The join that led to this contact is over: its link goes, and with it the link's secret. */
export function endJoins(turn: Turn, topic: string, exceptPeer: number): void {
  for (const { row, endedTopic } of turn.state.joins.values()) {
    if ((endedTopic ?? toHex(inviteKeys(inviteOf(row.fragment).secret).topic)) !== topic) continue
    turn.dropAttempts(row.id, exceptPeer)
    turn.dropJoin(row.id)
    forgetInvite(row.fragment)
  }
}
