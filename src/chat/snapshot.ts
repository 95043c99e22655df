/**
 * What a screen can see and do. The messenger emits a whole new snapshot after each commit; screens read it and
 * call actions, and decide nothing. Plain data: no keys, no secrets but the link of an open invite and, for Settings, the
 * passwords of ICE servers.
 */
import type { HandAct, HandView } from './hand-states.ts'
import type { LockActions } from './keyring.ts'
import type { Search } from './searching.ts'
export type { HandAct, HandProblem, HandStage, HandView } from './hand-states.ts'
export type { Findings, Hit, Piece, Search } from './searching.ts'
import type { Mover } from './moving.ts'
import type { TimerMessage } from '../protocol/message.ts'
import type { Timer, TimerAct } from './timer.ts'
import type { Check, DeliveryState, Place, RelayState, ServerKind } from './ports.ts'

export type LineState = 'offline' | 'waiting' | 'connecting' | 'direct' | 'relayed' | 'failed'

/** Why a line is as it is; each has its own words. */
export type LineCause =
  | 'link-unopened' //    invite: waiting for the link to be opened
  | 'link-unfinished' //  invite: somebody opened it two minutes ago and did not finish
  | 'absent' //           the other is not here now
  | 'inviter-absent' //   join: the person who made the link is not here
  | 'looking' //          connecting: handshake under way
  | 'found' //            connecting: the other answered, opening the line
  | 'lost' //             connecting again after a break
  | 'networks' //         ICE failed, though there is a TURN server
  | 'needs-turn' //       ICE failed, and there is none
  | 'no-relay' //         no relay (Nostr) can be reached
  | 'no-relay-named' //   there is none to reach: neither the page nor this person nor a link names one
  | 'turn-refused' //     ICE failed, and the TURN server did not take the password
  | 'nowhere-to-hide' //  Hide my IP is on and there is no TURN server
  | 'no-webrtc' //        the browser cannot
  | 'stopped' //          the numbers differed; nothing is sent
  | 'continued' //        this side let an older copy go on, and the other did not yet
  | 'restored' //         unknown pair secret: an older copy or a copied device
  | 'storage-full' //     the line is paused: nothing can be kept

export type Line = { readonly state: LineState; readonly cause?: LineCause; readonly wire?: Wire }

/** A live line's path, as far as the browser tells. */
export type Wire = {
  readonly sameNetwork: boolean
  /** Addresses of ours that the other side can see: those it was told of, and the one our packets come from. */
  readonly shown: readonly Place[]
  /** Where theirs come from. */
  readonly theirs?: Place
}

/** What helps two people to find and reach each other. */
export type Network = {
  /** Relays in use; `id`: their address. */
  readonly relays: readonly { readonly id: string; readonly state: RelayState }[]
  /** The servers that count, as a person would write them: a line each, and JSON. */
  readonly written: Readonly<Record<ServerKind, string>>
  /** Addresses of ICE servers that the page adds to them. */
  readonly lent: readonly string[]
  /** Which of them are this person's own. */
  readonly own: readonly ServerKind[]
  /** By how much this device's clock is behind the host's, ms. */
  readonly clockOff: number
  readonly checks: readonly Check[]
}

/** Messages that disappear. `seconds`: after what time, 0: none does; `pending`: a suggestion without an answer, `n`: its number. */
export type TimerView = Pick<Timer, 'n' | 'seconds' | 'pending'>

export type ChatSummary = {
  readonly id: string
  /** Petname, else the claimed name, else ''. Untrusted text. */
  readonly name: string
  readonly verified: boolean
  /** Our address is hidden from this person, whatever holds for the others. */
  readonly hideIp: boolean
  readonly unread: number
  readonly line: Line
  /** `arrived`: theirs, or acknowledged by the other side. */
  readonly last?: {
    readonly text: string
    /** It is about messages that disappear, and has no text. */
    readonly isTimer: boolean
    readonly mine: boolean
    readonly at: number
    readonly arrived: boolean
  }
  readonly addedAt: number
  /** Seconds; 0: for ever. */
  readonly keepFor: number
  readonly timer: TimerView
}

export type MessageView = {
  readonly id: string
  readonly mine: boolean
  /** undefined: a kind that needs a newer version. */
  readonly text?: string
  /** In place of a text: what was said about messages that disappear. `asks`: this person may agree. */
  readonly timer?: Pick<TimerMessage, 'act' | 'n' | 'seconds'> & { readonly asks: boolean }
  /** Seconds after which it disappears, once it was delivered or read. */
  readonly expireAfter?: number
  /** Unix ms. */
  readonly at: number
  /** Own messages only; `sent` while handed to an open session and not yet acknowledged, `read` if the other side says so. */
  readonly state?: DeliveryState | 'sent'
}

/** Where in a chat somebody wants to be: at this message, at the first one since then (Unix ms), or at the end. */
export type Spot = { readonly seq: number } | { readonly since: number } | 'end'

export type OpenChat = {
  readonly id: string
  /** Oldest first. */
  readonly messages: readonly MessageView[]
  readonly hasEarlier: boolean
  readonly hasLater: boolean
  /** The message somebody looked for; `n`: for the how manieth time. */
  readonly target?: { readonly id: string; readonly n: number }
  /** First message that was unread when the chat was opened: where “New” stands. */
  readonly newFrom?: string
  readonly draft: string
  readonly stopped: boolean
  /** The question “Is this really …?” is due. */
  readonly askVerify: boolean
}

export type InviteView = {
  readonly id: string
  readonly state: 'open' | 'bound' | 'withdrawn' | 'expired'
  /** The fragment part, `#/join/…`; the screen puts the page's address before it. Absent when no longer usable. */
  readonly fragment?: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly line: Line
}

export type JoinPhase = 'ready' | 'joining' | 'used' | 'withdrawn' | 'expired' | 'declined'

export type JoinView = {
  readonly id: string
  readonly phase: JoinPhase
  readonly line: Line
}

/** One sentence at the foot of the list, until dismissed or no longer true. */
export type Alert =
  /** Somebody else tried a link that was already used. */
  | { readonly id: string; readonly kind: 'late-opener'; readonly name: string; readonly chatId?: string }
  | { readonly id: string; readonly kind: 'storage-full' | 'storage-failed' | 'storage-damaged' | 'erased' }
  | {
      readonly id: string
      readonly kind: 'config'
      readonly file: string
      readonly key: string
      readonly reason: string
    }

/** Nothing can be kept at the moment, so nothing is taken. */
export function isStorageTrouble({ kind }: Alert): boolean {
  return kind === 'storage-full' || kind === 'storage-failed'
}

export type Snapshot = {
  /** `elsewhere`: another tab owns the profile. `no-storage`: the browser keeps nothing for this page. `unfetched`: the engine did not come.
   * `blocked`: a page of an older version keeps the profile from being upgraded. `newer`: a newer version was here. `cleared`: all that was
   * kept is gone from under this page. `locked`: until the passphrase is given. `erased`: everything is, and no other page could be fetched.
   * `full`: there is no room to open it, or to begin. `restoring`: a backup is here in part, and nothing of it is used. */
  readonly phase:
    | 'starting'
    | 'ready'
    | 'locked'
    | 'erased'
    | 'elsewhere'
    | 'no-storage'
    | 'blocked'
    | 'newer'
    | 'cleared'
    | 'full'
    | 'unfetched'
    | 'restoring'
  /** A passphrase opens this profile. */
  readonly sealed?: boolean
  readonly me: {
    readonly name: string
    readonly hideIp: boolean
    readonly readReceipts: boolean
    /** Minutes; 0: never. */
    readonly lockAfter: number
    readonly lockHidden: boolean
    readonly installDeclined: boolean
  }
  /** Newest first. */
  readonly chats: readonly ChatSummary[]
  readonly invites: readonly InviteView[]
  readonly joins: readonly JoinView[]
  readonly open?: OpenChat
  readonly hand?: HandView
  readonly network: Network
  readonly alerts: readonly Alert[]
  /** Links (of either kind) that led to a chat with another id: somebody known already. */
  readonly became: readonly { readonly id: string; readonly chatId: string }[]
}

/** What is wrong with a link, before anything is stored or sent. */
export type LinkProblem = 'damaged' | 'newer-version' | 'copied' | 'expired' | 'own' | 'too-many'

export type ScanOutcome = 'match' | 'mismatch' | 'other-version' | 'unreadable' | 'own-code'

export interface Actions extends LockActions, Search {
  /** What `mover.ts` needs to write a backup or to take one. */
  mover(): Promise<Mover>
  /** Makes a link; resolves with the invite's local id once it is on disk. */
  startChat(): Promise<
    { readonly ok: true; readonly id: string } | { readonly ok: false; readonly why: 'too-many' | 'storage' }
  >
  withdraw(inviteId: string): void
  /** Removes a withdrawn or expired invite, or a join that ended, from sight. */
  forget(id: string): void
  /** Reads a link's text and stores it sealed; nothing is sent. Resolves with the join's id, or the chat's if it is already joined. */
  openLink(
    fragment: string,
  ): Promise<
    | { readonly ok: true; readonly at: 'join' | 'chat'; readonly id: string }
    | { readonly ok: false; readonly why: LinkProblem | 'storage' }
  >
  /** Join pressed: from here on the network is used. */
  join(joinId: string): void
  /** Shows a chat; its messages become part of the snapshot and count as read while `present`. `spot`: not its end, but there. */
  openChat(chatId: string, spot?: Spot): void
  closeChat(): void
  /** What was said last in the open chat is before somebody's eyes (or not): only then is something read. */
  present(here: boolean): void
  loadMore(end: 'earlier' | 'later'): void
  send(chatId: string, text: string): Promise<boolean>
  /** A failed message of the open chat: sent again as a new one, or taken away here. */
  sendAgain(messageId: string): void
  discard(messageId: string): void
  /** From this device only: a message of the open chat; everything that was said in a chat. */
  deleteMessage(messageId: string): void
  clearChat(chatId: string): void
  /** Seconds; 0: for ever. What is older goes from this device. False: it could not be kept. */
  setKeepFor(chatId: string, seconds: number): Promise<boolean>
  /** False: it could not be kept, or has no sense any more. */
  setTimer(chatId: string, act: TimerAct): Promise<boolean>
  setDraft(chatId: string, text: string): void
  setName(name: string): void
  /** False: it could not be kept, and what was there before still holds. */
  setHideIp(on: boolean): Promise<boolean>
  setReadReceipts(on: boolean): Promise<boolean>
  /** The page does not offer again to become an app. */
  declineInstall(): void
  setAutoLock(change: { readonly lockAfter?: number; readonly lockHidden?: boolean }): Promise<boolean>
  /** This person's own relays (a line each) or ICE servers (JSON); nothing written: the page's again. `reason`: what is wrong with it. */
  setServers(
    kind: ServerKind,
    text: string,
  ): Promise<{ readonly ok: true } | { readonly ok: false; readonly reason?: string }>
  /** Tries every server of the settings on its own; the outcomes come in the snapshot. */
  testConnection(): Promise<void>
  /** From this person only. A line that shows the address ends, and another is opened. */
  setContactHideIp(chatId: string, on: boolean): void
  rename(chatId: string, petname: string): void
  removeContact(chatId: string): void
  retry(id: string): void
  /** Passing the codes oneself; how it goes comes in the snapshot. */
  byHand(act: HandAct): void
  /** 60 digits and the QR payload of the two keys. */
  safety(chatId: string): { readonly digits: string; readonly payload: Uint8Array<ArrayBuffer> } | undefined
  markVerified(chatId: string, verified: boolean): void
  /** What a camera or a picture showed. A match marks verified, a mismatch stops sending; both are on disk before this resolves. */
  scanned(chatId: string, payload: Uint8Array<ArrayBuffer>): Promise<ScanOutcome>
  /** After `restored`: go on, if the other side says so too; or stop, as after a mismatch. */
  letRecover(chatId: string): void
  stop(chatId: string): void
  /** After a mismatch: go on comparing (sending stays stopped until a match). */
  dismissHint(chatId: string): void
  dismissAlert(alertId: string): void
  /** Goes on here if no tab has the profile any more. */
  comeBack(): Promise<void>
  /** Resolves once this tab has the profile, or cannot have it. */
  takeOver(): Promise<void>
}
