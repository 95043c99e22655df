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
  type Moving,
  type Random,
  type Search,
  type Unlocking,
  type Write,
} from '../chat/ports.ts'
import { equal } from '../protocol/bytes.ts'
import { makeConnection } from './connection.ts'
import { drawTicket, isNewestTicket, isRestoring, raiseFence } from './fence.ts'
import { load } from './load.ts'
import { freed, isFree, makeTenure, type Tenure } from './owner.ts'
import { following, newest, queued, withIds } from './read.ts'
import type { Searching } from './search.ts'
import { makeShelf, type Shelf } from './shelf.ts'
import { isPassphrase, isWhole, openSlot, readSlot, type Master } from './slots.ts'
import { asTrouble, guarded, isEnding } from './trouble.ts'
import { openVault, type Vault } from './vault.ts'
import { applyAll, prepareAll } from './write.ts'

/** What this tab holds while it has the profile. `shelf`: from a claim on, as another tab may have written before it. */
type Opened = { readonly master: Master; readonly vault: Vault; readonly shelf?: Shelf }

/** The end of a profile. */
export type Erasing = {
  /** Takes every database of this program away, keys first. The other tabs hear of it before. */
  erase(): Promise<void>
  /** Whether there is no database of this program. */
  isEmpty(): Promise<boolean>
  /** Calls back when another tab erases: from then on nothing may be kept here either. */
  onErased(run: () => void): void
}

const LOOKS = 4
const LOOK_AGAIN_MS = 500

/** Fetched when somebody writes or reads a backup. */
export type Movable = { readonly moving: () => Promise<Moving> }

/** What the other tabs are told. */
const ERASED = 'erased'

/**
 * `random` draws installation id, master key and a 12-byte IV a row. Commits run one after another in the order of
 * their calls. Reading works from a claim on until another tab takes over or the profile is locked.
 */
export function makeHistory(deps: {
  readonly random: Random
  readonly databaseName?: string
  /** After each commit. */
  readonly committed?: () => void
}): History & Keyring & Erasing & Movable & Search {
  const { random, databaseName = 'sotto', committed } = deps
  const connection = makeConnection(databaseName, () => void lookAgain())
  let opened: Opened | undefined
  let sealed = false
  let tenure: Tenure | undefined
  // One for both: a tab hears nothing of what it says itself.
  const ending = 'BroadcastChannel' in globalThis ? new BroadcastChannel(`${databaseName}-end`) : undefined
  let erased = false
  ending?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
    if (data === ERASED) erased = true
  })
  let lastCommit: Promise<unknown> = Promise.resolve()
  const drained = () => lastCommit
  // Fetched when somebody searches.
  let searching: Promise<Searching> | undefined
  const startSearching = async () =>
    (await import('./search.ts')).makeSearching(async () => {
      const [master, shelf] = [opened?.master, opened?.shelf]
      return master && shelf && { database: databaseName, installId: master.installId, chats: await shelf.chats() }
    })
  const forgetSearch = (): void => {
    void searching?.then((s) => s.end())
    searching = undefined
  }

  /** What took the database from under this tab may have left nothing of it. Of an erasure one is told in another way. */
  async function lookAgain(tries = LOOKS): Promise<void> {
    const current = tenure
    if (erased || !current?.mayWrite()) return
    try {
      const owner = await connection.use((db) => db.get('owner', 'owner'))
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
    sealed = isPassphrase(slot)
    if (!isPassphrase(slot)) opened = undefined
    else if (!opened || !isWhole(slot) || !equal(opened.master.installId, slot.installId))
      throw new StorageError('locked')
  }

  async function claim(onLost: (why?: Ending) => void): Promise<Loaded> {
    requirePlatform()
    await requireKey()
    tenure?.leave()
    await drained()
    const { ticket, slot } = await drawTicket(connection, random)
    const keys = isPassphrase(slot) ? opened : await open(await openSlot(slot))
    if (!keys) throw new StorageError('locked')
    const isNewest = () => isNewestTicket(connection, ticket)
    const lost = (why: Ending): void => {
      try {
        onLost(why)
      } finally {
        opened = undefined
        forgetSearch()
      }
    }
    const claimed = makeTenure({ name: `${databaseName}-owner`, ticket, isNewest, drained, onLost: lost })
    const shelf = makeShelf(connection, keys.vault, random)
    opened = { ...keys, shelf }
    tenure = claimed
    try {
      await claimed.enter()
      if (!(await raiseFence(connection, ticket))) throw new StorageError('fenced')
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

  async function unlock(passphrase: string): Promise<Unlocking> {
    const { unlockWith } = await import('./passphrase.ts')
    const { outcome, master } = await unlockWith(connection, passphrase)
    if (master) opened = await open(master)
    return outcome
  }

  async function rekey(passphrase: string | undefined): Promise<void> {
    const [keys, current] = [opened, tenure]
    if (!keys || !current?.mayWrite()) throw new StorageError('fenced')
    const { changeSlot } = await import('./passphrase.ts')
    await changeSlot(connection, { master: keys.master, passphrase, ticket: current.ticket, random })
    sealed = passphrase !== undefined
  }

  async function erase(): Promise<void> {
    ending?.postMessage(ERASED)
    tenure?.leave()
    opened = undefined
    forgetSearch()
    await drained()
    await freed(`${databaseName}-owner`)
    const { eraseDatabases } = await import('./wipe.ts')
    await eraseDatabases(connection, databaseName)
    sealed = false
  }

  async function commit(writes: readonly Write[]): Promise<void> {
    const [shelf, current] = [opened?.shelf, tenure]
    if (shelf === undefined || !current?.mayWrite()) throw new StorageError('fenced')
    const turn = lastCommit.then(async () => {
      // Pages are sealed as the commit before left them.
      const { prepared, settle } = await prepareAll(shelf, writes)
      await connection.use((db) => applyAll(db, current.ticket, prepared))
      for (const [id, from] of settle()) void searching?.then((s) => s.changed(id, from))
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

  /** Says what it reads to nobody, and stops where the profile is let go of. */
  async function check(): Promise<boolean> {
    const { verify } = await import('./verify.ts')
    const at = shelf()
    let fits = true
    for (const chat of await at.chats()) {
      if (opened?.shelf !== at) break
      fits = (await verify(at, chat)) && fits
    }
    return fits
  }

  const shelf = (): Shelf => {
    if (opened?.shelf === undefined) throw new StorageError('unavailable')
    return opened.shelf
  }

  const moving = async (): Promise<Moving> => {
    const { makeMoving } = await import('./moving.ts')
    return makeMoving({
      shelf: () => opened?.shelf,
      ticket: () => (tenure?.mayWrite() ? tenure.ticket : undefined),
      async behind(work) {
        forgetSearch()
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
    page: (id, before, limit) => guarded(async () => (await newest(shelf(), id, before, limit)).rows),
    following: (id, after, limit) => guarded(async () => (await following(shelf(), id, after, limit)).rows),
    outbox: (id, after, limit) => guarded(async () => await queued(shelf(), id, after, limit)),
    find: (id, messageIds) => guarded(async () => await withIds(shelf(), id, messageIds)),
    check: () => guarded(check),
    isFree: () => isFree(`${databaseName}-owner`),
    release: () => tenure?.leave(),
    get sealed() {
      return sealed
    },
    unlock: (passphrase) => guarded(() => unlock(passphrase)),
    setPassphrase: (passphrase) => guarded(() => rekey(passphrase)),
    removePassphrase: () => guarded(() => rekey(undefined)),
    erase,
    async isEmpty() {
      const there = await indexedDB.databases().catch(() => undefined)
      return there?.every(({ name }) => name !== databaseName) ?? false
    },
    onErased(run) {
      ending?.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
        if (data === ERASED) run()
      })
    },
    search(query, on) {
      let end: (() => void) | undefined
      let ended = false
      searching ??= startSearching()
      searching.then(
        (s) => {
          if (!ended) end = s.search(query, on)
        },
        () => on({ hits: [], count: 0, progress: 1 }),
      )
      return () => {
        ended = true
        end?.()
      }
    },
    lock() {
      tenure?.leave()
      opened = undefined
      forgetSearch()
    },
    moving,
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
