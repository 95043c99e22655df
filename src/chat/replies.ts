/**
 * The initiator hears an answer: an HS2 that fits one of its calls, or that its secret is unknown.
 * NOT here: the calls themselves, and the way from an open channel to ACK (calling.ts).
 */
import { concat, equal, toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { finish, pskId } from '../protocol/handshake.ts'
import type { Established, Reply, Waiting } from '../protocol/handshake.ts'
import { cleanName } from '../protocol/names.ts'
import { sha256 } from '../protocol/primitives.ts'
import { endJoin } from './calling.ts'
import { answered, mayAnswer, mayRecover } from './handshaking.ts'
import { MAX_HEARD, OPEN_WITHIN } from './limits.ts'
import type { Caller, Route } from './state.ts'
import type { Turn } from './turn.ts'

/** An HS2: the first that fits one of our calls is taken, every other is silence. */
export function heardReply(turn: Turn, route: Route, body: Bytes): void {
  if (!mayTry(turn, route.link, toHex(sha256(body)))) return
  for (const attempt of turn.link(route.link).attempts) {
    if (attempt.role !== 'initiator' || attempt.phase !== 'calling' || attempt.route.topic !== route.topic) continue
    for (const one of attempt.calls) {
      const done = tryFinish(one.waiting, body)
      if (!done) continue
      answered(turn, route.link, one)
      return replied(turn, attempt, done)
    }
  }
}

/**
 * Each HS2 is tried on every call, a DH a time. The same one is tried once, so that a relay cannot use up the budget by
 * repeating old ones; of others whoever has the link could send as many as they like.
 */
function mayTry(turn: Turn, linkId: string, hs2: string): boolean {
  const { attempts, tried } = turn.link(linkId)
  if (tried.includes(hs2) || !attempts.some((a) => a.phase === 'calling') || !mayAnswer(turn, linkId)) return false
  turn.setLink(linkId, { tried: [...tried, hs2].slice(-MAX_HEARD) })
  return true
}

function tryFinish(waiting: Waiting, body: Bytes): { reply: Reply; established?: Established } | undefined {
  try {
    return finish(waiting, body)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

/** A sealed "unknown secret" in answer to a call of ours: one side restored an older copy, or a device was copied. */
export function heardPskUnknown(turn: Turn, route: Route, body: Bytes): void {
  if (route.of !== 'contact') return
  for (const attempt of turn.link(route.link).attempts) {
    if (attempt.role !== 'initiator' || attempt.phase !== 'calling' || attempt.route.topic !== route.topic) continue
    const ours = attempt.calls.find(({ nonce }) => equal(concat(nonce, pskId(attempt.psk)), body))
    if (!ours) continue
    turn.effect({ do: 'hangup', peer: attempt.peer })
    turn.forgetAttempt(route.link, attempt.peer)
    answered(turn, route.link, ours)
    // Having said “continue”, this side waits for the other to say so too.
    return turn.setLink(route.link, mayRecover(turn, route.link) ? {} : { trouble: 'restored' })
  }
}

function replied(turn: Turn, caller: Caller, done: { reply: Reply; established?: Established }): void {
  const { reply, established } = done
  if (reply.status !== 'ok') return endJoin(turn, caller.route, reply.status)
  if (!established || !reply.description) {
    // Authentic and of no use: the call is spent.
    turn.effect({ do: 'hangup', peer: caller.peer })
    return turn.forgetAttempt(caller.route.link, caller.peer)
  }
  // Whom we have found we need not announce ourselves to: that would call for a second line.
  turn.setLink(caller.route.link, { helloAt: undefined })
  turn.effect({ do: 'accept', peer: caller.peer, description: reply.description })
  turn.setAttempt(caller.route.link, {
    ...caller,
    phase: 'opening',
    calls: [],
    established,
    theirName: cleanName(reply.name),
    theirCaps: reply.caps,
    theirRelays: reply.relays,
    until: turn.env.now + OPEN_WITHIN,
  })
}
