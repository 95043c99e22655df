/** What a person decides about a contact, and which part of a chat is on the screen. */
import { toHex } from '../protocol/bytes.ts'
import { endTimer } from './disappearing.ts'
import { prepare } from './dialling.ts'
import { BEGINNING, HELLO_AGAIN, RECOVER_WITHIN } from './limits.ts'
import type { MessageRow } from './ports.ts'
import { see } from './reading.ts'
import { viewId } from './state.ts'
import type { Turn } from './turn.ts'

/** The contact, its messages and its keys go; its key is answered with silence from now on. */
export function removeContact(turn: Turn, id: string): void {
  const contact = turn.state.contacts.get(id)
  if (!contact) return
  dropContact(turn, id)
  turn.patch({ blocked: new Set(turn.state.blocked).add(toHex(contact.key)) })
  turn.write({ op: 'block', key: contact.key })
}

/** The contact goes with everything that belongs to it. */
export function dropContact(turn: Turn, id: string): void {
  turn.hangUpLive(id)
  turn.dropAttempts(id)
  turn.dropLink(id)
  const [contacts, last, tops] = [new Map(turn.state.contacts), new Map(turn.state.last), new Map(turn.state.tops)]
  for (const map of [contacts, last, tops]) map.delete(id)
  turn.patch({ contacts, last, tops })
  if (turn.state.open?.id === id) turn.patch({ open: undefined })
  turn.write({ op: 'contact-gone', id })
}

/** Verified belongs to the key; saying so also lifts a stop. */
export function markVerified(turn: Turn, id: string, verified: boolean): void {
  const contact = turn.state.contacts.get(id)
  if (!contact) return
  turn.saveContact({ ...contact, verified, stopped: verified ? false : contact.stopped, hintDismissed: true })
  if (contact.stopped && verified) turn.setLink(id, { helloAt: turn.env.now })
}

/** An older copy may go on: one handshake may use the secret of last resort, once the other side says the same. */
export function letRecover(turn: Turn, id: string): void {
  if (turn.link(id).trouble !== 'restored') return
  endTimer(turn, id)
  // What is under way goes by a secret that is not known; and to the last announcement the answer was given.
  turn.dropAttempts(id)
  turn.setLink(id, {
    hello: { nonce: turn.random(16), at: turn.env.now },
    recoverUntil: turn.env.now + RECOVER_WITHIN,
    trouble: undefined,
    since: turn.env.now,
    helloAt: turn.env.now,
    askAt: turn.env.now + HELLO_AGAIN,
  })
}

/** The numbers differ: nothing is sent from here on, and nobody is answered, until the person decides. */
export function stopContact(turn: Turn, id: string): void {
  turn.changeContact(id, { verified: false, stopped: true })
  turn.hangUpLive(id)
  turn.dropAttempts(id)
}

export type WindowRead = {
  readonly contactId: string
  readonly rows: readonly MessageRow[]
  readonly hasEarlier: boolean
  readonly hasLater: boolean
  /** The number of what was looked for, or the next one. */
  readonly sought?: number
}

export function openWindow(turn: Turn, { contactId, rows, hasEarlier, hasLater, sought }: WindowRead): void {
  const contact = turn.state.contacts.get(contactId)
  if (!contact) return
  const found = sought === undefined ? undefined : (rows.find(({ seq }) => seq >= sought) ?? rows.at(-1))
  const target = found && { id: viewId(found), n: (turn.state.open?.target?.n ?? 0) + 1 }
  const theirs = rows.filter((r) => !r.mine)
  // From the end where it is there; else behind what was read.
  const fresh = hasLater
    ? theirs.find((r) => r.seq > contact.readTo)
    : theirs[Math.max(0, theirs.length - contact.unread)]
  const newFrom = fresh && contact.unread > 0 ? viewId(fresh) : undefined
  turn.patch({ open: { id: contactId, rows, hasEarlier, hasLater, newFrom, target } })
  see(turn)
  prepareFirst(turn)
}

export function setPresent(turn: Turn, here: boolean): void {
  turn.patch({ present: here })
  see(turn)
  prepareFirst(turn)
}

/** Whoever is looked at as a page begins was there a moment ago, where it was loaded anew. */
function prepareFirst(turn: Turn): void {
  const { open, startedAt } = turn.state
  if (open && turn.env.now < startedAt + BEGINNING) prepare(turn, open.id)
}

/** The person has understood: what is told of a link is not told again. */
export function dismiss(turn: Turn, alertId: string): void {
  turn.patch({ alerts: turn.state.alerts.filter((a) => a.id !== alertId) })
  for (const { late, ...invite } of turn.state.invites.values())
    if (late !== undefined && `late-${invite.id}` === alertId) turn.saveInvite(invite)
}
