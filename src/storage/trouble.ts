/** The one place where what a browser throws becomes one of the three troubles the chat knows. */
import { StorageError } from '../chat/ports.ts'

/**
 * What to throw instead of `error`. A DOMException is the browser refusing: `full` for a quota, else `unavailable`.
 * Anything else is a bug and stays what it is.
 */
export function asTrouble(error: unknown): unknown {
  if (!(error instanceof DOMException)) return error
  return new StorageError(error.name === 'QuotaExceededError' ? 'full' : 'unavailable')
}

/** Runs `work`; every refusal of the browser leaves it as a StorageError. */
export async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw asTrouble(error)
  }
}

/**
 * Waits for a transaction and all its requests, and throws the first cause: when one request fails the rest fail with
 * AbortError, and so may `done`, whichever is seen first.
 */
export async function finished(requests: readonly Promise<unknown>[], done: Promise<void>): Promise<void> {
  const outcomes = await Promise.allSettled([...requests, done])
  const failed = outcomes.filter((outcome) => outcome.status === 'rejected')
  const causes = failed.map((outcome): unknown => outcome.reason)
  if (causes.length > 0) throw causes.find((cause) => !isAbort(cause)) ?? causes[0]
}

/** True for the AbortError of a transaction, a lock request or a signal. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}
