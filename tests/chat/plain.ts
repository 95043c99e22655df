/** What a page has of which a test needs nothing. */
import type { Keyring } from '../../src/chat/keyring.ts'
import type { Moving } from '../../src/chat/moving.ts'

/** A profile without a passphrase. */
export const UNSEALED: Keyring = {
  sealed: false,
  unlock: () => Promise.resolve({ ok: true }),
  unlockByPasskey: () => Promise.resolve({ ok: true }),
  changeLock: () => Promise.resolve(undefined),
  lockFacts: () => Promise.resolve({ eraseAfterTen: false, duress: false, passkey: false, passkeys: false }),
  lock: () => undefined,
}

/** Nothing is looked for here. */
export const NO_SEARCH = { search: () => () => undefined }

/** Nobody writes or reads a backup here. */
export const NOT_MOVED = (): Promise<Moving> => Promise.reject(new Error('nobody asked for it'))
