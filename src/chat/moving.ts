/** A profile in one file: what the chat needs of whoever writes and reads it, and what a person can do. */
import type { Bytes } from '../protocol/bytes.ts'
import type { Move } from './move-view.ts'
import type { Snapshot } from './snapshot.ts'

/** Why a file was not taken: nothing of it was. */
export type BackupFault =
  /** Not a backup of Sotto at all. */
  | 'not-backup'
  /** By a newer Sotto. */
  | 'version'
  /** More than any Sotto writes. */
  | 'too-large'
  /** Its end is missing, or something stands behind it. */
  | 'cut'
  | 'passphrase'
  /** Changed after it was written, or not as this program writes. */
  | 'altered'

export type BackupTrouble =
  | BackupFault
  /** There are contacts here: nothing is merged. */
  | 'occupied'
  /** Another file was begun with. */
  | 'other-file'
  /** By the person, or the profile was locked or taken over meanwhile. */
  | 'stopped'
  /** The disk is full. */
  | 'full'
  /** The browser refused. */
  | 'failed'

/** Where a backup goes, piece by piece. */
export type Sink = (part: Bytes) => Promise<void>

/** Where one comes from: a `File` is one. */
export type Source = {
  readonly size: number
  slice(from: number, to: number): { arrayBuffer(): Promise<ArrayBuffer> }
}

export type Stage = 'checking' | 'restoring'

export type Watch = {
  /** Told now and then how far it is. */
  readonly progress: (done: number, of: number, stage?: Stage) => void
  readonly signal: AbortSignal
}

/** A whole backup that opened, and is as it was written. */
export type OpenedBackup = { readonly messages: number }

export type Refused = { readonly ok: false; readonly why: BackupTrouble }

/** `lacking`: so many pieces of what is here could not be read, and are not in the file. */
export type Outcome = { readonly ok: true; readonly lacking: number } | Refused

/** What a file is sealed with: a passphrase, or 32 random bytes that nobody has to guess. */
export type FileSecret = string | Bytes

export interface Moving {
  exportTo(sink: Sink, secret: FileSecret, watch: Watch): Promise<Outcome>
  /** Reads all of a file, and keeps nothing. */
  openBackup(
    file: Source,
    secret: FileSecret,
    watch: Watch,
  ): Promise<{ readonly ok: true; readonly backup: OpenedBackup } | Refused>
  /** Puts it into a profile without contacts. Cut short, it goes on where it was with the same file; until then `claim` refuses. */
  restore(backup: OpenedBackup, watch: Watch): Promise<Outcome>
  /** Takes away what was restored of one that was cut short. */
  dropRestored(): Promise<Outcome>
}

/** What moving needs of the page it happens on. */
export interface Mover {
  readonly moving: Moving
  readonly snapshot: () => Snapshot
  /** Ends what is under way: from then on phase `restoring`, in which the profile is nobody’s. */
  readonly hold: () => Promise<void>
  /** Begins anew with what is on disk now. */
  readonly begin: () => Promise<void>
  /** A line to another device; undefined where the profile is not in use here. */
  readonly move: () => Promise<Move | undefined>
}
