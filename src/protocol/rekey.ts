/**
 * Renewing a running session: the handshake once more, in mode 3, inside the session itself. Fresh X25519 and ML-KEM keys on
 * both sides heal from a stolen state and bound what one set of keys protects. It touches no disk and pauses nothing.
 *
 *   initiator  begin ──offer──▶ answer  responder      answer: goes on sealing with the old keys, can read the new ones
 *   complete ◀──answer──┘                              complete: seals with the new keys at once, can still read the old ones
 *   first frame under the new keys ──▶ responder switches; its first such frame ──▶ initiator forgets the old ones
 *
 * NOT its concern: when to renew, and what to do if no answer comes (the chat's).
 */
import { equal } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import type { Frame } from './frame.ts'
import { abandon, finish, initiate, receive, respond } from './handshake.ts'
import type { Context, KeyPair, Waiting } from './handshake.ts'
import type { Psk, PublicKey } from './primitives.ts'
import type { Session } from './session.ts'

const NOTHING = { name: '', caps: 0 } as const
const waitings = new WeakMap<Session, Waiting>()

/** The two identities of the session. */
export type Parties = { readonly me: KeyPair; readonly them: PublicKey }

function contextOf(session: Session): { readonly context: Context; readonly psk: Psk } {
  const { psk, sessionId, epoch } = session.rekeyContext()
  return { context: { mode: 'rekey', sessionId, epoch }, psk }
}

/** The initiator's offer, to be sealed in this session. Throws 'state' for the responder, or while a rekey is under way. */
export function beginRekey(session: Session, { me, them }: Parties, entropy: Bytes): Frame {
  if (session.role !== 'initiator' || waitings.has(session)) throw new ProtocolError('state')
  const { message, waiting } = initiate({ ...contextOf(session), me, them, payload: NOTHING, entropy })
  waitings.set(session, waiting)
  return { type: 'rekey', step: 'offer', message }
}

/** The responder's answer, to be sealed in this session. Throws as `receive`, 'bad-key' when another identity asks, 'state' out of turn. */
export function answerRekey(session: Session, offer: Bytes, { me, them }: Parties, entropy: Bytes): Frame {
  if (session.role !== 'responder') throw new ProtocolError('state')
  const received = receive({ ...contextOf(session), me, message: offer })
  if (!equal(received.them, them)) throw new ProtocolError('bad-key')
  const { message, established } = respond(received, { status: 'ok', ...NOTHING }, entropy)
  if (!established) throw new ProtocolError('state')
  session.adopt(established.session)
  return { type: 'rekey', step: 'answer', message }
}

/** The answer came: from here on the session seals with new keys. Throws as `finish`, 'state' when nothing was offered. */
export function completeRekey(session: Session, answer: Bytes): void {
  const waiting = waitings.get(session)
  if (!waiting) throw new ProtocolError('state')
  const { established } = finish(waiting, answer)
  if (!established) throw new ProtocolError('malformed')
  waitings.delete(session)
  session.adopt(established.session)
}

/** Ends a session with whatever renewal is under way, and overwrites the secrets of both. */
export function endSession(session: Session): void {
  const waiting = waitings.get(session)
  waitings.delete(session)
  if (waiting) abandon(waiting)
  session.end()
}
