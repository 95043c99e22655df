/** One open IndexedDB connection, opened again when the browser dropped it. The only caller of `openDB`. */
import { openDB } from 'idb'
import { StorageError } from '../chat/ports.ts'
import { migrate, SCHEMA_VERSION, type Database, type Schema } from './schema.ts'

export interface Connection {
  /**
   * Runs `work` on the open database. If the connection turns out to have been dropped, runs it once more on a new one:
   * so `work` must be safe to repeat. Rejects with what the browser threw, or StorageError('blocked') as long as an older
   * page keeps the database from being upgraded.
   */
  use<T>(work: (db: Database) => Promise<T>): Promise<T>
  /** Whether what this page found was of a former version. */
  readonly wasUpgraded: boolean
}

/** `lost` is called when the browser, or another page, took the database away, and not when this one found it closed. */
export function makeConnection(name: string, lost: () => void = () => undefined): Connection {
  let current: Promise<Database> | undefined
  let blocked = false
  let upgraded = false

  function connected(): Promise<Database> {
    const dropped = (): void => {
      forget(opening)
      lost()
    }
    const opening = open(name, { dropped, block: (on) => (blocked = on), upgrades: () => (upgraded = true) })
    current = opening
    // A failed attempt is not kept: the next call tries again.
    opening.catch(() => forget(opening))
    return opening
  }
  function forget(dropped: Promise<Database>): void {
    if (current === dropped) current = undefined
  }

  return {
    get wasUpgraded() {
      return upgraded
    },
    async use(work) {
      // One that waits is enough: it is upgraded as soon as that can be.
      if (blocked) throw new StorageError('blocked')
      const opening = current ?? connected()
      const db = await opening
      try {
        return await work(db)
      } catch (error) {
        if (isClosed(error)) forget(opening)
        if (current === opening) throw error
        return await work(await (current ?? connected()))
      }
    },
  }
}

type Told = { readonly dropped: () => void; readonly block: (on: boolean) => void; readonly upgrades: () => void }

function open(name: string, { dropped, block, upgrades }: Told): Promise<Database> {
  return new Promise((resolve, reject) => {
    const opening = openDB<Schema>(name, SCHEMA_VERSION, {
      upgrade(db, from) {
        if (from > 0) upgrades()
        migrate(db, from)
      },
      blocked: () => {
        reject(new StorageError('blocked'))
        block(true)
        const over = opening.then((db) => db.close()).catch(() => undefined)
        void over.finally(() => block(false))
      },
      // WebKit ends the connection of a page in the background; a wiped profile ends it too.
      terminated: dropped,
      blocking: (_current, _wanted, event) => {
        ;(event.target as IDBDatabase).close()
        dropped()
      },
    })
    opening.then((db) => resolve(db), reject)
  })
}

/** `transaction()` on a connection that is closing throws this before anything was written. */
function isClosed(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'InvalidStateError'
}
