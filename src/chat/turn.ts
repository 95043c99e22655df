/**
 * One turn of the chat: a state, and what a step adds to it. Writes are committed first, in one transaction; only then
 * do the effects run and the new state count. A turn that is thrown away has changed nothing.
 */
import type { Bytes } from '../protocol/bytes.ts'
import type { RtcDescription } from '../protocol/description.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { Parties } from '../protocol/rekey.ts'
import type { Frame, Session } from '../protocol/session.ts'
import type { Contact, InviteRow, Publication, Random, Write } from './ports.ts'
import { IDLE_LINK } from './state.ts'
import type { Attempt, Join, Link, Live, State } from './state.ts'
import type { Alert } from './snapshot.ts'

/** Time and randomness are arguments, so that a step is a function of what it is given. */
export type Env = { readonly now: number; readonly random: Random }

/** `message`: the other side's handshake message, but for the first step. */
export type RekeyStep = { readonly name: 'begin' } | { readonly name: 'answer' | 'complete'; readonly message: Bytes }

export type Effect =
  | {
      readonly do: 'dial'
      readonly peer: number
      readonly initiator: boolean
      readonly relayOnly: boolean
      readonly patient: boolean
      readonly byHand: boolean
    }
  /** Without a description: what was held back counts from now on. */
  | { readonly do: 'accept'; readonly peer: number; readonly description?: RtcDescription }
  | { readonly do: 'send'; readonly peer: number; readonly session: Session; readonly frame: Frame }
  /** One step of a renewal: make it, and send what it brings forth. */
  | {
      readonly do: 'rekey'
      readonly peer: number
      readonly session: Session
      readonly step: RekeyStep
      readonly parties: Parties
    }
  | { readonly do: 'hangup'; readonly peer: number; readonly bye?: Session }
  | { readonly do: 'publish'; readonly publication: Publication }
  /** Handshakes on these topics that have not left yet must not leave any more. */
  | { readonly do: 'take-back'; readonly topics: readonly string[] }
  /** Read more of the outbox and hand it over. */
  | { readonly do: 'flush'; readonly contactId: string; readonly line: number; readonly after: number }
  /** Read the newest rows of a chat for the screen. */
  | { readonly do: 'show'; readonly contactId: string }
  /** Read the oldest rows behind this one. */
  | {
      readonly do: 'oldest'
      readonly contactId: string
      readonly after: number
      readonly next: number
      readonly full: boolean
    }
  /** Look up what is the newest row of a chat now. */
  | { readonly do: 'newest'; readonly contactId: string }
  /** Look up the row that was read last, to tell its id. */
  | { readonly do: 'recall'; readonly contactId: string; readonly line: number; readonly seq: number }

export class Turn {
  state: State
  readonly env: Env
  writes: Write[] = []
  effects: Effect[] = []
  /** The whole step was refused: this turn is to be thrown away. */
  refused = false
  #charged: readonly string[] = []
  /** Maps that no state but this turn's holds. */
  #made = new WeakSet()
  readonly #before: State

  constructor(state: State, env: Env) {
    this.state = state
    this.#before = state
    this.env = env
  }

  /** Nothing came of it. */
  get isIdle(): boolean {
    return this.state === this.#before && this.writes.length === 0 && this.effects.length === 0
  }

  /** Runs `step`; if what came from outside is refused (false), everything it did is undone but what it cost. Other errors pass. */
  guarded(step: () => void): boolean {
    const { state, writes, effects } = this
    const charged = this.#charged.length
    this.writes = [...writes]
    this.effects = [...effects]
    this.#made = new WeakSet()
    try {
      step()
      return true
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error
      Object.assign(this, { state, writes, effects })
      for (const linkId of this.#charged.slice(charged)) this.#count(linkId)
      return false
    }
  }

  /** Counts a handshake that is about to reach a DH, whatever becomes of it. */
  charge(linkId: string): void {
    this.#charged = [...this.#charged, linkId]
    this.#count(linkId)
  }

  #count(linkId: string): void {
    const { spent, spentTotal } = this.link(linkId)
    this.setLink(linkId, { spent: [...withinMinute(spent, this.env.now), this.env.now], spentTotal: spentTotal + 1 })
  }

  /** A map of the state to write to and put in its place: copied once a turn, not for each of many messages. */
  own<K, V>(map: ReadonlyMap<K, V>): Map<K, V> {
    if (this.#made.has(map)) return map as Map<K, V>
    const copy = new Map(map)
    this.#made.add(copy)
    return copy
  }

  patch(change: Partial<State>): void {
    this.state = { ...this.state, ...change }
  }

  write(...writes: Write[]): void {
    this.writes.push(...writes)
  }

  effect(...effects: Effect[]): void {
    this.effects.push(...effects)
  }

  link(id: string): Link {
    return this.state.links.get(id) ?? { ...IDLE_LINK, since: this.env.now }
  }

  setLink(id: string, change: Partial<Link>): void {
    this.patch({ links: this.own(this.state.links).set(id, { ...this.link(id), ...change }) })
  }

  dropLink(id: string): void {
    const links = this.own(this.state.links)
    links.delete(id)
    this.patch({ links })
  }

  setAttempt(linkId: string, attempt: Attempt): void {
    const attempts = this.link(linkId).attempts
    const known = attempts.some((a) => a.peer === attempt.peer)
    this.setLink(linkId, {
      attempts: known ? attempts.map((a) => (a.peer === attempt.peer ? attempt : a)) : [...attempts, attempt],
    })
  }

  /** Hangs up every attempt of a link but one. */
  dropAttempts(linkId: string, except?: number): void {
    const link = this.link(linkId)
    for (const attempt of link.attempts) if (attempt.peer !== except) this.effect({ do: 'hangup', peer: attempt.peer })
    this.setLink(linkId, { attempts: link.attempts.filter((a) => a.peer === except) })
  }

  forgetAttempt(linkId: string, peer: number): void {
    this.setLink(linkId, { attempts: this.link(linkId).attempts.filter((a) => a.peer !== peer) })
  }

  setLive(linkId: string, change: Partial<Live>): void {
    const live = this.link(linkId).live
    if (live) this.setLink(linkId, { live: { ...live, ...change } })
  }

  dropLive(linkId: string): void {
    this.setLink(linkId, { live: undefined })
  }

  /** Ends the live session, if any, telling the other side. */
  hangUpLive(linkId: string): void {
    const live = this.link(linkId).live
    if (!live) return
    this.effect({ do: 'hangup', peer: live.peer, bye: live.session })
    this.dropLive(linkId)
  }

  saveContact(contact: Contact): void {
    this.patch({ contacts: this.own(this.state.contacts).set(contact.id, contact) })
    this.write({ op: 'contact', contact })
  }

  changeContact(id: string, change: Partial<Contact>): void {
    const contact = this.state.contacts.get(id)
    if (contact && differs(contact, change)) this.saveContact({ ...contact, ...change })
  }

  saveInvite(invite: InviteRow): void {
    this.patch({ invites: new Map(this.state.invites).set(invite.id, invite) })
    this.write({ op: 'invite', invite })
  }

  setJoin(join: Join): void {
    this.patch({ joins: new Map(this.state.joins).set(join.row.id, join) })
  }

  dropJoin(id: string): void {
    const joins = new Map(this.state.joins)
    joins.delete(id)
    this.patch({ joins })
    this.write({ op: 'join-gone', id })
  }

  alert(alert: Alert): void {
    this.patch({ alerts: [...this.state.alerts.filter((a) => a.id !== alert.id), alert] })
  }

  newPeer(): number {
    const peer = this.state.nextPeer
    this.patch({ nextPeer: peer + 1 })
    return peer
  }

  random(length: number): Bytes {
    return this.env.random(length)
  }
}

function differs<T extends object>(from: T, change: Partial<T>): boolean {
  return Object.entries(change).some(([key, value]) => from[key as keyof T] !== value)
}

/** Of these times (Unix ms) those of the last minute; ones in the future, of a clock that was set back, do not count. */
export function withinMinute(times: readonly number[], now: number): readonly number[] {
  return times.filter((at) => Math.abs(now - at) < 60_000)
}

/** The confirmed session with this peer number. */
export function liveOfPeer(state: State, peer: number): Live | undefined {
  const live = linkOfPeer(state, peer)?.link.live
  return live?.peer === peer ? live : undefined
}

/** The link an attempt or session with this peer number belongs to. */
export function linkOfPeer(state: State, peer: number): { id: string; link: Link } | undefined {
  for (const [id, link] of state.links) {
    if (link.live?.peer === peer || link.attempts.some((a) => a.peer === peer)) return { id, link }
  }
  return undefined
}
