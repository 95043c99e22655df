/** The words of `LockMore.tsx`, fetched with it. */
import { enLockMore } from './en-lock-more.ts'

export const moreLockWords = enLockMore
