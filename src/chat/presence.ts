/**
 * Being here: announcing to those who may be waiting, answering theirs, and everything that time does.
 * Never faster than the limits say, whatever a relay, a peer or the page does.
 */
import { toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { HELLO_ENTROPY_BYTES, HELLO_SLOTS, sealHellos } from '../protocol/envelope.ts'
import type { HelloSlot } from '../protocol/envelope.ts'
import { nonceOf, sendNotice } from './answering.ts'
import { candidateOf, heardResponder } from './calling.ts'
import { beat } from './conversation.ts'
import { attemptFailed, heardAt, remember } from './handshaking.ts'
import { expireInvites, expireJoins } from './invitation.ts'
import { ANSWERS_PER_MINUTE, HELLO_EVERY, HELLO_GAP, JOIN_HELLO_AFTER } from './limits.ts'
import { routesOf } from './routes.ts'
import type { Attempt, Link, Route, State } from './state.ts'
import type { LineCause } from './snapshot.ts'
import type { Turn } from './turn.ts'

/** Whether this route's link wants to be found: not connected, and not an invite that is over. */
function wantsHello(state: State, route: Route): boolean {
  if (state.links.get(route.link)?.live) return false
  const invite = route.of === 'invite' ? state.invites.get(route.link) : undefined
  return !invite || invite.state === 'open' || invite.state === 'bound'
}

/** A relay now listens on these topics: announce there. A join knocks with its HS1 first and announces if that fails. */
export function listening(turn: Turn, relay: string, topics: readonly string[]): void {
  const routes = routesOf(turn.state, turn.env.now)
  const due: Route[] = []
  for (const topic of topics) {
    const route = routes.get(topic)
    if (!route || !wantsHello(turn.state, route) || isConfirming(turn, route)) continue
    if (route.of === 'join' && !candidateOf(turn, route)) {
      turn.setLink(route.link, {
        helloAt: Math.min(turn.link(route.link).helloAt ?? Infinity, turn.env.now + JOIN_HELLO_AFTER),
      })
    } else due.push(route)
  }
  announce(turn, due, relay)
}

/** A line to this contact is about to be confirmed: an announcement would only call for another. */
function isConfirming(turn: Turn, route: Route): boolean {
  return route.of === 'contact' && turn.link(route.link).attempts.some((a) => a.phase === 'confirming')
}

/** Announces on these routes, sixteen to an event. */
export function announce(turn: Turn, due: readonly Route[], relay?: string): void {
  for (let i = 0; i < due.length; i += HELLO_SLOTS) {
    const slots = due.slice(i, i + HELLO_SLOTS).map((route) => slotOf(turn, route))
    const { topics, content } = sealHellos(slots, turn.random(HELLO_ENTROPY_BYTES))
    turn.effect({
      do: 'publish',
      publication: { topics: topics.map(toHex), content, kind: 'hello', ...(relay ? { relay } : {}) },
    })
  }
  for (const route of due) turn.setLink(route.link, { announcedAt: turn.env.now, helloAt: undefined })
}

/** The common heartbeat: everyone not connected and not announced of late, in as few events as they fit into. */
function heartbeat(turn: Turn): readonly Route[] {
  const { now } = turn.env
  if (now < turn.state.beatAt) return []
  const [spread = 128] = turn.random(1)
  turn.patch({ beatAt: now + HELLO_EVERY * (0.7 + (spread / 255) * 0.6) })
  const routes = [...routesOf(turn.state, now).values()]
  return routes.filter((r) => wantsHello(turn.state, r) && now - turn.link(r.link).announcedAt > HELLO_EVERY / 2)
}

function slotOf(turn: Turn, route: Route): HelloSlot {
  if (route.role === 'responder') return { keys: route.keys, dir: 'r', nonce: nonceOf(turn, route.link) }
  const known = turn.link(route.link).hello
  if (known && turn.env.now - known.at < HELLO_GAP) return { keys: route.keys, dir: 'i', nonce: known.nonce }
  const nonce = turn.random(16)
  turn.setLink(route.link, { hello: { nonce, at: turn.env.now } })
  return { keys: route.keys, dir: 'i', nonce }
}

/** A HELLO of the other side. */
export function heardHello(turn: Turn, route: Route, nonce: Bytes): void {
  if (route.role === 'initiator') return heardResponder(turn, route, nonce)
  if (heardAt(turn, route.link, nonce) > -Infinity) return
  const recent = turn.link(route.link).answered.filter((at) => turn.env.now - at < 60_000)
  if (recent.length >= ANSWERS_PER_MINUTE) return
  remember(turn, route.link, nonce)
  turn.setLink(route.link, { answered: [...recent, turn.env.now] })
  const invite = route.of === 'invite' ? turn.state.invites.get(route.link) : undefined
  if (invite && invite.fragment === undefined) return sendNotice(turn, route, invite.state)
  announce(turn, [route])
}

/** The network came back, the page became visible, or the person asked: announce now rather than later. */
export function nudge(turn: Turn, only?: string): void {
  const routes = [...routesOf(turn.state, turn.env.now).values()]
  for (const route of routes) {
    if ((only !== undefined && route.link !== only) || !wantsHello(turn.state, route)) continue
    const { announcedAt, trouble } = turn.link(route.link)
    const soonest = Math.max(turn.env.now, announcedAt + HELLO_GAP)
    turn.setLink(route.link, {
      helloAt: Math.min(turn.link(route.link).helloAt ?? Infinity, soonest),
      ...(only === undefined ? {} : { trouble: undefined, since: turn.env.now, failures: trouble ? 1 : 0 }),
    })
  }
}

/** Whatever is due by now: announcements, attempts that took too long, heartbeats, links that expired. */
export function tick(turn: Turn): void {
  const { now } = turn.env
  expireInvites(turn)
  expireJoins(turn)
  for (const [id, link] of turn.state.links) {
    for (const attempt of link.attempts) if (attempt.until <= now) tooLate(turn, id, attempt)
    if (link.live) beat(turn, id, link.live)
  }
  const due = new Set(heartbeat(turn).map((r) => r.link))
  for (const [id, { helloAt }] of turn.state.links) if (helloAt !== undefined && helloAt <= now) due.add(id)
  announce(
    turn,
    [...routesOf(turn.state, now).values()].filter((r) => due.has(r.link) && wantsHello(turn.state, r)),
  )
  for (const id of due) turn.setLink(id, { helloAt: undefined })
}

function tooLate(turn: Turn, linkId: string, attempt: Attempt): void {
  turn.effect({ do: 'hangup', peer: attempt.peer })
  attemptFailed(turn, linkId, attempt.peer, troubleOf(attempt))
}

/** An unanswered call is no failure: nobody may be there. An opening that did not open is. */
export function troubleOf(attempt: Attempt): LineCause | undefined {
  return attempt.phase === 'opening' || attempt.phase === 'confirming' ? 'networks' : undefined
}

/** The earliest moment at which `tick` has something to do. */
export function nextDue(state: State): number {
  let due = state.beatAt
  for (const link of state.links.values()) due = Math.min(due, linkDue(link))
  for (const invite of state.invites.values())
    if (invite.state === 'open' || invite.state === 'bound') due = Math.min(due, invite.expiresAt)
  return due
}

function linkDue(link: Link): number {
  const attempts = link.attempts.map((a) => a.until)
  return Math.min(link.helloAt ?? Infinity, link.live?.pingAt ?? Infinity, ...attempts)
}
