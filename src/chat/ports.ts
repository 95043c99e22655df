/**
 * What the chat needs of the outside world. Everything with an effect enters through one of these interfaces;
 * the adapters live in `net/` and `storage/`, and `main.tsx` hands them in.
 */
import type { Bytes } from '../protocol/bytes.ts'
import type { RtcDescription } from '../protocol/description.ts'
import type { Message } from '../protocol/message.ts'
import type { Timer } from './timer.ts'
import type { Write } from './writes.ts'

// ── Rendezvous: relays that carry sealed boxes between pages that know a topic ──
export type RelayState = 'connecting' | 'open' | 'mute' | 'closed' | 'refused'

export type RendezvousEvent =
  /** `open`: it answers; `mute`: and passes nothing on; `refused`: it will not serve us (auth, pow, blocked) and is left alone. */
  | { readonly type: 'relay'; readonly relay: string; readonly state: RelayState }
  /** The relay confirmed (EOSE) that it listens on these topics, which it did not before. */
  | { readonly type: 'listening'; readonly relay: string; readonly topics: readonly string[] }
  /** What is known came again, as what we publish does: the relay has passed it on. `topics` as below. */
  | { readonly type: 'returned'; readonly relay: string; readonly topics: readonly TopicAt[] }
  /** Something came in; `topics` are those of its tags that we listen on, with their index among all tags. */
  | { readonly type: 'arrived'; readonly relay: string; readonly topics: readonly TopicAt[]; readonly content: Bytes }

export type TopicAt = { readonly topic: string; readonly index: number }

export type Publication = {
  /** Topics as 64 hex characters, in tag order, at most 16. */
  readonly topics: readonly string[]
  /** Opaque bytes, at most 4 KiB. */
  readonly content: Bytes
  /** Only this relay; absent: every relay. */
  readonly relay?: string
  /** Handshakes go before announcements when a relay's budget is short. */
  readonly kind: 'handshake' | 'hello'
}

export interface Rendezvous {
  /** Connects to these relays (WebSocket URLs), at once and in parallel; replaces an earlier list. */
  start(relays: readonly string[], on: (event: RendezvousEvent) => void): void
  /** The whole set of topics to listen on, 64 hex characters each; replaces the former set. */
  listen(topics: readonly string[]): void
  /** The same for others' relays (URLs), each with topics of its own; what is published on one of these alone goes there too. */
  visit(places: ReadonlyMap<string, readonly string[]>): void
  publish(publication: Publication): void
  /** Drops handshakes on these topics that still wait for a relay. */
  takeBack(topics: readonly string[]): void
  /** Reconnect now instead of after the back-off: the network came back or the page became visible. */
  nudge(): void
  stop(): void
}

// ── PeerChannel: one WebRTC data channel ──
/** An address at one end of a channel. `address`: absent where the browser hides it behind a random name. */
export type Place = { readonly kind: 'host' | 'srflx' | 'prflx' | 'relay'; readonly address?: string }
/** The two ends of the path in use, as far as the browser tells. */
export type Ends = { readonly mine: Place; readonly theirs: Place; readonly sameNetwork: boolean }

export type Path = { readonly path: 'direct' | 'relayed'; readonly ends?: Ends | undefined }

export type ClosedReason = 'closed' | 'never-opened' | 'no-relay' | 'password' | 'unsupported' | 'protocol'
export type PeerEvent =
  /** Gathering ended: our own description, to be sealed into the handshake, and the places it names. */
  | { readonly type: 'described'; readonly description: RtcDescription; readonly places: readonly Place[] }
  | ({ readonly type: 'open' | 'path' } & Path)
  | { readonly type: 'frame'; readonly bytes: Bytes }
  /** The outgoing queue has room again after `send` returned false. */
  | { readonly type: 'drained' }
  /**
   * The last event. `never-opened`: ICE or DTLS failed; `no-relay`: relay-only and no relay candidate; `password`: either of
   * them, and a TURN server had refused ours; `unsupported`: no WebRTC here.
   */
  | { readonly type: 'closed'; readonly reason: ClosedReason }

export type PeerOptions = {
  readonly initiator: boolean
  readonly iceServers: readonly IceServer[]
  readonly relayOnly: boolean
  /** A longer gather for a second try. */
  readonly patient: boolean
  /** Minutes may pass before the other side has our answer: the responder holds back where they are, until `proceed`. */
  readonly byHand?: boolean
}

export type IceServer = {
  readonly urls: string | readonly string[]
  readonly username?: string
  readonly credential?: string
}

export interface PeerChannel {
  /** The other side's authenticated description. The responder calls it first, the initiator after `described`. */
  accept(remote: RtcDescription): void
  /** What `byHand` held back counts from now on. */
  proceed(): void
  /** Queues one frame of at most 16 KiB. False: more than 1 MiB waits; wait for `drained`. Ignored unless open. */
  send(frame: Bytes): boolean
  /** Lets what is queued leave (bounded), then closes. Emits `closed` once. */
  close(): void
}

/** Never calls `on` before it has returned. */
export type PeerFactory = (options: PeerOptions, on: (event: PeerEvent) => void) => PeerChannel

// ── History: what is on disk. Every row is sealed; one commit is one transaction ──
export type { Keyring, LockChange, LockFacts, LockSaid, Unlocking } from './keyring.ts'
export type { Findings, Hit, Piece, Search } from './searching.ts'
export type { Disk, Room } from './room.ts'
export type * from './moving.ts'
export type { Timer } from './timer.ts'

export type Profile = {
  readonly name: string
  readonly identitySecret: Bytes
  readonly identityPublic: Bytes
  readonly hideIp: boolean
  /** Tell others what was read, and see what they read. */
  readonly readReceipts: boolean
  /** With a passphrase, the page locks: after so many minutes without input (absent: never); when it is hidden. */
  readonly lockAfter?: number
  readonly lockHidden?: boolean
  /** The page need not offer any more to become an app. */
  readonly installDeclined?: boolean
  /** This person's own, in place of the page's. */
  readonly relays?: readonly string[]
  readonly iceServers?: readonly IceServer[]
}

/** One pair secret with what belongs to it. `psks`: initiator holds one, responder at most two (design: rolled without lock-out). */
export type Pair = { readonly root: Bytes; readonly id: Bytes; readonly psks: readonly Bytes[] }

export type Contact = {
  readonly id: string
  /** Their X25519 identity, 32 bytes. */
  readonly key: Bytes
  /** The name they claim; untrusted text. */
  readonly claimedName: string
  /** The name this person gave them; empty when none. */
  readonly petname: string
  readonly addedAt: number
  readonly verified: boolean
  /** Set by a mismatch: nothing is sent until the person decides. */
  readonly stopped: boolean
  /** False until CONFIRM/ACK. `pairs`: see pairs.ts; the first is the one the last confirmed session ran on. */
  readonly confirmed: boolean
  readonly pairs: readonly Pair[]
  /** Topic of the invite this came from (hex), to know the same link again. */
  readonly inviteTopic: string
  readonly unread: number
  /** Seq of the newest message of theirs this person has seen, and of the newest own one they say they have; 0: none. */
  readonly readTo: number
  readonly theyRead: number
  readonly draft: string
  /** The question "is this really …" was answered with Later. */
  readonly hintDismissed: boolean
  readonly hideIp: boolean
  /** Where they listen, if not where the page says. */
  readonly relays?: readonly string[]
  /** What was said longer ago than this goes from here, seconds; absent: never. */
  readonly keepFor?: number
  /** Messages that disappear on both sides. */
  readonly timer?: Timer
}

export type InviteState = 'open' | 'bound' | 'confirmed' | 'withdrawn' | 'expired'

/** A link this person made. `secret` and with it the link go at confirmation, withdrawal or expiry; topic and keys stay for late openers. */
export type InviteRow = {
  readonly id: string
  readonly state: InviteState
  readonly createdAt: number
  /** Unix ms. */
  readonly expiresAt: number
  /** The encoded invite (its fragment), absent once consumed. */
  readonly fragment?: string
  readonly topic: Bytes
  readonly keyI: Bytes
  readonly keyR: Bytes
  /** While bound: whose it is, and since when; once confirmed, when that was. */
  readonly boundTo?: Bytes
  readonly boundAt?: number
  readonly relayOnly: boolean
  /** What somebody else called themselves who tried it once it was used, or nothing; until the person here has understood. */
  readonly late?: string
}

/** A link this person opened and has not finished joining. Its contact, once there, has the same id. */
export type JoinRow = {
  readonly id: string
  readonly fragment: string
  readonly pressed: boolean
  readonly openedAt: number
}

export type DeliveryState = 'queued' | 'delivered' | 'read' | 'failed'

export type MessageRow = {
  readonly contactId: string
  /** Order in which this disk committed it, from 1. */
  readonly seq: number
  /** 32 hex characters (16 random bytes of the sender). */
  readonly id: string
  readonly mine: boolean
  readonly body: Message
  /** This device's clock at commit, Unix ms. Display only, never order. */
  readonly at: number
  /** Own messages only. */
  readonly state?: DeliveryState
  /** NACK code of a failed one. */
  readonly failure?: number
  /** When the time of one that disappears began here, Unix ms; absent: not yet. */
  readonly expiresFrom?: number
}

export type { Write } from './writes.ts'

export type Loaded = {
  /** Absent on the first visit. */
  readonly profile?: Profile
  readonly contacts: readonly Contact[]
  readonly invites: readonly InviteRow[]
  readonly joins: readonly JoinRow[]
  readonly blocked: readonly Bytes[]
  /** Newest message of each chat, by contact id. */
  readonly last: ReadonlyMap<string, MessageRow>
  /** Largest seq of each chat on disk, whether or not that row can be opened: the next one comes after it. */
  readonly tops: ReadonlyMap<string, number>
  /** Rows that could not be opened (moved, altered): left where they are, counted. */
  readonly damaged: number
}

/** What ends the time of a tab: another has the profile, all that was kept was cleared under it, or a newer version of the program was here. */
export type Ending = 'fenced' | 'cleared' | 'newer'

/**
 * Why a commit was refused, or a claim (`locked`: a passphrase is needed; `blocked`: as long as a page of an older version is
 * open; `restoring`: only a part of a backup is there). Nothing of it was applied.
 */
export type StorageTrouble = Ending | 'full' | 'unavailable' | 'known' | 'locked' | 'blocked' | 'restoring'

export class StorageError extends Error {
  readonly trouble: StorageTrouble
  constructor(trouble: StorageTrouble) {
    super(`storage: ${trouble}`)
    this.name = 'StorageError'
    this.trouble = trouble
  }
}

/** `gone`: it was taken away here, and had this seq. */
export type Found = MessageRow | { readonly gone: number } | undefined

export interface History {
  /**
   * Becomes the one tab that may write: asks a present owner to leave, takes the lock (by force after 500 ms),
   * raises the fence, then reads everything small. `onLost` is called once when another tab takes over, or the profile is there no more.
   * Throws StorageError('unavailable') where the browser refuses storage, ('locked') before anything of that, ('restoring') with a part of a backup.
   */
  claim(onLost: (why?: Ending) => void | Promise<void>): Promise<Loaded>
  /** One transaction; resolves when it is complete on disk. Throws StorageError, and then nothing was written. */
  commit(writes: readonly Write[]): Promise<void>
  /** The newest `limit` messages with seq < `before`, oldest first. */
  page(contactId: string, before: number, limit: number): Promise<readonly MessageRow[]>
  /** The oldest `limit` messages with seq > `after`, oldest first. */
  following(contactId: string, after: number, limit: number): Promise<readonly MessageRow[]>
  /** Own messages still queued, with seq > `after`, oldest first. */
  outbox(contactId: string, after: number, limit: number): Promise<readonly MessageRow[]>
  /** For each id what became of the message in this chat, if it was ever committed: not of own ones that are still there, or went with all of a chat. */
  find(contactId: string, messageIds: readonly string[]): Promise<readonly Found[]>
  /** Whether what was said is all there, as it was left; what is not is taken as it is from then on. Takes its time. */
  check(): Promise<boolean>
  /** Whether no tab owns the profile. */
  isFree(): Promise<boolean>
  /** Gives the lock back: another tab asked for it. */
  release(): void
}

export interface Clock {
  /** Unix ms, corrected by the host's Date header where it is known. */
  now(): number
  /** Calls back once after at least `ms`; returns a cancel function. */
  after(ms: number, run: () => void): () => void
}

/** Cryptographically secure bytes. */
export type Random = (length: number) => Bytes

export type Settings = {
  readonly relays: readonly string[]
  readonly iceServers: readonly IceServer[]
  readonly relayOnly: boolean
}

/** `lent`: more ICE servers, with passwords that end: nobody's own are made of them. */
export type Offered = Settings & { readonly lent?: readonly IceServer[] }

export type ServerKind = 'relays' | 'iceServers'

export type { Check, CheckFailure, Servers } from './probing.ts'
