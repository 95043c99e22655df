/** What browsers throw, and the one place where it becomes one of the troubles the chat knows. */
import { StorageError, type Ending, type StorageTrouble } from '../chat/ports.ts'

const TROUBLES: { readonly [name: string]: StorageTrouble } = { ConstraintError: 'known', VersionError: 'newer' }

/**
 * What to throw instead of `error`. A DOMException is the browser refusing: `full` for a quota, `known` for a
 * row that was to be new and is there, `newer` for a database of a version to come, else `unavailable`.
 * Anything else is a bug and stays what it is.
 */
export function asTrouble(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  if (isFull(error)) return new StorageError('full')
  return new StorageError(TROUBLES[error.name] ?? 'unavailable')
}

/** Runs `work`; every refusal of the browser leaves it as a StorageError. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asTrouble(error)
  }
}

/** True for what will not be otherwise on another try: this tab has nothing more to write. */
export function isEnding(trouble: StorageTrouble): trouble is Ending {
  return trouble === 'fenced' || trouble === 'cleared' || trouble === 'newer'
}

/** True for the AbortError of a transaction, a lock request or a signal. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

/** True for what a browser throws when there is no room left. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError'
}
