/** One write transaction from its opening to the disk. */
import type { Database, StoreName, WriteTransaction } from './schema.ts'
import { isAbort } from './trouble.ts'

export type Durability = 'strict' | 'relaxed'

/**
 * Runs `work` in a read-write transaction over `stores` and resolves with its result once the transaction is complete
 * (`strict`: once it is on disk). `work` may await requests of the transaction, nothing else, and leaves in `requests`
 * those it does not await. If it throws, or a request fails, nothing is applied and the first cause is thrown.
 */
export async function transact<T>(
  db: Database,
  stores: readonly StoreName[],
  durability: Durability,
  work: (tx: WriteTransaction, requests: Promise<unknown>[]) => Promise<T>,
): Promise<T> {
  const tx = db.transaction([...stores], 'readwrite', { durability })
  const requests: Promise<unknown>[] = []
  let result: T
  try {
    result = await work(tx, requests)
  } catch (error) {
    abort(tx)
    await Promise.allSettled([...requests, tx.done])
    throw error
  }
  await finished([...requests, tx.done])
  return result
}

/** When one request fails the others fail with AbortError, and so may the transaction, whichever is seen first. */
async function finished(all: readonly Promise<unknown>[]): Promise<void> {
  const failed = (await Promise.allSettled(all)).filter((outcome) => outcome.status === 'rejected')
  const causes = failed.map((outcome): unknown => outcome.reason)
  if (causes.length > 0) throw causes.find((cause) => !isAbort(cause)) ?? causes[0]
}

function abort(tx: WriteTransaction): void {
  try {
    tx.abort()
  } catch {
    // It was already over, for the reason that is being thrown.
  }
}
