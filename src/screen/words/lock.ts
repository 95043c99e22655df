/** The words of `Locked.tsx` and `LockSettings.tsx`, apart from the catalogue that every page has at once. */
import { enLock } from './en-lock.ts'

export const lockWords = enLock
