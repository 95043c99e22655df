/**
 * Meeting without a relay: the boxes that one would have carried are codes, which two people pass on themselves. The handshake
 * is the same (calling.ts, answering.ts), on routes of which `publish` shows a code; only its times are other ones.
 */
import { isZero, toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { encodeCode, parseCode } from '../protocol/by-hand.ts'
import type { Code } from '../protocol/by-hand.ts'
import type { Direction, EnvelopeKind } from '../protocol/envelope.ts'
import {
  decodeNotice,
  HELLO_ENTROPY_BYTES,
  HELLO_SLOTS,
  openEnvelope,
  openHello,
  sealHellos,
} from '../protocol/envelope.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { ErrorCode } from '../protocol/errors.ts'
import { sha256 } from '../protocol/primitives.ts'
import { heardCall } from './answering.ts'
import { candidateOf, endJoin, ZERO_NONCE } from './calling.ts'
import { offer } from './dialling.ts'
import { handAttempt, nonceOf } from './handshaking.ts'
import { OPEN_WITHIN } from './limits.ts'
import { heardPskUnknown, heardReply } from './replies.ts'
import { handRoutesOf } from './routes.ts'
import type { HandAct, HandProblem } from './snapshot.ts'
import type { Hand, Route } from './state.ts'
import type { Turn } from './turn.ts'

export function byHand(turn: Turn, act: HandAct): void {
  if (act.do === 'begin') return begin(turn, act.id)
  if (act.do === 'proceed') return proceed(turn)
  if (!turn.state.hand) return
  change(turn, { problem: undefined })
  change(turn, { problem: take(turn, turn.state.hand, act.text) })
}

function change(turn: Turn, by: Partial<Hand>): void {
  if (turn.state.hand) turn.patch({ hand: { ...turn.state.hand, ...by } })
}

/** Codes of an earlier exchange lead nowhere from here on: their channels are hung up. */
function begin(turn: Turn, id: string): void {
  const { hand: old, links } = turn.state
  for (const link of new Set([old?.link ?? id, id])) if (links.has(link)) turn.dropAttempts(link)
  const routes = handRoutesOf(turn.state, id, turn.env.now)
  const [route] = routes
  if (!route || turn.link(id).live) return turn.patch({ hand: undefined })
  const { trouble } = turn.link(id)
  turn.setLink(id, { since: turn.env.now, trouble: trouble === 'restored' ? trouble : undefined })
  const answered = old?.link === id && (old.answered ?? false)
  turn.patch({ hand: { link: id, answered } })
  if (turn.state.invites.get(id)?.state === 'open') return change(turn, { awaits: 'call' })
  // Who joined may be a contact there already, though nobody told it so: then it is called as one, if its key is the smaller.
  if (routes.some(({ role }) => role === 'responder')) return sayHello(turn, id)
  // To an invite that is bound already only a live nonce counts.
  if (route.of === 'join' && !answered && !candidateOf(turn, route)) return offer(turn, route, ZERO_NONCE)
  change(turn, { awaits: 'hello' })
}

/** "Call this nonce": on every route that the other side may look for it. */
function sayHello(turn: Turn, id: string): void {
  const nonce = nonceOf(turn, id)
  const routes = handRoutesOf(turn.state, id, turn.env.now).filter((r) => r.role === 'responder')
  const slots = routes.slice(0, HELLO_SLOTS).map(({ keys }) => ({ keys, dir: 'r', nonce }) as const)
  const { content: box } = sealHellos(slots, turn.random(HELLO_ENTROPY_BYTES))
  change(turn, { awaits: 'call', code: { text: encodeCode({ step: 'hello', box }), refusal: false } })
}

/** They have our answer, so that both sides look for each other from now on. */
function proceed(turn: Turn): void {
  const attempt = turn.state.hand && handAttempt(turn.state, turn.state.hand.link)
  if (attempt?.role !== 'responder' || !attempt.held) return
  turn.effect({ do: 'accept', peer: attempt.peer })
  turn.setAttempt(attempt.route.link, { ...attempt, held: false, until: turn.env.now + OPEN_WITHIN })
}

/** Reads a code of theirs; what is wrong with it, if anything. Then all stays as it was, and another one may follow. */
function take(turn: Turn, { link }: Hand, text: string): HandProblem | undefined {
  const code = parsed(text)
  if (code === 'no-code' && isOwnLink(turn, text)) return 'own-link'
  if (typeof code === 'string') return code
  const routes = handRoutesOf(turn.state, link, turn.env.now)
  for (const route of routes) {
    const box = opened(route, route.role === 'initiator' ? 'r' : 'i', code)
    if (box) return box.kind === 'hs1' ? takeCall(turn, route, box.body) : takeAnswer(turn, route, box)
  }
  const isOwn = routes.some((route) => opened(route, route.role === 'initiator' ? 'i' : 'r', code))
  return isOwn ? 'own' : 'other-chat'
}

const UNREADABLE: Partial<Record<ErrorCode, HandProblem>> = {
  version: 'other-version',
  cut: 'cut',
  checksum: 'changed',
}

function parsed(text: string): Code | HandProblem {
  try {
    return parseCode(text)
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error
    return UNREADABLE[error.code] ?? 'no-code'
  }
}

function isOwnLink({ state }: Turn, text: string): boolean {
  return [...state.invites.values()].some(({ fragment }) => fragment !== undefined && text.includes(fragment))
}

type Box = { readonly kind: EnvelopeKind | 'hello'; readonly body: Bytes }

/** Undefined: not sealed for this route by this side. A HELLO's slot is found by trying: its topics stay behind. */
function opened({ keys }: Route, sender: Direction, { step, box }: Code): Box | undefined {
  for (let index = 0; index < (step === 'hello' ? HELLO_SLOTS : 1); index++) {
    try {
      if (step !== 'hello') return openEnvelope(keys, sender, box)
      return { kind: 'hello', body: openHello(keys, sender, index, box) }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
    }
  }
  return undefined
}

function takeCall(turn: Turn, route: Route, body: Bytes): HandProblem | undefined {
  const { link } = route
  const before = turn.state.hand?.code
  turn.guarded(() => heardCall(turn, route, body))
  const attempt = handAttempt(turn.state, link)
  if (attempt?.role === 'responder' && attempt.hs1 === toHex(sha256(body))) {
    turn.dropAttempts(link, attempt.peer)
    change(turn, { awaits: undefined })
    return undefined
  }
  // Refused, and the other side's Sotto can be told why; or there is nowhere to hide.
  if (turn.state.hand?.code !== before || turn.link(link).trouble === 'nowhere-to-hide') return undefined
  const isFirst = turn.state.invites.get(link)?.state === 'bound' && isZero(body.slice(0, 16))
  if (!isFirst) return 'old'
  turn.dropAttempts(link)
  sayHello(turn, link)
  return 'begun'
}

function takeAnswer(turn: Turn, route: Route, { kind, body }: Box): HandProblem | undefined {
  const { link } = route
  if (kind === 'hello') {
    turn.dropAttempts(link)
    change(turn, { awaits: undefined, code: undefined })
    offer(turn, route, body)
    return undefined
  }
  const attempt = handAttempt(turn.state, link)
  if (attempt?.phase !== 'calling') return 'other-step'
  turn.guarded(() => {
    if (kind === 'hs2') heardReply(turn, route, body)
    if (kind === 'notice') endJoin(turn, route, decodeNotice(body))
    if (kind === 'psk-unknown') heardPskUnknown(turn, route, body)
  })
  if (handAttempt(turn.state, link)?.phase === 'calling') return 'old'
  change(turn, { answered: true })
  return undefined
}
