import type { LockKept } from '../chat/keyring.ts'
import { lockWords } from './words/lock.ts'

/** Why a change of the lock was not kept; nothing if it was. */
export function lostWords(kept: LockKept): string {
  if (kept === true || kept === 'older') return ''
  if (kept === false) return lockWords.notKept
  return typeof kept === 'string' ? lockWords[kept] : lockWords.early(Math.ceil(kept.wait / 1000))
}
