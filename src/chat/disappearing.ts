/** What the two say about the time after which messages disappear (`timer.ts`), as messages between their others. */
import { toHex } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { TimerMessage } from '../protocol/message.ts'
import { NO_TIMER } from './keeping.ts'
import { put } from './outbox.ts'
import { afterAct, afterEnd, afterHeard, afterText, restated, type TimerAct, type TimerTurn } from './timer.ts'
import type { Turn } from './turn.ts'

/** Throws 'state' where the act has no sense. */
export function setTimer(turn: Turn, contactId: string, act: TimerAct): void {
  const contact = turn.state.contacts.get(contactId)
  if (!contact) throw new ProtocolError('state')
  tell(turn, contactId, afterAct(contact.timer ?? NO_TIMER, act))
}

/** The other side may be an older copy, which knows nothing of what was agreed since: nothing is agreed any more. */
export function endTimer(turn: Turn, contactId: string): void {
  const before = turn.state.contacts.get(contactId)
  if (!before || before.stopped) return
  if (before.timer) tell(turn, contactId, afterEnd(before.timer))
  const timer = turn.state.contacts.get(contactId)?.timer ?? NO_TIMER
  // What it was may be forgotten here, and what they wrote by it still on its way.
  const lingers = { n: timer.n, seconds: 0, known: !before.timer }
  if (!timer.lingers) turn.changeContact(contactId, { timer: { ...timer, lingers } })
}

/** What was cleared with all else, and had not arrived, is said once more. */
export function tellAgain(turn: Turn, contactId: string): void {
  const contact = turn.state.contacts.get(contactId)
  const say = contact?.timer?.unsaid ? restated(contact.timer) : undefined
  if (contact?.timer && say && !contact.stopped) tell(turn, contactId, { timer: contact.timer, say })
}

function tell(turn: Turn, contactId: string, { timer, say }: TimerTurn): void {
  if (say) put(turn, contactId, toHex(turn.random(16)), say)
  turn.changeContact(contactId, { timer })
}

export function heardTimer(turn: Turn, contactId: string, said: TimerMessage): void {
  const contact = turn.state.contacts.get(contactId)
  if (!contact) return
  const smaller = toHex(turn.state.keys.public) < toHex(contact.key)
  turn.changeContact(contactId, { timer: afterHeard(contact.timer ?? NO_TIMER, said, smaller) })
}

/** A text of theirs came, with this time. */
export function heardTimed(turn: Turn, contactId: string, expireAfter: number | undefined): void {
  const timer = turn.state.contacts.get(contactId)?.timer
  const now = timer && afterText(timer, expireAfter)
  if (now && now !== timer) turn.changeContact(contactId, { timer: now })
}
