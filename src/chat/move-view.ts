/** Moving a profile to another device over a line of its own: what a screen sees, does and gives. Types only. */
import type { Bytes } from '../protocol/bytes.ts'
import type { Outcome, Sink, Source, Stage, Watch } from './moving.ts'

export type MoveTrouble =
  /** The link: not whole; by a newer Sotto; its time is over; somebody else opened it before. */
  | 'damaged'
  | 'newer'
  | 'expired'
  | 'used'
  /** No relay is named, so that the two cannot find each other. */
  | 'no-relay'
  /** They found each other, and no line opened. */
  | 'no-line'
  /** The address is to be hidden, and there is no TURN server. */
  | 'hidden'
  | 'no-webrtc'
  /** The line broke, or what came through it was not what belongs there. The new device keeps nothing. */
  | 'cut'
  /** The line broke when the new device had everything and had not yet said whether it is kept. */
  | 'unsure'
  /** The person at the old device said that the numbers differ. */
  | 'declined'
  /** By a person, or the profile was locked or taken over meanwhile. */
  | 'stopped'
  /** The new device has chats already. */
  | 'occupied'
  /** The disk of the new device is full, or the profile is larger than any file. */
  | 'full'
  | 'failed'

/** `theirs`: the other device said so. */
export type MoveEnd = { readonly at: 'ended'; readonly why: MoveTrouble; readonly theirs?: boolean }

/** On the device that has the profile. */
export type GiveView =
  /** For the link to be opened. */
  | { readonly at: 'waiting'; readonly isReached: boolean }
  | { readonly at: 'found' }
  /** `others`: somebody else opened the link as well. */
  | { readonly at: 'compare'; readonly number: string; readonly others: boolean }
  | { readonly at: 'moving'; readonly done: number; readonly of: number }
  /** All of it is there, and is being put on the disk. */
  | { readonly at: 'storing' }
  /** All of it is on the other disk. `lacking`: so many pieces of what is here could not be read. */
  | { readonly at: 'done'; readonly lacking: number }
  | MoveEnd

/** On the device that it comes to. */
export type TakeView =
  /** Nothing has been sent. */
  | { readonly at: 'ready' }
  /** `isLong`: the other device should have answered by now. */
  | { readonly at: 'looking'; readonly isReached: boolean; readonly isLong: boolean }
  | { readonly at: 'found' }
  | { readonly at: 'compare'; readonly number: string }
  | { readonly at: 'coming'; readonly bytes: number }
  | { readonly at: Stage; readonly done: number; readonly of: number }
  | { readonly at: 'done' }
  | MoveEnd

export interface Giving {
  /** What stands behind `#/move/`. */
  readonly fragment: string
  /** The person says that both devices show the same number: everything goes. */
  accept(): void
  /** They differ. */
  decline(): void
  stop(): void
}

export interface Taking {
  begin(): void
  stop(): void
}

/** Where what comes is put until it is whole. */
export interface Pieces {
  put(piece: Bytes): void
  whole(): Source
}

export interface Move {
  /** `write`: the profile into a sink, sealed with this key. */
  give(write: (sink: Sink, key: Bytes, watch: Watch) => Promise<Outcome>, on: (view: GiveView) => void): Giving
  /** `keep`: puts what came on the disk. The first view comes before this returns. */
  take(
    fragment: string,
    pieces: Pieces,
    keep: (file: Source, key: Bytes, watch: Watch) => Promise<Outcome>,
    on: (view: TakeView) => void,
  ): Taking
}
