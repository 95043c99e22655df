/**
 * The profile on disk: `History` of the chat's ports over IndexedDB. Puts together the connection, the vault, the claim
 * to be the one writing tab, and the reading and writing of rows; each is a file of its own.
 */
import {
  StorageError,
  type Ending,
  type History,
  type Keyring,
  type Loaded,
  type LockChange,
  type LockFacts,
  type LockSaid,
  type Moving,
  type Random,
  type Search,
  type Unlocking,
  type Write,
} from '../chat/ports.ts'
import { equal } from '../protocol/bytes.ts'
import { makeConnection } from './connection.ts'
import { makeErasure, type Erasure } from './erasure.ts'
import { drawTicket, followFence, isNewestTicket, isRestoring, raiseFence } from './fence.ts'
import { load } from './load.ts'
import { freed, isFree, makeTenure, type OnLost, type Tenure } from './owner.ts'
import { makeFinding } from './finding.ts'
import { following, newest, queued, withIds } from './read.ts'
import { requirePlatform } from './platform.ts'
import { makeShelf, type Shelf } from './shelf.ts'
import { isSealed, isWhole, openSlot, readSlot, type Master } from './slots.ts'
import { asTrouble, guarded, isEnding } from './trouble.ts'
import { openVault, type Vault } from './vault.ts'
import { applyAll, prepareAll } from './write.ts'

/** What this tab holds while it has the profile. `shelf`: from a claim on, as another tab may have written before it. */
type Opened = { master: Master; vault: Vault; shelf?: Shelf }

/** The end of a profile. */
export type Erasing = Pick<Erasure, 'isEmpty' | 'onErased'> & {
  /** Takes every database of this program away, keys first. The other tabs hear of it before. */
  erase(): Promise<void>
}

const LOOKS = 4
const LOOK_AGAIN_MS = 500

/** Fetched when somebody writes or reads a backup. */
export type Movable = { readonly moving: () => Promise<Moving> }

/**
 * `random` draws installation id, master key and a 12-byte IV a row. Commits run one after another in the order of
 * their calls. Reading works from a claim on until another tab takes over or the profile is locked.
 */
export function makeHistory(deps: {
  readonly random: Random
  readonly databaseName?: string
  readonly committed?: () => void // after each
}): History & Keyring & Erasing & Movable & Search {
  const { random, databaseName = 'sotto', committed } = deps
  const names = [databaseName, `${databaseName}-2`] as const
  const connection = makeConnection(names[0], () => void lookAgain())
  // Only a profile with a passphrase has it, see [Note: Two databases].
  const databases = [connection, makeConnection(names[1], () => void lookAgain())] as const
  let opened: Opened | undefined
  let sealed = false
  let tenure: Tenure | undefined
  const erasure = makeErasure(databaseName)
  let lastCommit: Promise<unknown> = Promise.resolve()
  const drained = () => lastCommit
  const finding = makeFinding(async () => {
    const { master, shelf } = opened ?? {}
    return master && shelf && { database: names[master.place], installId: master.installId, chats: await shelf.chats() }
  })
  /** What took the database from under this tab may have left nothing of it. Of an erasure one is told in another way. */
  async function lookAgain(tries = LOOKS): Promise<void> {
    const current = tenure
    if (erasure.isErased || !current?.mayWrite()) return
    try {
      const rows = databases[opened?.master.place ?? 0]
      const owner = await rows.use((db) => db.get('owner', 'owner'))
      if (owner === undefined) current.lose('cleared')
    } catch (error) {
      loseFor(current, asTrouble(error))
      // While it clears a database, Chromium opens none.
      if (tries > 1) setTimeout(() => void lookAgain(tries - 1), LOOK_AGAIN_MS)
    }
  }

  function loseFor(current: Tenure, error: unknown): void {
    if (error instanceof StorageError && isEnding(error.trouble)) current.lose(error.trouble)
  }

  /**
   * A tab that asks for a passphrase takes nothing from the one that has the profile: only the right one does. Where another tab
   * had it since, what this one knew does not count any more: there it may have been locked.
   */
  async function requireKey(): Promise<void> {
    if (tenure && !(await isNewestTicket(connection, tenure.ticket))) opened = undefined
    const slot = await connection.use(readSlot)
    sealed = isSealed(slot)
    if (!isSealed(slot)) opened = undefined
    else if (!opened || !isWhole(slot) || !equal(opened.master.installId, slot.installId))
      throw new StorageError('locked')
  }

  async function claim(onLost: OnLost): Promise<Loaded> {
    requirePlatform()
    await requireKey()
    tenure?.leave()
    await drained()
    const { ticket, slot } = await drawTicket(connection, random)
    const keys = isSealed(slot) ? opened : await open(await openSlot(slot))
    if (!keys) throw new StorageError('locked')
    const isNewest = () => isNewestTicket(connection, ticket)
    const lost = async (why?: Ending): Promise<void> => {
      try {
        await onLost(why)
      } finally {
        if (tenure === claimed) {
          opened = undefined
          finding.end()
        }
      }
    }
    const claimed = makeTenure({ name: `${databaseName}-owner`, ticket, isNewest, drained, onLost: lost })
    // Another tab may have written since.
    finding.end()
    const shelf = makeShelf(databases[keys.master.place], keys.vault, random)
    opened = { ...keys, shelf }
    tenure = claimed
    try {
      await claimed.enter()
      if (!(await raiseFence(connection, ticket))) throw new StorageError('fenced')
      if (keys.master.roles ?? keys.master.place) await followFence(databases[1], ticket)
      const loaded = await load(shelf, ticket)
      const isPart = await isRestoring(shelf.connection)
      if (!claimed.begin()) throw new StorageError('fenced')
      if (!isPart) return loaded
    } catch (error) {
      claimed.leave()
      throw error
    }
    // It stays this tab's, so that it may go on.
    throw new StorageError('restoring')
  }

  const open = async (master: Master): Promise<Opened> => ({ master, vault: await openVault(master, random) })

  /** By a passphrase, or without one by a passkey. */
  async function unlock(passphrase?: string): Promise<Unlocking> {
    const { unlockWith } = await import('./keyring.ts')
    const { outcome, master } = await unlockWith(databases, passphrase, random)
    if (!master) return outcome
    // What this tab had before does not count: another may have had it since.
    tenure?.leave()
    tenure = undefined
    opened = await open(master)
    return outcome
  }

  /** In the order of commits: rows may be moved by it, see [Note: Sealed anew]. */
  async function changeLock(change: LockChange, told?: (done: number) => void): Promise<LockSaid | undefined> {
    const [keys, current] = [opened, tenure]
    if (!keys || !current?.mayWrite()) throw new StorageError('fenced')
    const keyring = await import('./keyring.ts')
    // A person is asked, for as long as it takes: no commit waits for that.
    const passkey = change.to === 'passkey' ? await keyring.makePasskey(keys.master, random) : undefined
    const turn = lastCommit.then(async () => {
      if (opened !== keys || !current.mayWrite()) throw new StorageError('fenced')
      const holder = { master: keys.master, ticket: current.ticket, random, ...(told && { told }), passkey }
      const { settle, said, ...changed } = await keyring.changeLock(databases, databaseName, change, holder)
      Object.assign(keys, changed)
      sealed = changed.master.roles !== undefined
      if (!settle) return said
      finding.end()
      await Promise.allSettled(reading)
      await settle()
      return said
    })
    lastCommit = turn.catch(() => undefined)
    return await turn
  }

  async function lockFacts(): Promise<LockFacts> {
    const { factsOf } = await import('./keyring.ts')
    return await factsOf(databases, opened?.master)
  }

  async function erase(): Promise<void> {
    tenure?.leave()
    const place = opened?.master.place
    opened = undefined
    finding.end()
    await drained()
    await freed(`${databaseName}-owner`)
    const { eraseDatabases, hasTwin } = await import('./wipe.ts')
    const both = sealed || place === 1 || (await hasTwin(connection))
    await eraseDatabases(both ? databases : [connection], databaseName)
    sealed = false
  }

  async function commit(writes: readonly Write[]): Promise<void> {
    const [keys, current] = [opened, tenure]
    if (!keys?.shelf || !current?.mayWrite()) throw new StorageError('fenced')
    const turn = lastCommit.then(async () => {
      const { shelf } = keys
      if (!shelf) return
      // Pages are sealed as the commit before left them.
      const { prepared, settle } = await prepareAll(shelf, writes)
      await shelf.connection.use((db) => applyAll(db, current.ticket, prepared))
      finding.changed(settle())
    })
    lastCommit = turn.catch(() => undefined)
    try {
      await turn
      committed?.()
    } catch (error) {
      loseFor(current, asTrouble(error))
      throw error
    }
  }

  async function check(): Promise<boolean> {
    const { verifyAll } = await import('./verify.ts')
    return await read((at) => verifyAll(at, () => opened?.shelf === at))
  }

  const reading = new Set<Promise<unknown>>()
  const read = <T>(from: (shelf: Shelf) => Promise<T>): Promise<T> => {
    const work = guarded(() => {
      if (opened?.shelf === undefined) throw new StorageError('unavailable')
      return from(opened.shelf)
    })
    reading.add(work)
    return work.finally(() => reading.delete(work))
  }

  const moving = async (): Promise<Moving> => {
    const { makeMoving } = await import('./moving.ts')
    return makeMoving({
      shelf: () => opened?.shelf,
      ticket: () => (tenure?.mayWrite() ? tenure.ticket : undefined),
      async behind(work) {
        finding.end()
        const turn = lastCommit.then(work)
        lastCommit = turn.catch(() => undefined)
        await turn
        committed?.()
      },
      random,
    })
  }

  return {
    claim: (onLost) => guarded(() => claim(onLost)),
    commit: (writes) => guarded(() => commit(writes)),
    page: (id, before, limit) => read(async (shelf) => (await newest(shelf, id, before, limit)).rows),
    following: (id, after, limit) => read(async (shelf) => (await following(shelf, id, after, limit)).rows),
    outbox: (id, after, limit) => read((shelf) => queued(shelf, id, after, limit)),
    find: (id, messageIds) => read((shelf) => withIds(shelf, id, messageIds)),
    check: () => guarded(check),
    isFree: () => isFree(`${databaseName}-owner`),
    release: () => tenure?.leave(),
    get sealed() {
      return sealed
    },
    unlock: (passphrase) => guarded(() => unlock(passphrase)),
    unlockByPasskey: () => guarded(unlock),
    changeLock: (change, told) => guarded(() => changeLock(change, told)),
    lockFacts: () => guarded(lockFacts),
    erase: () => erasure.during(erase),
    isEmpty: () => erasure.isEmpty(),
    onErased: (run) => erasure.onErased(run),
    search: (query, on) => finding.search(query, on),
    lock() {
      tenure?.leave()
      opened = undefined
      finding.end()
    },
    moving,
  }
}
