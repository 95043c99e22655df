/** What the two say about the time after which messages disappear (`timer.ts`), as messages between their others. */
import { toHex } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { TimerMessage } from '../protocol/message.ts'
import { put } from './outbox.ts'
import { NO_TIMER } from './keeping.ts'
import { afterAct, afterHeard } from './timer.ts'
import type { TimerAct } from './timer.ts'
import type { Turn } from './turn.ts'

/** `id`: of the message that tells the other side. Throws 'state' where the act has no sense. */
export function setTimer(turn: Turn, contactId: string, act: TimerAct, id: string): void {
  const contact = turn.state.contacts.get(contactId)
  if (!contact) throw new ProtocolError('state')
  const { timer, say } = afterAct(contact.timer ?? NO_TIMER, act)
  if (say) put(turn, contactId, id, say)
  turn.changeContact(contactId, { timer })
}

export function heardTimer(turn: Turn, contactId: string, said: TimerMessage): void {
  const contact = turn.state.contacts.get(contactId)
  if (!contact) return
  const smaller = toHex(turn.state.keys.public) < toHex(contact.key)
  turn.changeContact(contactId, { timer: afterHeard(contact.timer ?? NO_TIMER, said, smaller) })
}
