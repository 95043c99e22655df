/** The life of a link: made, waiting, bound, consumed, withdrawn, expired, forgotten; and of one opened here. */
import { equal, toHex } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { inviteFragment, inviteKeys, makeInvite, parseInvite } from '../protocol/invite.ts'
import type { Invite } from '../protocol/invite.ts'
import { closeJoin, knock } from './calling.ts'
import { INVITE_AFTERLIFE, INVITE_LIFE, MAX_OPEN_INVITES } from './limits.ts'
import type { Contact, InviteRow } from './ports.ts'
import { dropContact } from './people.ts'
import { namedRelays } from './places.ts'
import { forgetInvite, inviteOf, routesOf } from './routes.ts'
import type { LinkProblem } from './snapshot.ts'
import type { Join, State } from './state.ts'
import type { Turn } from './turn.ts'

export function openInvites(state: State): number {
  return [...state.invites.values()].filter((i) => i.state === 'open' || i.state === 'bound').length
}

/** A new link, one-time, for a day; or one in the place of another, which is worth nothing then. The caller has checked `MAX_OPEN_INVITES`. */
export function makeLink(turn: Turn, id: string): void {
  const old = turn.state.invites.get(id)
  if (!old && openInvites(turn.state) >= MAX_OPEN_INVITES) throw new ProtocolError('too-large')
  forgetInvite(old?.fragment)
  const expiresAt = turn.env.now + INVITE_LIFE
  const invite = makeInvite({
    relayOnly: turn.state.profile.hideIp,
    manual: false,
    expiresAt: Math.floor(expiresAt / 60_000),
    inviter: turn.state.keys.public,
    secret: turn.random(32),
    relays: namedRelays(turn.state),
  })
  const keys = inviteKeys(invite.secret)
  turn.saveInvite({
    id,
    state: 'open',
    createdAt: turn.env.now,
    expiresAt,
    fragment: inviteFragment(invite),
    topic: keys.topic,
    keyI: keys.keyI,
    keyR: keys.keyR,
    relayOnly: invite.relayOnly,
  })
  turn.setLink(id, { since: turn.env.now })
}

export function withdraw(turn: Turn, id: string): void {
  const invite = turn.state.invites.get(id)
  if (invite) close(turn, invite, 'withdrawn')
}

/** Ends an invite: its secret goes, topic and keys stay to tell late openers. */
function close(turn: Turn, invite: InviteRow, state: 'withdrawn' | 'expired'): void {
  if (invite.fragment === undefined) return
  const { fragment, ...rest } = invite
  turn.saveInvite({ ...rest, state })
  forgetInvite(fragment)
  turn.dropAttempts(invite.id)
  turn.setLink(invite.id, { helloAt: undefined })
}

/** Closes invites whose day is over, and removes those whose afterlife is. */
function expireInvites(turn: Turn): void {
  for (const invite of turn.state.invites.values()) {
    if (turn.env.now >= invite.expiresAt + INVITE_AFTERLIFE) removeInvite(turn, invite.id)
    else if (turn.env.now >= invite.expiresAt) close(turn, invite, 'expired')
  }
}

export function removeInvite(turn: Turn, id: string): void {
  const invites = new Map(turn.state.invites)
  forgetInvite(invites.get(id)?.fragment)
  invites.delete(id)
  turn.dropAttempts(id)
  turn.dropLink(id)
  turn.patch({ invites })
  turn.write({ op: 'invite-gone', id })
}

export type LinkReading =
  | { readonly ok: true; readonly at: 'join' | 'chat'; readonly id: string; readonly fresh: boolean }
  | { readonly ok: false; readonly why: LinkProblem }

/** What a link's text is to this device. Nothing is stored or sent. */
export function readLink(state: State, text: string, freshId: string, now: number): LinkReading {
  let invite: Invite
  try {
    invite = parseInvite(text)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return { ok: false, why: error.code === 'version' ? 'newer-version' : 'damaged' }
  }
  if (equal(invite.inviter, state.keys.public)) return { ok: false, why: 'own' }
  const topic = toHex(inviteKeys(invite.secret).topic)
  for (const contact of state.contacts.values()) {
    if (contact.confirmed && contact.inviteTopic === topic && equal(contact.key, invite.inviter))
      return { ok: true, at: 'chat', id: contact.id, fresh: false }
  }
  const join = [...state.joins.values()].find((j) => j.row.fragment === text || j.endedTopic === topic)
  if (join) return { ok: true, at: 'join', id: join.row.id, fresh: false }
  if (isTaken(state, topic)) return { ok: false, why: 'copied' }
  if (now >= invite.expiresAt * 60_000) return { ok: false, why: 'expired' }
  if ([...state.joins.values()].filter(isUnderWay).length >= MAX_OPEN_INVITES) return { ok: false, why: 'too-many' }
  return { ok: true, at: 'join', id: freshId, fresh: true }
}

/** Another link, of ours or of somebody else, has this secret: one was made from the other, and they would share a topic. */
function isTaken(state: State, topic: string): boolean {
  const invites = [...state.invites.values()].map((i) => toHex(i.topic))
  const joins = [...state.joins.values()].map(
    (j) => j.endedTopic ?? toHex(inviteKeys(inviteOf(j.row.fragment).secret).topic),
  )
  const others = [...state.contacts.values()].filter((c) => c.confirmed).map((c) => c.inviteTopic)
  return [...invites, ...joins, ...others].includes(topic)
}

export function storeJoin(turn: Turn, id: string, fragment: string): void {
  const row = { id, fragment, pressed: false, openedAt: turn.env.now }
  turn.setJoin({ row, phase: 'ready' })
  turn.write({ op: 'join', join: row })
}

function isUnderWay({ phase }: Join): boolean {
  return phase === 'ready' || phase === 'joining'
}

/**
 * Ends the joins whose links are too old by now: nobody answers on a link after its time. A contact that a join has stored
 * stays, unconfirmed, as long as the inviter may have it too: its pair's topics may still lead to them.
 */
export function expireJoins(turn: Turn): void {
  for (const join of turn.state.joins.values()) {
    if (!isUnderWay(join)) continue
    const { expiresAt, secret } = inviteOf(join.row.fragment)
    if (turn.env.now < expiresAt * 60_000) continue
    closeJoin(turn, { link: join.row.id, topic: toHex(inviteKeys(secret).topic) }, 'expired')
  }
}

/** When a contact that was never confirmed is given up. */
function candidateUntil({ addedAt }: Contact): number {
  return addedAt + INVITE_LIFE + INVITE_AFTERLIFE
}

function expireCandidates(turn: Turn): void {
  for (const contact of turn.state.contacts.values()) {
    if (!contact.confirmed && turn.env.now >= candidateUntil(contact)) dropContact(turn, contact.id)
  }
}

/** Join was pressed. From here on the network is used, unless the link has grown too old meanwhile. */
export function pressJoin(turn: Turn, id: string): void {
  expireJoins(turn)
  const join = turn.state.joins.get(id)
  if (join?.phase !== 'ready') return
  const row = { ...join.row, pressed: true }
  turn.setJoin({ row, phase: 'joining' })
  turn.write({ op: 'join', join: row })
  knockAt(turn, id)
}

/** Everything that is over by now. Apart from `tick`, which must not depend on whether anything can be written. */
export function expire(turn: Turn): void {
  expireInvites(turn)
  expireJoins(turn)
  expireCandidates(turn)
}

/** When `expire` next has something to do; Infinity if never. */
export function nextExpiry(state: State): number {
  const invites = [...state.invites.values()].map((i) => (i.fragment ? i.expiresAt : i.expiresAt + INVITE_AFTERLIFE))
  const joins = [...state.joins.values()].filter(isUnderWay).map((j) => inviteOf(j.row.fragment).expiresAt * 60_000)
  const candidates = [...state.contacts.values()].filter((c) => !c.confirmed).map(candidateUntil)
  return Math.min(...invites, ...joins, ...candidates, Infinity)
}

/** The person does not want to join any more, or a join that ended leaves the screen: nothing of it stays. */
export function leaveJoin(turn: Turn, id: string): void {
  const join = turn.state.joins.get(id)
  if (!join) return
  const topic = join.endedTopic ?? toHex(inviteKeys(inviteOf(join.row.fragment).secret).topic)
  turn.dropAttempts(id)
  turn.dropJoin(id)
  for (const contact of turn.state.contacts.values()) {
    if (contact.inviteTopic === topic && !contact.confirmed) dropContact(turn, contact.id)
  }
  forgetInvite(join.row.fragment)
}

/** Knocks for a pressed join, if it is still under way. */
export function knockAt(turn: Turn, id: string): void {
  for (const route of routesOf(turn.state, turn.env.now).values()) {
    if (route.link === id && route.of === 'join') knock(turn, route)
  }
}
