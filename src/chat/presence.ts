/**
 * Being here: announcing to those who may be waiting, answering theirs, and everything that time does.
 * Never faster than the limits say, whatever a relay, a peer or the page does.
 */
import type { Bytes } from '../protocol/bytes.ts'
import { announce } from './announcing.ts'
import { sendNotice } from './answering.ts'
import { candidateOf, heardResponder } from './calling.ts'
import { beat } from './conversation.ts'
import { announceSoon, askBy, attemptFailed, heardOf, mayAnswer, remember } from './handshaking.ts'
import { knockAt } from './invitation.ts'
import {
  ANSWER_TOGETHER,
  ASK_WITHIN,
  HELLO_AGAIN,
  HELLO_EVERY,
  HELLO_GAP,
  JOIN_HELLO_AFTER,
  PING_EVERY,
  REJOIN_HELLO_AFTER,
  REKEY_EVERY,
  SKIPPED_FOR,
} from './limits.ts'
import type { Profile, TopicAt } from './ports.ts'
import { setReadReceipts } from './reading.ts'
import { lookForOld } from './retention.ts'
import { linksWith, routesOf } from './routes.ts'
import { isFound } from './state.ts'
import type { Attempt, Link, Route, State } from './state.ts'
import type { LineCause } from './snapshot.ts'
import type { Turn } from './turn.ts'

/** Whether this route's link wants to be found: not connected, and not an invite that is over. */
function wantsHello(state: State, route: Route): boolean {
  if (state.links.get(route.link)?.live) return false
  const invite = route.of === 'invite' ? state.invites.get(route.link) : undefined
  return !invite || invite.state === 'open' || invite.state === 'bound'
}

/** And no line to this contact is on its way: an announcement would only call for another. */
function isSought(turn: Turn, route: Route): boolean {
  return wantsHello(turn.state, route) && !(route.of === 'contact' && turn.link(route.link).attempts.some(isFound))
}

/** A relay now listens on these topics: announce there. A join knocks with its HS1 first and announces if that fails. */
export function listening(turn: Turn, relay: string, topics: readonly string[]): void {
  const routes = routesOf(turn.state, turn.env.now)
  const due: Route[] = []
  for (const topic of topics) {
    const route = routes.get(topic)
    if (!route || !isSought(turn, route)) continue
    if (route.of === 'join') {
      // Once a contact is stored the pair's topic goes first: on the link's, a consumed invite would take us for a stranger.
      const wait = candidateOf(turn, route) ? REJOIN_HELLO_AFTER : JOIN_HELLO_AFTER
      helloBy(turn, route.link, turn.env.now + wait)
    } else due.push(route)
  }
  announce(turn, due, relay)
  const again = { relay, at: turn.env.now + HELLO_AGAIN, topics: due.map(({ topic }) => topic) }
  if (due.length > 0) turn.patch({ again: [...turn.state.again, again] })
}

/** The relay has passed on what we announced on these topics: once is enough. */
export function returned(turn: Turn, relay: string, came: readonly TopicAt[]): void {
  if (turn.state.again.length === 0) return
  const isLeft = (topic: string): boolean => came.every((one) => one.topic !== topic)
  turn.patch({
    again: turn.state.again.map((one) => (one.relay === relay ? { ...one, topics: one.topics.filter(isLeft) } : one)),
  })
}

/** Announces at `at` (Unix ms), or sooner where that was to be. */
function helloBy(turn: Turn, id: string, at: number): void {
  turn.setLink(id, { helloAt: Math.min(turn.link(id).helloAt ?? Infinity, at) })
}

/** Once more, to whoever was not found since a relay began to listen, and there only: it may have lost the first. */
function announceAgain(turn: Turn, routes: readonly Route[]): void {
  const { now } = turn.env
  const waits = ({ at }: { readonly at: number }): boolean => at > now && at <= now + HELLO_AGAIN
  const { again } = turn.state
  if (again.every(waits)) return
  turn.patch({ again: again.filter(waits) })
  for (const { relay, topics } of again.filter((one) => !waits(one)))
    announce(
      turn,
      routes.filter((r) => topics.includes(r.topic) && isSought(turn, r)),
      relay,
    )
}

/** The common heartbeat: everyone not connected, in as few events as they fit into. */
function heartbeat(turn: Turn): void {
  const { now } = turn.env
  if (now < turn.state.beatAt && turn.state.beatAt < now + 2 * HELLO_EVERY) return
  const [spread = 128] = turn.random(1)
  turn.patch({ beatAt: now + HELLO_EVERY * (0.7 + (spread / 255) * 0.6) })
  nudge(turn)
}

/** A HELLO of the other side. */
export function heardHello(turn: Turn, route: Route, nonce: Bytes): void {
  if (route.role === 'initiator') return heardResponder(turn, route, nonce)
  if (heardOf(turn, route.link, nonce) || !mayAnswer(turn, route.link)) return
  remember(turn, route.link, nonce)
  const invite = route.of === 'invite' ? turn.state.invites.get(route.link) : undefined
  if (invite?.state === 'withdrawn' || invite?.state === 'expired') return sendNotice(turn, route, invite.state)
  answer(turn, route)
}

/** When many come at once, a relay must not have an event from us for each. Once more if no call comes: it may have lost this one. */
function answer(turn: Turn, route: Route): void {
  const { now } = turn.env
  askBy(turn, route.link, now + HELLO_AGAIN)
  const together = turn.state.answeredAt + ANSWER_TOGETHER
  if (now < together && now >= turn.state.answeredAt) return turn.setLink(route.link, { answerAt: together })
  turn.patch({ answeredAt: now })
  announce(turn, [route])
}

/** It is time, the network came back, the page became visible, or the person asked: announce as soon as may be. */
export function nudge(turn: Turn, only?: string): void {
  const routes = [...routesOf(turn.state, turn.env.now).values()]
  for (const route of routes) {
    if ((only !== undefined && route.link !== only) || !wantsHello(turn.state, route)) continue
    const { announcedAt, trouble } = turn.link(route.link)
    helloBy(turn, route.link, Math.max(turn.env.now, announcedAt + HELLO_GAP))
    if (only === undefined) continue
    turn.setLink(route.link, { trouble: undefined, since: turn.env.now, failures: trouble ? 1 : 0, unanswered: 0 })
  }
}

/** Whatever is due by now: announcements, attempts that took too long, heartbeats, links that expired. */
export function tick(turn: Turn): void {
  const { now } = turn.env
  for (const id of turn.state.links.keys()) clampToNow(turn, id)
  for (const [id, link] of turn.state.links) {
    for (const attempt of link.attempts) if (attempt.until <= now) tooLate(turn, id, attempt)
    if (link.live) beat(turn, id, link.live)
  }
  lookForOld(turn)
  heartbeat(turn)
  const due = new Set<string>()
  const asked = new Set<string>()
  for (const [id, { helloAt = Infinity, answerAt = Infinity }] of turn.state.links) {
    if (asks(turn, id) || helloAt <= now) due.add(id)
    if (answerAt <= now) asked.add(id)
  }
  if (asked.size > 0) turn.patch({ answeredAt: now })
  const routes = [...routesOf(turn.state, now).values()]
  announce(
    turn,
    routes.filter(
      (r) =>
        // Who asks is answered also where we still believe in a line.
        (due.has(r.link) && isSought(turn, r)) ||
        (asked.has(r.link) && (r.of === 'contact' || wantsHello(turn.state, r))),
    ),
  )
  announceAgain(turn, routes)
  for (const id of asked) turn.setLink(id, { answerAt: undefined })
  for (const id of due) turn.setLink(id, { helloAt: undefined })
}

/** Whether it is time to announce for want of an answer. By then the nonce is another one: the last may have been answered. */
function asks(turn: Turn, id: string): boolean {
  const { now } = turn.env
  const { askAt = Infinity, announcedAt } = turn.link(id)
  if (askAt > now) return false
  const isDue = now - announcedAt >= HELLO_GAP
  turn.setLink(id, { askAt: isDue ? undefined : announcedAt + HELLO_GAP })
  return isDue
}

/** A clock that was set back must not put off what is due by the time it was set back by. */
function clampToNow(turn: Turn, id: string): void {
  const { now } = turn.env
  const { live, helloAt = 0, askAt = 0, answerAt = 0, announcedAt } = turn.link(id)
  if (answerAt > now + ANSWER_TOGETHER) turn.setLink(id, { answerAt: now })
  if (helloAt > now + 2 * HELLO_EVERY) turn.setLink(id, { helloAt: now })
  if (askAt > now + ASK_WITHIN) turn.setLink(id, { askAt: now })
  if (announcedAt > now) turn.setLink(id, { announcedAt: now })
  if (live && (live.heardAt > now || live.pingAt > now + PING_EVERY)) {
    const rekeyAt = Math.min(live.rekeyAt, now + REKEY_EVERY)
    const tidyAt = Math.min(live.tidyAt, now + SKIPPED_FOR)
    turn.setLive(id, { heardAt: now, pingAt: now, progressAt: now, rekeyAt, tidyAt })
  }
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
  let due = Math.min(state.beatAt, ...state.again.map(({ at }) => at))
  for (const link of state.links.values()) due = Math.min(due, linkDue(link))
  return due
}

function linkDue(link: Link): number {
  const attempts = link.attempts.map((a) => a.until)
  const { helloAt = Infinity, askAt = Infinity, answerAt = Infinity, live } = link
  return Math.min(helloAt, askAt, answerAt, live?.pingAt ?? Infinity, ...attempts)
}

/**
 * The way to others changed (hidden or not): nothing that was gathered before may be used, and everything begins anew. A
 * line that stands and shows our addresses ends with that; one that hides them may stay.
 * @param them whoever has this key, by whichever link; absent: all
 */
function redial(turn: Turn, hidden: boolean, them?: Bytes): void {
  const ids = them ? linksWith(turn.state, them) : [...turn.state.links.keys()]
  const topics = [...routesOf(turn.state, turn.env.now).values()]
    .filter((r) => ids.includes(r.link))
    .map((r) => r.topic)
  if (hidden) turn.effect({ do: 'take-back', topics })
  // A code names addresses; and some relays may not hear of them any more.
  if (ids.includes(turn.state.hand?.link ?? '')) turn.patch({ hand: undefined })
  turn.patch({ again: [] })
  for (const id of ids) {
    if (turn.link(id).live && !hidden) continue
    turn.hangUpLive(id)
    turn.dropAttempts(id)
    turn.setLink(id, { trouble: undefined, since: turn.env.now, replies: [] })
    if (turn.state.joins.has(id)) continue
    announceSoon(turn, id, turn.env.now)
    // The other side, told goodbye, says nothing.
    askBy(turn, id, turn.env.now + HELLO_AGAIN)
  }
  for (const id of turn.state.joins.keys()) if (!them || ids.includes(id)) knockAt(turn, id)
}

/** What the person says of themselves. */
export function changeProfile(
  turn: Turn,
  change: Partial<Pick<Profile, 'name' | 'hideIp' | 'readReceipts' | 'lockAfter' | 'lockHidden' | 'installDeclined'>>,
): void {
  const before = turn.state.profile
  const profile = { ...before, ...change }
  if (Object.keys(change).every((key) => before[key as keyof Profile] === profile[key as keyof Profile])) return
  const turned = profile.hideIp !== before.hideIp
  turn.patch({ profile })
  turn.write({ op: 'profile', profile })
  setReadReceipts(turn)
  if (turned) redial(turn, profile.hideIp)
}

/** Whether this contact may learn our addresses. */
export function hideFrom(turn: Turn, id: string, hideIp: boolean): void {
  const contact = turn.state.contacts.get(id)
  if (!contact || contact.hideIp === hideIp) return
  turn.saveContact({ ...contact, hideIp })
  if (!turn.state.profile.hideIp && !turn.state.settings.relayOnly) redial(turn, hideIp, contact.key)
}
