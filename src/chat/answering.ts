/**
 * The responder's side of a handshake: hear an HS1, bind the invite or know the contact, answer, wait for CONFIRM.
 * NOT here: announcements (presence.ts), the initiator (calling.ts).
 */
import { concat, equal, toBase64url, toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { decodeCall } from '../protocol/call.ts'
import type { RtcDescription } from '../protocol/description.ts'
import { encodeNotice, sealEnvelope } from '../protocol/envelope.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { pskId, readPskId, receive, respond, RESPOND_ENTROPY_BYTES } from '../protocol/handshake.ts'
import type { Received } from '../protocol/handshake.ts'
import { inviteKeys } from '../protocol/invite.ts'
import { cleanName } from '../protocol/names.ts'
import { sha256 } from '../protocol/primitives.ts'
import type { Psk } from '../protocol/primitives.ts'
import { recoverPsk } from '../protocol/topics.ts'
import { endJoins, newContact, pairOf, ZERO_NONCE } from './calling.ts'
import { goLive } from './conversation.ts'
import { ANSWERED, dial, mayAnswer, mayRecover, nonceOf, publish } from './handshaking.ts'
import {
  GATHER_WITHIN,
  HAND_WITHIN,
  LATE_GRACE,
  HANDSHAKES_PER_INVITE,
  HANDSHAKES_PER_MINUTE,
  MAX_ATTEMPTS,
  MAX_CONTACTS,
  MAX_REPEATS,
  MAX_REPLIES,
  OPEN_WITHIN,
} from './limits.ts'
import { responderPsks, withFounded, withRolled } from './pairs.ts'
import type { Contact, InviteRow } from './ports.ts'
import { announce } from './announcing.ts'
import { listensAt, ourPayload } from './places.ts'
import { forgetInvite, inviteOf } from './routes.ts'
import { spending } from './secrets.ts'
import { lateAlerts } from './start.ts'
import type { Answerer, Link, Route } from './state.ts'
import { withinMinute } from './turn.ts'
import type { Turn } from './turn.ts'

/** An HS1 that opened as an envelope. The same bytes get the same reply; everything else is bounded before any DH. */
export function heardCall(turn: Turn, route: Route, body: Bytes): void {
  const hs1 = toHex(sha256(body))
  const link = turn.link(route.link)
  const replied = route.byHand ? undefined : link.replies.find((r) => r.hs1 === hs1)
  if (replied) return repeat(turn, route, replied)
  if (link.attempts.some((a) => a.role === 'responder' && a.hs1 === hs1)) return
  if (route.of === 'invite') answerInvite(turn, route, body, hs1)
  else if (route.of === 'contact') answerContact(turn, route, body, hs1)
}

/** A second copy may have been needed; a hundredth is a relay's, and must not use up the answers to the other side's HELLOs. */
function repeat(turn: Turn, route: Route, reply: Link['replies'][number]): void {
  if (reply.repeats >= MAX_REPEATS) return
  const replies = turn.link(route.link).replies.map((r) => (r === reply ? { ...r, repeats: r.repeats + 1 } : r))
  turn.setLink(route.link, { replies })
  publish(turn, route, reply.content)
}

/** Charges a handshake that will reach a DH. False: too many. */
function spend(turn: Turn, route: Route): boolean {
  const link = turn.link(route.link)
  if (withinMinute(link.spent, turn.env.now).length >= HANDSHAKES_PER_MINUTE) return false
  if (route.of === 'invite' && link.spentTotal >= HANDSHAKES_PER_INVITE) return false
  turn.charge(route.link)
  return true
}

/** Tells a late opener. Proves only that we hold the link too, not who we are. */
export function sendNotice(turn: Turn, route: Route, state: InviteRow['state']): void {
  const status = state === 'withdrawn' || state === 'expired' ? state : 'used'
  publish(turn, route, sealEnvelope(route.keys, 'r', 'notice', encodeNotice(status), turn.random(24)))
}

function answerInvite(turn: Turn, route: Route, body: Bytes, hs1: string): void {
  const invite = turn.state.invites.get(route.link)
  if (!invite) return
  const { nonce, message } = decodeCall(body)
  const live = equal(nonce, nonceOf(turn, route.link))
  if (invite.fragment === undefined) return answerLate(turn, route, invite, live)
  if (!live && !(invite.state === 'open' && equal(nonce, ZERO_NONCE))) return
  if (turn.env.now >= invite.expiresAt || !spend(turn, route)) return
  const parsed = inviteOf(invite.fragment)
  const psk = inviteKeys(parsed.secret).psk
  const received = receive({
    context: { mode: 'invite', invite: parsed.bytes, nonce },
    psk,
    me: turn.state.keys,
    message,
  })
  if (isShunned(turn, received.them) || tooManyContacts(turn, received)) return
  if (invite.boundTo && !equal(invite.boundTo, received.them)) return refuse(turn, route, invite, received)
  if (!invite.boundTo) turn.saveInvite({ ...invite, state: 'bound', boundTo: received.them, boundAt: turn.env.now })
  if (live) turn.setLink(route.link, { nonce: turn.random(16) })
  answer(turn, route, received, psk, hs1)
}

/**
 * Somebody calls on a link that is over. Only a call made for our present nonce shows that somebody holds the link now; any
 * other may be an old one that a relay repeats, and gets that nonce.
 */
function answerLate(turn: Turn, route: Route, invite: InviteRow, live: boolean): void {
  if (!mayAnswer(turn, route.link)) return
  if (invite.state === 'confirmed' && !live) return announce(turn, [route])
  const settled = turn.env.now - (invite.boundAt ?? 0) > LATE_GRACE
  if (invite.state === 'confirmed' && settled) alertLate(turn, invite, '')
  turn.setLink(route.link, { nonce: turn.random(16) })
  sendNotice(turn, route, invite.state)
}

/** Removed, or stopped by a mismatch: met with silence. */
function isShunned(turn: Turn, key: Bytes): boolean {
  const contact = contactOf(turn, key)
  // Who was removed and is a contact again was let in on purpose, by a link of theirs.
  return contact ? contact.stopped : turn.state.blocked.has(toHex(key))
}

function contactOf(turn: Turn, key: Bytes): Contact | undefined {
  return [...turn.state.contacts.values()].find((c) => equal(c.key, key))
}

function tooManyContacts(turn: Turn, received: Received): boolean {
  return turn.state.contacts.size >= MAX_CONTACTS && !contactOf(turn, received.them)
}

/** Somebody else holds the bound invite: they hear it from A's key, and A hears of them. */
function refuse(turn: Turn, route: Route, invite: InviteRow, received: Received): void {
  const { message } = spending(turn.env.random, RESPOND_ENTROPY_BYTES, (entropy) =>
    respond(received, { status: 'used' }, entropy),
  )
  publish(turn, route, sealEnvelope(route.keys, 'r', 'hs2', message, turn.random(24)))
  turn.setLink(route.link, { nonce: turn.random(16) })
  alertLate(turn, invite, cleanName(received.payload.name))
}

/** On disk, since nothing says how long nobody looks at the screen. */
function alertLate(turn: Turn, invite: InviteRow, late: string): void {
  if (invite.late === undefined) saveTold(turn, { ...invite, late })
}

function saveTold(turn: Turn, invite: InviteRow): void {
  turn.saveInvite(invite)
  for (const alert of lateAlerts([invite], [...turn.state.contacts.values()])) turn.alert(alert)
}

function answerContact(turn: Turn, route: Route, body: Bytes, hs1: string): void {
  const contact = turn.state.contacts.get(route.link)
  if (!contact || !route.pair) return
  const { nonce, message } = decodeCall(body)
  if (!equal(nonce, nonceOf(turn, route.link)) || !spend(turn, route)) return
  const wanted = readPskId(message)
  const known = route.pair.psks as readonly Psk[]
  const psks = mayRecover(turn, route.link) ? [...known, recoverPsk(route.pair.root)] : known
  const psk = psks.find((p) => equal(pskId(p), wanted))
  if (!psk) {
    if (!mayRecover(turn, route.link)) turn.setLink(route.link, { trouble: 'restored' })
    turn.setLink(route.link, { nonce: turn.random(16) })
    return publish(turn, route, sealEnvelope(route.keys, 'r', 'psk-unknown', concat(nonce, wanted), turn.random(24)))
  }
  const context = { mode: 'reconnect', pairId: route.pair.id, nonce } as const
  const received = receive({ context, psk, me: turn.state.keys, message })
  if (!equal(received.them, contact.key)) throw new ProtocolError('bad-key')
  turn.setLink(route.link, { nonce: turn.random(16) })
  answer(turn, route, received, psk, hs1)
}

function answer(turn: Turn, route: Route, received: Received, psk: Psk, hs1: string): void {
  if (!received.payload.description) throw new ProtocolError('malformed')
  // One by hand, whose code is on its way to somebody, is old because people are slow.
  const oldest = turn.link(route.link).attempts.filter((a) => a.role === 'responder' && !a.held)
  if (oldest.length >= MAX_ATTEMPTS && oldest[0]) {
    turn.effect({ do: 'hangup', peer: oldest[0].peer })
    turn.forgetAttempt(route.link, oldest[0].peer)
  }
  turn.setLink(route.link, ANSWERED)
  const dialled = dial(turn, route, false)
  if (!dialled) return
  turn.effect({ do: 'accept', peer: dialled.peer, description: received.payload.description })
  turn.setAttempt(route.link, {
    role: 'responder',
    phase: 'gathering',
    ...dialled,
    route,
    psk,
    received,
    hs1,
    until: turn.env.now + GATHER_WITHIN,
  })
}

/** Our answer is gathered: HS2 leaves, and is kept for the same HS1. */
export function answerDescribed(turn: Turn, answerer: Answerer, description: RtcDescription): void {
  const { route } = answerer
  const reply = { status: 'ok', ...ourPayload(turn.state, description) } as const
  const { message, established } = spending(turn.env.random, RESPOND_ENTROPY_BYTES, (entropy) =>
    respond(answerer.received, reply, entropy),
  )
  if (!established) throw new ProtocolError('state')
  const content = sealEnvelope(route.keys, 'r', 'hs2', message, turn.random(24))
  publish(turn, route, content)
  turn.setLink(route.link, {
    replies: [...turn.link(route.link).replies, { hs1: answerer.hs1, content, repeats: 0 }].slice(-MAX_REPLIES),
  })
  const { byHand: held = false } = route
  const until = turn.env.now + (held ? HAND_WITHIN : OPEN_WITHIN)
  turn.setAttempt(route.link, { ...answerer, phase: 'opening', established, held, until })
}

/**
 * CONFIRM: one transaction stores the contact and its secret and consumes the invite; ACK leaves after it. Every other
 * attempt of this contact ends here, so that an older CONFIRM can no longer roll the secret back.
 */
export function confirmed(turn: Turn, answerer: Answerer): void {
  const { established, route, received } = answerer
  if (!established || answerer.phase !== 'opening') throw new ProtocolError('state')
  const known = route.of === 'contact' ? turn.state.contacts.get(route.link) : contactOf(turn, received.them)
  // Not the invite's id: what holders of the used link do on its topic must not count against the contact.
  const contact = known ?? newContact(turn, toBase64url(turn.random(16)), received.them, '')
  // Removed or stopped while the handshake was under way.
  if (isShunned(turn, received.them)) throw new ProtocolError('closed')
  const founded = pairOf(established)
  const pairs = route.pair
    ? withRolled(contact.pairs, route.pair, responderPsks(route.pair, answerer.psk, established.pskNext))
    : founded && withFounded(contact, founded)
  if (!pairs) throw new ProtocolError('state')
  const claimedName = cleanName(received.payload.name) || contact.claimedName
  const inviteTopic = route.of === 'invite' ? route.topic : contact.inviteTopic
  const at = listensAt(received.payload.relays)
  turn.saveContact({ ...contact, ...at, claimedName, inviteTopic, confirmed: true, pairs })
  if (route.of === 'invite') consume(turn, route.link)
  else endJoins(turn, contact.inviteTopic, answerer.peer)
  turn.effect({ do: 'send', peer: answerer.peer, session: established.session, frame: { type: 'ack' } })
  goLive(turn, contact.id, answerer, established.session)
}

function consume(turn: Turn, inviteId: string): void {
  const invite = turn.state.invites.get(inviteId)
  if (!invite) return
  const { fragment, ...rest } = invite
  // Who was too late before it was done belongs to a chat from here on.
  saveTold(turn, { ...rest, state: 'confirmed', boundAt: turn.env.now })
  forgetInvite(fragment)
}
