/**
 * Everything the chat knows while it runs. Immutable: a step makes a new one, and a failed commit simply keeps the old.
 * What must survive the page is in the rows (ports.ts); sessions, attempts and nonces live here only.
 */
import type { Bytes } from '../protocol/bytes.ts'
import type { RtcDescription } from '../protocol/description.ts'
import type { TopicKeys } from '../protocol/topics.ts'
import type { Established, KeyPair, Received, Waiting } from '../protocol/handshake.ts'
import type { Psk } from '../protocol/primitives.ts'
import type { Session } from '../protocol/session.ts'
import type {
  Check,
  Contact,
  Ends,
  InviteRow,
  JoinRow,
  MessageRow,
  Offered,
  Pair,
  Place,
  Profile,
  RelayState,
  Settings,
} from './ports.ts'
import type { Alert, HandProblem, JoinPhase, LineCause } from './snapshot.ts'

/** Where sealed boxes for one link go and come from. Derived from the rows and the day, never stored. */
export type Route = {
  /** Id of the invite, join or contact. */
  readonly link: string
  readonly of: 'invite' | 'join' | 'contact'
  readonly keys: TopicKeys
  readonly topic: string
  /** Our role on this route. */
  readonly role: 'initiator' | 'responder'
  /** Only routes of contacts. */
  readonly pair?: Pair
  /** The boxes are passed on by the two people themselves. */
  readonly byHand?: boolean
}

type AttemptBase = {
  readonly peer: number
  /** Its channel shows no address of ours. */
  readonly relayOnly: boolean
  readonly route: Route
  readonly psk: Psk
  /** When this phase has taken too long, Unix ms. */
  readonly until: number
  readonly established?: Established
  readonly path?: 'direct' | 'relayed'
  readonly ends?: Ends | undefined
  /** The places the other side was told of. */
  readonly told?: readonly Place[]
}

/** One HS1 that was sent, and what its HS2 needs. */
export type Call = { readonly nonce: Bytes; readonly waiting: Waiting }

/** The initiator's side: one offer, sealed into an HS1 for each nonce heard, until one HS2 fits. */
export type Caller = AttemptBase & {
  readonly role: 'initiator'
  readonly phase: 'gathering' | 'calling' | 'opening' | 'confirming'
  readonly description?: RtcDescription
  /** Responder nonces to call as soon as the offer is gathered. */
  readonly nonces: readonly Bytes[]
  readonly calls: readonly Call[]
  readonly theirName: string
  readonly theirRelays?: readonly string[] | undefined
  /** Capability bits. */
  readonly theirCaps?: number
}

/** The responder's side: one per accepted HS1. */
export type Answerer = AttemptBase & {
  readonly role: 'responder'
  readonly phase: 'gathering' | 'opening'
  readonly received: Received
  /** Hex SHA-256 of the HS1 bytes. */
  readonly hs1: string
  /** By hand: until the person says that the other has our answer. */
  readonly held?: boolean
}

export type Attempt = Caller | Answerer

/** Whether somebody was found: a call was answered, or we answer one. Not yet while a person carries our answer. */
export function isFound(attempt: Attempt): boolean {
  if (attempt.role === 'responder') return !attempt.held
  return attempt.phase === 'opening' || attempt.phase === 'confirming'
}

/** An offer that was sent to nobody yet. */
export function isSpare(attempt: Attempt): boolean {
  return attempt.role === 'initiator' && !isFound(attempt) && attempt.nonces.length + attempt.calls.length === 0
}

/** A confirmed session: the only thing that may be called connected. */
export type Live = {
  readonly peer: number
  readonly session: Session
  readonly path: 'direct' | 'relayed'
  readonly ends?: Ends | undefined
  readonly told: readonly Place[]
  /** What the other side’s version can: capability bits. */
  readonly caps: number
  readonly heardAt: number
  readonly pingAt: number
  /** When the keys are due for renewal; once it is overdue by REKEY_WITHIN the session ends. */
  readonly rekeyAt: number
  /** When keys of frames that never came are looked through next, Unix ms. */
  readonly tidyAt: number
  /** When the other side last offered a renewal, Unix ms. */
  readonly offeredAt: number
  /** The session's epoch when it was last looked at. */
  readonly epoch: number
  /** The renewal is due and has not come about yet. */
  readonly rekeying: boolean
  /** When the other side last acknowledged something, or the first of what is in flight was handed over. */
  readonly progressAt: number
  /** Messages handed to and taken from this session so far: each carries its number, so that no wire can reorder them. */
  readonly sent: number
  readonly taken: number
  /**
   * Something new came in this session. What comes after it is new too, as an outbox is emptied in order, and is not looked
   * up any more; the disk still refuses an id twice.
   */
  readonly pastKnown: boolean
  /** Handed to this session and not yet acknowledged, by message id. */
  readonly inflight: ReadonlyMap<string, MessageRow>
  /** UTF-16 units in them. */
  readonly units: number
  /** Largest seq handed to this session. */
  readonly handed: number
  /** Composed while the window was full, oldest first: handed next, without asking the disk. */
  readonly waiting: readonly MessageRow[]
  /** Every queued row on disk has been handed or is in `waiting`: a new one may follow at once. */
  readonly caughtUp: boolean
  /** Largest seq composed here while others were still waiting to be handed. */
  readonly queuedTo: number
  /** Up to which seq of theirs this session was told that it was read. */
  readonly toldTo: number
  /** When something that a read receipt names was last looked for far back, Unix ms. */
  readonly soughtAt: number
  /** The channel's queue is full until `drained`. */
  readonly congested: boolean
}

/** What a link (invite, join or contact) does on the wire. */
export type Link = {
  readonly attempts: readonly Attempt[]
  readonly live?: Live | undefined
  /** Our nonce as responder: lives for one page and one accepted HS1. */
  readonly nonce?: Bytes | undefined
  /** Our own announcement's nonce as initiator, and when it was made. */
  readonly hello?: { readonly nonce: Bytes; readonly at: number } | undefined
  /** Hex nonces of theirs already acted on, when last (Unix ms), and how long none is to be again (ms; Infinity: it was answered). */
  readonly heard: readonly { readonly nonce: string; readonly at: number; readonly wait: number }[]
  /** HS1 answered on this page: the same bytes get the same reply. */
  readonly replies: readonly { readonly hs1: string; readonly content: Bytes; readonly repeats: number }[]
  /** Hex SHA-256 of HS2 bytes that were tried on our calls. */
  readonly tried: readonly string[]
  /** Times (Unix ms) of recent handshakes that reached a DH. */
  readonly spent: readonly number[]
  readonly spentTotal: number
  /** Times (Unix ms) of recent answers to announcements. */
  readonly answered: readonly number[]
  /** When to announce next; undefined: not before something happens. */
  readonly helloAt?: number | undefined
  /** How many questions in a row calls have led to, and when to announce for want of an answer; undefined: nothing is wanted. */
  readonly unanswered: number
  readonly askAt?: number | undefined
  /** When to answer an announcement of theirs, together with others; undefined: none waits. */
  readonly answerAt?: number | undefined
  /** When this link was last announced, Unix ms. */
  readonly announcedAt: number
  /** When it was last to be announced sooner after that than HELLO_GAP, Unix ms. */
  readonly hastyAt: number
  /** The person let an older copy go on: until then (Unix ms) one handshake may use the secret of last resort. */
  readonly recoverUntil: number
  readonly failures: number
  readonly trouble?: LineCause | undefined
  readonly since: number
}

/** The one exchange of codes that is under way. What it leads to is an attempt of its link, on a route by hand. */
export type Hand = {
  readonly link: string
  /** Our newest code. `refusal`: an answer that says why there is none. */
  readonly code?: { readonly text: string; readonly refusal: boolean } | undefined
  /** What the other side has to begin with, while there is no attempt. */
  readonly awaits?: 'hello' | 'call' | undefined
  /** The other side answered once: its invite is bound. */
  readonly answered?: boolean
  readonly problem?: HandProblem | undefined
}

/** What the screen calls a row: its message id is its sender's to choose, and might be that of another. */
export function viewId({ contactId, seq }: MessageRow): string {
  return `${contactId}/${seq}`
}

export const IDLE_LINK: Link = {
  attempts: [],
  heard: [],
  replies: [],
  tried: [],
  spent: [],
  spentTotal: 0,
  answered: [],
  announcedAt: 0,
  hastyAt: 0,
  recoverUntil: 0,
  unanswered: 0,
  failures: 0,
  since: 0,
}

/** One that has ended keeps its topic only: `row.fragment` is empty, and nothing of it is on disk. */
export type Join = { readonly row: JoinRow; readonly phase: JoinPhase; readonly endedTopic?: string }

/** The chat on the screen: a window of its rows, the newest unless somebody went elsewhere. */
export type OpenWindow = {
  readonly id: string
  readonly rows: readonly MessageRow[]
  readonly hasEarlier: boolean
  /** Newer ones lie on disk only. */
  readonly hasLater: boolean
  /** What somebody looked for, by what the screen calls it; `n` counts how often. */
  readonly target?: { readonly id: string; readonly n: number } | undefined
  readonly newFrom?: string | undefined
}

export type State = {
  readonly profile: Profile
  readonly keys: KeyPair
  /** What counts: the person's own, else what the page offers. */
  readonly settings: Settings
  readonly offered: Offered
  /** By how much this device's clock is behind the host's, ms. */
  readonly clockOff: number
  /** Which test of servers `checks` are of; 0: none. */
  readonly checkRun: number
  readonly checks: readonly Check[]
  readonly contacts: ReadonlyMap<string, Contact>
  readonly invites: ReadonlyMap<string, InviteRow>
  readonly joins: ReadonlyMap<string, Join>
  /** Hex keys of removed contacts: silence. */
  readonly blocked: ReadonlySet<string>
  readonly links: ReadonlyMap<string, Link>
  /** Newest row of each chat that can be read, and the largest seq that is taken. */
  readonly last: ReadonlyMap<string, MessageRow>
  readonly tops: ReadonlyMap<string, number>
  readonly relays: ReadonlyMap<string, RelayState>
  /** Those that are called for a contact’s sake only: nobody else is found there. */
  readonly visited: ReadonlyMap<string, RelayState>
  /** Where and when (Unix ms) to announce once more, on these topics. */
  readonly again: readonly { readonly relay: string; readonly at: number; readonly topics: readonly string[] }[]
  readonly startedAt: number
  /** When announcements of others were last answered, Unix ms. */
  readonly answeredAt: number
  /** When each chat that keeps for a time only is looked through next, and the last time that was sure, Unix ms. */
  readonly keepDue: ReadonlyMap<string, number>
  /** When each is looked through from end to end the next time, Unix ms. */
  readonly keepFull: ReadonlyMap<string, number>
  readonly timeSeen: number
  /** When everyone not connected is announced next, Unix ms. */
  readonly beatAt: number
  readonly online: boolean
  readonly present: boolean
  readonly open?: OpenWindow | undefined
  readonly alerts: readonly Alert[]
  /** Joins and invites that led to a contact known before: from their id to its id. */
  readonly became: ReadonlyMap<string, string>
  readonly hand?: Hand | undefined
  readonly nextPeer: number
}
