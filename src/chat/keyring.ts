/** The passphrase of a profile: what the chat needs of whoever keeps its keys, and what a person can do. */

/** What came of a passphrase. `wait`: for so many ms no other counts. `failed`: it could not be tried here. */
export type Unlocking =
  | { readonly ok: true }
  | { readonly ok: false; readonly why: 'wrong' | 'early' | 'failed'; readonly wait: number }

export interface Keyring {
  /** Whether a passphrase opens the profile, as far as this tab knows. */
  readonly sealed: boolean
  /** After it, `claim` opens the profile. Wrong ones must wait longer each time, also in another tab or after a reload. */
  unlock(passphrase: string): Promise<Unlocking>
  /** From now on this passphrase alone opens the profile. Throws StorageError, and then what opened it before still does. */
  setPassphrase(passphrase: string): Promise<void>
  /** From now on the profile opens by itself. Throws StorageError likewise. */
  removePassphrase(): Promise<void>
  /** Lets go of the profile and of its keys. */
  lock(): void
}

export type LockActions = {
  unlock(passphrase: string): Promise<Unlocking>
  /** False: it could not be kept, and what was there before still holds. */
  setPassphrase(passphrase: string): Promise<boolean>
  removePassphrase(): Promise<boolean>
  /** Ends every line and forgets everything on this page, until the passphrase is given. */
  lock(): Promise<void>
  /** Nothing of it is in this browser any more; the page begins anew. */
  erase(): Promise<void>
}
