/** Reading one chat, a bounded stretch at a time. Seqs may have gaps, and damaged rows are stepped over. */
import type { MessageRow } from '../chat/ports.ts'
import type { Connection } from './connection.ts'
import { isSeq, openMessage, zip, type Raw } from './open.ts'
import type { Database, RowKey } from './schema.ts'
import type { Vault } from './vault.ts'

/** Fewer at once would only cost more transactions when rows are damaged. */
const LEAST_ROWS = 16

export type Chat = { readonly connection: Connection; readonly vault: Vault; readonly contactId: string }

/** A row with the number in its key, to go on from even if the row is damaged. */
type Numbered = Raw & { readonly seq: number }

/** Messages that opened, oldest first, and how many on the way did not. */
export type Stretch = { readonly rows: readonly MessageRow[]; readonly damaged: number }

/** The newest `limit` messages with seq < `before` (may be Infinity). */
export async function newest(of: Chat, before: number, limit: number): Promise<Stretch> {
  const chat = await of.vault.chatKey(of.contactId)
  let rows: readonly MessageRow[] = []
  let damaged = 0
  let top = before
  while (rows.length < limit) {
    const size = Math.max(limit - rows.length, LEAST_ROWS)
    const raw = await of.connection.use((db) => stretchBelow(db, chat, top, size))
    if (raw === undefined) break
    const older = await openAll(of, chat, raw.rows)
    rows = [...older, ...rows]
    damaged += raw.rows.length - older.length
    top = raw.from
  }
  return { rows: rows.slice(Math.max(0, rows.length - limit)), damaged }
}

/** Own messages that are still queued, with seq > `after`, oldest first. */
export async function queued(of: Chat, after: number, limit: number): Promise<readonly MessageRow[]> {
  const chat = await of.vault.chatKey(of.contactId)
  const rows: MessageRow[] = []
  let from: number | undefined = after
  while (rows.length < limit && from !== undefined) {
    const above: number = from
    const raw = await of.connection.use((db) => queuedAbove(db, chat, above, limit - rows.length))
    const opened = await openAll(of, chat, raw)
    // The marker alone proves nothing: the sealed row decides.
    rows.push(...opened.filter((row) => row.mine && row.state === 'queued'))
    from = raw.at(-1)?.seq
  }
  return rows
}

/** For each id its message, if one was committed in this chat and can be opened. */
export async function withIds(of: Chat, messageIds: readonly string[]): Promise<readonly (MessageRow | undefined)[]> {
  const [chat, ids] = await Promise.all([
    of.vault.chatKey(of.contactId),
    Promise.all(messageIds.map((id) => of.vault.rowKey('ids', of.contactId, id))),
  ])
  const raw = await of.connection.use(async (db) => {
    const tx = db.transaction(['ids', 'messages'])
    const seqs: readonly unknown[] = await Promise.all(ids.map((id) => tx.objectStore('ids').get([chat, id])))
    const found = seqs.map(async (seq) =>
      isSeq(seq) ? { key: [chat, seq], value: await tx.objectStore('messages').get([chat, seq]) } : undefined,
    )
    return await Promise.all(found)
  })
  const rows = await Promise.all(raw.map(async (one) => one && openMessage(of.vault, of.contactId, chat, one)))
  return rows.map((row, i) => (row?.id === messageIds[i] ? row : undefined))
}

/**
 * At most `size` rows below `before`: those whose seq is among the `size` numbers up to the highest present. A key
 * cursor finds that one, so a gap costs one step; getAll from there is several times faster than a cursor.
 */
async function stretchBelow(
  db: Database,
  chat: RowKey,
  before: number,
  size: number,
): Promise<{ readonly from: number; readonly rows: readonly Raw[] } | undefined> {
  const store = db.transaction('messages').store
  const cursor = await store.openKeyCursor(IDBKeyRange.bound([chat], [chat, before], true, true), 'prev')
  const top = cursor?.key[1]
  if (top === undefined) return undefined
  const from = top - size + 1
  const range = IDBKeyRange.bound([chat, from], [chat, top])
  const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)])
  return { from, rows: zip(keys, values) }
}

async function queuedAbove(db: Database, chat: RowKey, after: number, limit: number): Promise<readonly Numbered[]> {
  const tx = db.transaction(['outbox', 'messages'])
  const range = IDBKeyRange.bound([chat, after], [chat, []], true, true)
  const keys = await tx.objectStore('outbox').getAllKeys(range, limit)
  const messages = tx.objectStore('messages')
  const [first, last] = [keys[0], keys.at(-1)]
  // One behind the other, as they mostly are, they are read at once: several times faster.
  const values =
    first && last && last[1] - first[1] === keys.length - 1 ? await messages.getAll(IDBKeyRange.bound(first, last)) : []
  const all = values.length === keys.length ? values : await Promise.all(keys.map((key) => messages.get(key)))
  return keys.map((key, i) => ({ key, seq: key[1], value: all[i] }))
}

async function openAll(of: Chat, chat: RowKey, raw: readonly Raw[]): Promise<readonly MessageRow[]> {
  const opened = await Promise.all(raw.map((one) => openMessage(of.vault, of.contactId, chat, one)))
  return opened.filter((row) => row !== undefined)
}
