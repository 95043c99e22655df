/**
 * The profile on disk: `History` of the chat's ports over IndexedDB. Puts together the connection, the vault, the claim
 * to be the one writing tab, and the reading and writing of rows; each is a file of its own.
 */
import { StorageError, type History, type Loaded, type Random, type Write } from '../chat/ports.ts'
import { makeConnection } from './connection.ts'
import { drawTicket, isNewestTicket, raiseFence } from './fence.ts'
import { load } from './load.ts'
import { isFree, makeTenure, type Tenure } from './owner.ts'
import { newest, queued, withIds, type Chat } from './read.ts'
import { guarded } from './trouble.ts'
import { openVault, type Vault } from './vault.ts'
import { applyAll, prepare } from './write.ts'

/**
 * `random` draws installation id, master key and a 12-byte IV a row. Commits run one after another in the order of
 * their calls. Reading works from the first claim on, also after another tab took over.
 */
export function makeHistory(deps: { readonly random: Random; readonly databaseName?: string }): History {
  const { random, databaseName = 'sotto' } = deps
  const connection = makeConnection(databaseName)
  let vault: Vault | undefined
  let tenure: Tenure | undefined
  let lastCommit: Promise<unknown> = Promise.resolve()
  const drained = () => lastCommit

  async function claim(onLost: () => void): Promise<Loaded> {
    requirePlatform()
    tenure?.leave()
    await drained()
    const { ticket, slot } = await drawTicket(connection, random)
    const opened = await openVault(slot, random)
    const isNewest = () => isNewestTicket(connection, ticket)
    const claimed = makeTenure({ name: `${databaseName}-owner`, ticket, isNewest, drained, onLost })
    vault = opened
    tenure = claimed
    try {
      await claimed.enter()
      if (!(await raiseFence(connection, ticket))) throw new StorageError('fenced')
      const loaded = await load(connection, opened)
      if (!claimed.begin()) throw new StorageError('fenced')
      return loaded
    } catch (error) {
      claimed.leave()
      throw error
    }
  }

  async function commit(writes: readonly Write[]): Promise<void> {
    const [opened, current] = [vault, tenure]
    if (opened === undefined || !current?.mayWrite()) throw new StorageError('fenced')
    const sealing = Promise.all(writes.map((write) => prepare(opened, write)))
    const turn = Promise.allSettled([sealing, lastCommit]).then(async () => {
      const prepared = await sealing
      await connection.use((db) => applyAll(db, current.ticket, prepared))
    })
    lastCommit = turn.catch(() => undefined)
    try {
      await turn
    } catch (error) {
      if (error instanceof StorageError && error.trouble === 'fenced') current.lose()
      throw error
    }
  }

  const chat = (contactId: string): Chat => {
    if (vault === undefined) throw new StorageError('unavailable')
    return { connection, vault, contactId }
  }

  return {
    claim: (onLost) => guarded(() => claim(onLost)),
    commit: (writes) => guarded(() => commit(writes)),
    page: (contactId, before, limit) => guarded(async () => (await newest(chat(contactId), before, limit)).rows),
    outbox: (contactId, after, limit) => guarded(async () => await queued(chat(contactId), after, limit)),
    find: (contactId, messageIds) => guarded(async () => await withIds(chat(contactId), messageIds)),
    isFree: () => isFree(`${databaseName}-owner`),
    release: () => tenure?.leave(),
  }
}

/** Missing in old browsers and wherever the page did not come over https or from this device. */
function requirePlatform(): void {
  const page: { indexedDB?: unknown; BroadcastChannel?: unknown } = globalThis
  const { subtle }: { subtle?: unknown } = globalThis.crypto
  const { locks }: { locks?: unknown } = navigator
  const needed = [page.indexedDB, page.BroadcastChannel, subtle, locks]
  if (needed.some((feature) => feature === undefined || feature === null)) throw new StorageError('unavailable')
}
