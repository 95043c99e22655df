/**
 * One row an id, for ever: by it a message of theirs is known when it comes again, and any that is gone. Own ones that are there
 * have none: nobody else draws their ids, and half the rows of a long life would be of these.
 */
import { unwrap } from 'idb'
import type { MessageRow } from '../chat/ports.ts'
import type { RowKey, WriteTransaction } from './schema.ts'
import type { Vault } from './vault.ts'

/** `isNew`: the disk was not asked for it, so it must not be there. */
export type IdRow = { readonly key: [chat: RowKey, id: RowKey]; readonly seq: number; readonly isNew: boolean }

export async function idRow(
  vault: Vault,
  chat: RowKey,
  { contactId, id, seq }: Pick<MessageRow, 'contactId' | 'id' | 'seq'>,
  isNew: boolean,
): Promise<IdRow> {
  return { key: [chat, await vault.rowKey('ids', contactId, id)], seq, isNew }
}

/**
 * Puts them without a promise each. `add` fails on a key that is there, and with it the whole transaction; the first cause is
 * what it rejects with.
 */
export function putIds(tx: WriteTransaction, rows: readonly IdRow[]): Promise<void> {
  if (rows.length === 0) return Promise.resolve()
  const store = unwrap(tx).objectStore('ids')
  const requests = rows.map(({ key, seq, isNew }) => (isNew ? store.add(seq, key) : store.put(seq, key)))
  return new Promise((resolve, reject) => {
    for (const request of requests) request.onerror = () => reject(request.error!)
    // They are answered in their order.
    requests.at(-1)!.onsuccess = () => resolve()
  })
}
