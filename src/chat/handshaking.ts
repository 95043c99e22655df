/** What both sides of a handshake share: dialling, publishing, remembering, and how an attempt ends badly. */
import { encodeCode } from '../protocol/by-hand.ts'
import { toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import {
  ANSWERS_PER_MINUTE,
  ASK_AFTER,
  CALL_AGAIN_AFTER,
  CALL_WITHIN,
  HELLO_GAP,
  MAX_HEARD,
  RETRY_AFTER,
} from './limits.ts'
import { hasTurn } from './offers.ts'
import { expectedKey, hidesFrom, linksWith } from './routes.ts'
import type { LineCause } from './snapshot.ts'
import type { Attempt, Call, Caller, Link, Route, State } from './state.ts'
import { withinMinute } from './turn.ts'
import type { Turn } from './turn.ts'

/** Asks for a channel; undefined when there is nowhere to hide (and the line says so). */
export function dial(
  turn: Turn,
  { link: linkId, byHand = false }: Route,
  initiator: boolean,
): Pick<Attempt, 'peer' | 'relayOnly'> | undefined {
  const relayOnly = hidesFrom(turn.state, expectedKey(turn.state, linkId))
  if (relayOnly && !hasTurn(turn.state.settings.iceServers)) {
    turn.setLink(linkId, { trouble: 'nowhere-to-hide' })
    return undefined
  }
  const peer = turn.newPeer()
  turn.effect({ do: 'dial', peer, initiator, relayOnly, patient: byHand || turn.link(linkId).failures > 0, byHand })
  return { peer, relayOnly }
}

export function publish(turn: Turn, route: Route, content: Bytes): void {
  if (route.byHand) return showCode(turn, route, content)
  turn.effect({ do: 'publish', publication: { topics: [route.topic], content, kind: 'handshake' } })
}

/** What would have gone to a relay is for the person to pass on. */
function showCode(turn: Turn, { link, role }: Route, box: Bytes): void {
  const { hand } = turn.state
  if (hand?.link !== link) return
  const text = encodeCode({ step: role === 'initiator' ? 'call' : 'answer', box })
  turn.patch({ hand: { ...hand, code: { text, refusal: !handAttempt(turn.state, link) } } })
}

/** The attempt that an exchange by hand has led to; undefined before it, and once it has failed. */
export function handAttempt(state: State, linkId: string): Attempt | undefined {
  return state.links
    .get(linkId)
    ?.attempts.filter((a) => a.route.byHand)
    .at(-1)
}

/** Remembers that a nonce of theirs is acted on now; the list is bounded, the oldest goes. */
export function remember(turn: Turn, linkId: string, nonce: Bytes): void {
  const wait = heardOf(turn, linkId, nonce) ? CALL_WITHIN : CALL_AGAIN_AFTER
  const entry = { nonce: toHex(nonce), at: turn.env.now, wait }
  turn.setLink(linkId, {
    heard: [...turn.link(linkId).heard.filter((h) => h.nonce !== entry.nonce), entry].slice(-MAX_HEARD),
  })
}

/** Undefined: this nonce was never acted on. */
export function heardOf(turn: Turn, linkId: string, nonce: Bytes): Link['heard'][number] | undefined {
  const hex = toHex(nonce)
  return turn.link(linkId).heard.find((h) => h.nonce === hex)
}

/** This call was answered: its nonce is over at the other side, and who repeats it is not called. Others of the same offer are not. */
export function answered(turn: Turn, linkId: string, { nonce }: Call): void {
  const over = toHex(nonce)
  const heard = turn.link(linkId).heard.map((h) => (h.nonce === over ? { ...h, wait: Infinity } : h))
  turn.setLink(linkId, { ...ANSWERED, heard })
}

/** Our live nonce on a link, made when first needed. */
export function nonceOf(turn: Turn, linkId: string): Bytes {
  const known = turn.link(linkId).nonce
  if (known) return known
  const nonce = turn.random(16)
  turn.setLink(linkId, { nonce })
  return nonce
}

/** Counts an answer that costs no DH. False: too many. */
export function mayAnswer(turn: Turn, linkId: string): boolean {
  const recent = withinMinute(turn.link(linkId).answered, turn.env.now)
  if (recent.length >= ANSWERS_PER_MINUTE) return false
  turn.setLink(linkId, { answered: [...recent, turn.env.now] })
  return true
}

/** Whether the person here let an older copy go on, of late. */
export function mayRecover(turn: Turn, linkId: string): boolean {
  return turn.env.now < turn.link(linkId).recoverUntil
}

/** An attempt came to nothing: say why, and try again later and later. */
export function attemptFailed(turn: Turn, linkId: string, peer: number, trouble: LineCause | undefined): void {
  turn.forgetAttempt(linkId, peer)
  const link = turn.link(linkId)
  if (link.live || trouble === undefined) return
  const wait = RETRY_AFTER[Math.min(link.failures, RETRY_AFTER.length - 1)] ?? 0
  turn.setLink(linkId, { ...ANSWERED, failures: link.failures + 1, trouble })
  announceSoon(turn, linkId, turn.env.now + wait)
}

/** Announces at `at` (Unix ms). Closer to the last time than HELLO_GAP only now and then: what happens once may be mended at once. */
export function announceSoon(turn: Turn, linkId: string, at: number): void {
  const { now } = turn.env
  const { announcedAt, hastyAt } = turn.link(linkId)
  const soonest = announcedAt + HELLO_GAP
  const isHasty = at < soonest && Math.abs(now - hastyAt) >= HELLO_GAP
  turn.setLink(linkId, isHasty ? { helloAt: at, hastyAt: now } : { helloAt: Math.max(at, soonest) })
}

/** Calls left in answer to announcements. Unless one is answered in time, we announce ourselves: a relay may have lost them. */
export function expectAnswer(turn: Turn, linkId: string): void {
  const { unanswered, askAt = Infinity } = turn.link(linkId)
  const at = turn.env.now + (ASK_AFTER[unanswered] ?? Infinity)
  // Calls of one moment have one question.
  if (at < askAt) turn.setLink(linkId, { unanswered: unanswered + 1, askAt: at })
}

/** Announces at `at` (Unix ms) if nothing has come of it by then. */
export function askBy(turn: Turn, linkId: string, at: number): void {
  turn.setLink(linkId, { askAt: Math.min(turn.link(linkId).askAt ?? Infinity, at) })
}

export const ANSWERED = { unanswered: 0, askAt: undefined } as const

/** Hangs up whatever else is confirming with the same person, by whichever link; `caller` is about to. */
export function abandonConfirming(turn: Turn, caller: Caller): void {
  const them = expectedKey(turn.state, caller.route.link)
  for (const id of them ? linksWith(turn.state, them) : []) {
    for (const other of turn.link(id).attempts) {
      if (other.peer === caller.peer || other.phase !== 'confirming') continue
      turn.effect({ do: 'hangup', peer: other.peer })
      turn.forgetAttempt(id, other.peer)
    }
  }
}
