/** The passphrase of a profile: what the chat needs of whoever keeps its keys, and what a person can do. */

/**
 * What came of a passphrase. `wait`: for so many ms no other counts. `left`: so many wrong ones are left before all is erased.
 * `failed`: it could not be tried here. `spent`: none is left. `passkey`: none was used that opens this profile.
 */
export type Unlocking =
  | { readonly ok: true }
  | {
      readonly ok: false
      readonly why: 'wrong' | 'early' | 'failed' | 'spent' | 'passkey'
      readonly wait: number
      readonly left?: number
    }

/** `passphrase`: from now on it alone opens the profile. `none`: from now on the profile opens by itself. */
export type LockChange =
  | { readonly to: 'passphrase'; readonly passphrase: string }
  | { readonly to: 'none' }
  /** Another passphrase opens a profile of its own, an empty one. `erases`: and before that makes an end of this one. */
  | { readonly to: 'duress'; readonly passphrase: string; readonly erases: boolean }
  | { readonly to: 'no-duress' }
  /** A passkey opens the profile as well. */
  | { readonly to: 'passkey' }
  | { readonly to: 'no-passkey' }
  /** After ten wrong passphrases one behind the other everything is erased. */
  | { readonly to: 'erase-after-ten'; readonly on: boolean }

/** What part is done, 0 to 1: everything is sealed anew when a passphrase is first set. */
export type Told = (done: number) => void

/** What the screen says of the lock. `left`: see `Unlocking`. `duress`, `passkey`: whether this profile has set one. */
export type LockFacts = {
  readonly eraseAfterTen: boolean
  readonly left?: number
  readonly duress: boolean
  readonly passkey: boolean
  /** Whether this browser knows such passkeys. */
  readonly passkeys: boolean
}

/**
 * What is to be said of a change: `older`: something is damaged, so the key of before stays. `wait`: nothing was changed, and
 * for so many ms no other passphrase counts.
 */
export type LockSaid = 'older' | { readonly wait: number }

/** False: it could not be kept; `full`: for want of room. `taken`: another passphrase must be chosen. What was there before still holds. */
export type LockKept = boolean | 'full' | 'taken' | LockSaid

export interface Keyring {
  /** Whether a passphrase opens the profile, as far as this tab knows. */
  readonly sealed: boolean
  /** After it, `claim` opens the profile. Wrong ones must wait longer each time, also in another tab or after a reload. */
  unlock(passphrase: string): Promise<Unlocking>
  /** The same by a passkey that the browser offers. */
  unlockByPasskey(): Promise<Unlocking>
  /** Throws StorageError, and then all is as it was; `known` if the passphrase is in use for something else. */
  changeLock(change: LockChange, told?: Told): Promise<LockSaid | undefined>
  /** Also while it is locked: then only what lies there in clear. */
  lockFacts(): Promise<LockFacts>
  /** Lets go of the profile and of its keys. */
  lock(): void
}

export type LockActions = {
  unlock(passphrase: string): Promise<Unlocking>
  unlockByPasskey(): Promise<Unlocking>
  changeLock(change: LockChange, told?: Told): Promise<LockKept>
  lockFacts(): Promise<LockFacts>
  /** Ends every line and forgets everything on this page, until the passphrase is given. */
  lock(): Promise<void>
  /** Nothing of it is in this browser any more; the page begins anew. */
  erase(): Promise<void>
}
