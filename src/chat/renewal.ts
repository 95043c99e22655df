/** When a session's keys are renewed, and what becomes of one whose keys are not. NOT here: the handshake (protocol/rekey.ts). */
import type { PublicKey } from '../protocol/primitives.ts'
import type { Frame } from '../protocol/session.ts'
import { REKEY_BYTES, REKEY_EVERY, REKEY_FRAMES, REKEY_GAP, REKEY_WITHIN } from './limits.ts'
import type { Live } from './state.ts'
import type { RekeyStep, Turn } from './turn.ts'

export function renewalAfter(now: number): number {
  return now + REKEY_EVERY
}

/** A renewal that did not come about in time: the session must end rather than go on under old keys. */
export function isOverdue(live: Live, now: number): boolean {
  return now >= live.rekeyAt + REKEY_WITHIN
}

/** The initiator renews keys that have served long enough; the responder only watches that it happens. */
export function renew(turn: Turn, contactId: string): void {
  const { now } = turn.env
  const live = turn.link(contactId).live
  if (!live) return
  // Only keys that are in use on both sides count as renewed: an offer or an answer alone proves nothing.
  if (live.session.epoch !== live.epoch) {
    return turn.setLive(contactId, { epoch: live.session.epoch, rekeying: false, rekeyAt: renewalAfter(now) })
  }
  const { frames, bytes } = live.session.used
  const due = now >= live.rekeyAt || frames >= REKEY_FRAMES || bytes >= REKEY_BYTES
  if (!due || live.rekeying) return
  turn.setLive(contactId, { rekeying: true, rekeyAt: Math.min(live.rekeyAt, now) })
  if (live.session.role === 'initiator') rekey(turn, contactId, live, { name: 'begin' })
}

/** One step of the other side's. Offers that follow each other too closely are refused: false. */
export function heardRekey(
  turn: Turn,
  contactId: string,
  live: Live,
  frame: Extract<Frame, { type: 'rekey' }>,
): boolean {
  const offer = frame.step === 'offer'
  if (offer && turn.env.now - live.offeredAt < REKEY_GAP) return false
  if (offer) turn.setLive(contactId, { offeredAt: turn.env.now })
  rekey(turn, contactId, live, { name: offer ? 'answer' : 'complete', message: frame.message })
  return true
}

function rekey(turn: Turn, contactId: string, { peer, session }: Live, step: RekeyStep): void {
  const them = turn.state.contacts.get(contactId)?.key as PublicKey | undefined
  if (them) turn.effect({ do: 'rekey', peer, session, step, parties: { me: turn.state.keys, them } })
}
