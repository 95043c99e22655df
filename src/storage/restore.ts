/**
 * A file into a profile without contacts. Read twice: first all of it must have proven to be whole. Then pages are put a
 * stretch a transaction, with a mark of how far it is; identity and contacts come in the last one, which takes the mark away.
 * As long as it is there `claim` refuses: nothing of half a profile is used.
 */
import { equal, type Bytes } from '../protocol/bytes.ts'
import {
  type Contact,
  type FileSecret,
  type OpenedBackup,
  type Profile,
  type Random,
  type Source,
  type Watch,
  type Write,
} from '../chat/ports.ts'
import { BackupError } from './backup-error.ts'
import { checkKey, fileKey, readChunks, readEnds, type Head } from './backup-file.ts'
import { makeRecordReader, type BackupRecord, type Counts } from './backup-records.ts'
import { passFence } from './fence.ts'
import type { Mark, WriteTransaction } from './schema.ts'
import { makeShelf, type Shelf } from './shelf.ts'
import { makePageStager, type PageOf } from './restore-pages.ts'
import { transact, type Durability } from './transaction.ts'
import { applyAll, prepareAll, type Prepared } from './write.ts'

/** A transaction takes what comes until it has so many messages or pages: two megabytes at most. */
const STRETCH = { messages: 2048, pages: 64 }
const SECRET_BYTES = 32

export type Opened = OpenedBackup & { readonly file: Source; readonly head: Head; readonly key: CryptoKey }

/** Where a backup is put: the profile that this tab owns. */
export type Target = { readonly shelf: Shelf; readonly ticket: number; readonly random: Random }

export async function openBackup(file: Source, secret: FileSecret, watch: Watch): Promise<Opened> {
  const head = await readEnds(file)
  const key = await fileKey(secret, head)
  await checkKey(file, head, key)
  const counts = await readRecords({ file, head, key }, watch.signal, (_records, at) => {
    watch.progress(at, file.size, 'checking')
    return Promise.resolve()
  })
  return { messages: counts.messages, file, head, key }
}

/** All records, as they come, with how far the file is read. Resolves with what was in it. Throws BackupError. */
export async function readRecords(
  { file, head, key }: Pick<Opened, 'file' | 'head' | 'key'>,
  signal: AbortSignal,
  each: (records: readonly BackupRecord[], at: number) => Promise<void>,
): Promise<Counts> {
  const reader = makeRecordReader()
  for await (const { plain, at } of readChunks(file, head, key)) {
    if (signal.aborted) throw new BackupError('stopped')
    await each(reader.take(plain), at)
  }
  return reader.end()
}

/** Shelves that were cleared: what was put there since goes by secrets that they do not know. The next claim makes another. */
const left = new WeakSet<Shelf>()

/** Rejects with BackupError, StorageError('fenced') or what the browser threw. */
export async function restore(given: Target, opened: Opened, watch: Watch): Promise<void> {
  if (left.has(given.shelf)) throw new BackupError('stopped')
  const { fileId } = opened.head
  const found = await readMark(given.shelf)
  if (found && !equal(found.fileId, fileId)) throw new BackupError('other-file')
  const target = found ? given : await begin(given, { fileId, messages: 0, pages: 0 })
  const small: Small = { contacts: [], blocked: [] }
  const stager = makePageStager(target.shelf)
  let waiting: PageOf[] = []
  let [seen, pages, held] = [0, 0, 0]
  const flush = async (): Promise<void> => {
    if (waiting.length === 0) return
    if (watch.signal.aborted) throw new BackupError('stopped')
    // Lost in a power cut, all that was put behind it is lost too: the mark tells what is there.
    await commit(target, [], { fileId, messages: seen, pages }, await stager.stage(waiting), 'relaxed')
    ;[waiting, held] = [[], 0]
    watch.progress(seen, opened.messages, 'restoring')
  }
  watch.progress(found?.messages ?? 0, opened.messages, 'restoring')
  await readRecords(opened, watch.signal, async (records) => {
    for (const record of records) {
      if (record.kind !== 'page') {
        keep(small, record)
        continue
      }
      const { contact, page } = record.body
      seen += page.entries.length
      if (++pages <= (found?.pages ?? 0)) continue
      waiting.push({ contactId: small.contacts[contact]?.id ?? '', page })
      held += page.entries.length
      if (held >= STRETCH.messages || waiting.length === STRETCH.pages) await flush()
    }
  })
  await flush()
  await finish(target, small)
}

/** What was restored of one that was cut short goes, and with it the mark. */
export async function dropRestored(target: Target): Promise<void> {
  await clear(target, undefined)
}

/** What is there of a backup that was cut short. Whoever holds the disk may have written anything there. */
async function readMark({ connection }: Shelf): Promise<Mark | undefined> {
  const owner = await connection.use((db) => db.get('owner', 'owner'))
  const mark: Partial<Record<keyof Mark, unknown>> | undefined = owner?.restoring
  if (mark === undefined) return undefined
  const isWhole = mark.fileId instanceof Uint8Array && [mark.messages, mark.pages].every(Number.isSafeInteger)
  return isWhole ? (mark as Mark) : { fileId: new Uint8Array(), messages: 0, pages: 0 }
}

/** Identity and people: small, and needed only once all else is there. */
type Small = { profile?: Profile; readonly contacts: Contact[]; readonly blocked: Bytes[] }

function keep(small: Small, { kind, body }: Exclude<BackupRecord, { kind: 'page' }>): void {
  if (kind === 'profile') small.profile = body
  if (kind === 'contact') small.contacts.push(body)
  if (kind === 'blocked') small.blocked.push(body)
}

/** A profile with contacts is left as it is. Of one without nothing stays, and what this tab knew of it does not count any more. */
async function begin(target: Target, mark: Mark): Promise<Target> {
  await clear(target, mark, async (tx) => {
    if ((await tx.objectStore('contacts').count()) > 0) throw new BackupError('occupied')
  })
  left.add(target.shelf)
  const { connection, vault } = target.shelf
  const shelf = makeShelf(connection, vault, target.random)
  await shelf.ledger.begin(new Map(), [])
  return { ...target, shelf }
}

/** Whoever may write stays, and what opens the profile. */
async function clear(
  { shelf, ticket }: Target,
  mark: Mark | undefined,
  guard: (tx: WriteTransaction) => Promise<void> = () => Promise.resolve(),
): Promise<void> {
  await shelf.connection.use((db) => {
    const stores = [...db.objectStoreNames].filter((store) => store !== 'slots')
    return transact(db, stores, 'strict', async (tx, requests) => {
      if (!(await passFence(tx, ticket))) throw new BackupError('stopped')
      await guard(tx)
      for (const store of stores) if (store !== 'owner') requests.push(tx.objectStore(store).clear())
      requests.push(putMark(tx, ticket, mark))
    })
  })
}

async function finish(target: Target, { profile, contacts, blocked }: Small): Promise<void> {
  if (!profile) throw new BackupError('altered')
  await commit(
    target,
    [
      { op: 'profile', profile },
      ...contacts.map((contact): Write => ({ op: 'contact', contact: withUnknownSecrets(contact, target.random) })),
      ...blocked.map((key): Write => ({ op: 'block', key })),
    ],
    undefined,
  )
}

/**
 * The secrets of a pair are not in the file. One that nobody else has stands in for them: the first call ends in the question
 * about an older copy on both sides, and only if both go on does the pair's root lead to new ones.
 */
function withUnknownSecrets(contact: Contact, random: Random): Contact {
  return { ...contact, pairs: contact.pairs.map((pair) => ({ ...pair, psks: [random(SECRET_BYTES)] })) }
}

async function commit(
  { shelf, ticket }: Target,
  writes: readonly Write[],
  mark: Mark | undefined,
  pages: readonly Prepared[] = [],
  durability?: Durability,
): Promise<void> {
  const marked: Prepared = { stores: ['owner'], apply: (tx) => [putMark(tx, ticket, mark)] }
  const { prepared, settle } = await prepareAll(shelf, writes, [...pages, marked])
  await shelf.connection.use((db) => applyAll(db, ticket, prepared, durability))
  settle()
}

/** In a transaction that has passed the fence, or passes it at the same moment. */
async function putMark(tx: WriteTransaction, ticket: number, mark: Mark | undefined): Promise<void> {
  const store = tx.objectStore('owner')
  const owner = await store.get('owner')
  if (!owner) return
  // As the fence leaves it: what it puts may not be there yet.
  const passed = { epoch: ticket, tickets: Math.max(owner.tickets, ticket) }
  await store.put(mark ? { ...passed, restoring: mark } : passed, 'owner')
}
