/** Moving a profile, for a page that has it: `Moving` of the chat’s ports. */
import {
  StorageError,
  type BackupTrouble,
  type Moving,
  type Outcome,
  type Random,
  type Refused,
} from '../chat/ports.ts'
import { BackupError } from './backup-error.ts'
import { exportTo } from './export.ts'
import { dropRestored, openBackup, restore, type Opened, type Target } from './restore.ts'
import type { Shelf } from './shelf.ts'
import { guarded } from './trouble.ts'

/** What this tab has; undefined: nothing, any more. */
export type Held = {
  readonly shelf: () => Shelf | undefined
  /** If it may write. */
  readonly ticket: () => number | undefined
  /** Runs behind all commits. */
  readonly behind: (work: () => Promise<void>) => Promise<void>
  readonly random: Random
}

export function makeMoving({ shelf, ticket, behind, random }: Held): Moving {
  async function replace(work: (target: Target) => Promise<void>): Promise<Outcome> {
    return await refusing(async () => {
      const [here, number] = [shelf(), ticket()]
      if (here === undefined || number === undefined) throw new BackupError('stopped')
      await behind(() => work({ shelf: here, ticket: number, random }))
      return { ok: true, lacking: 0 }
    })
  }
  return {
    exportTo: (sink, secret, watch) =>
      refusing(async () => {
        const here = shelf()
        if (here === undefined) throw new BackupError('stopped')
        const isHeld = (): boolean => shelf() === here
        return { ok: true, lacking: await exportTo({ shelf: here, random, sink, secret, watch, isHeld }) }
      }),
    openBackup: (file, secret, watch) =>
      refusing(async () => ({ ok: true, backup: await openBackup(file, secret, watch) })),
    restore: (backup, watch) => replace((target) => restore(target, backup as Opened, watch)),
    dropRestored: () => replace(dropRestored),
  }
}

/** Runs `work`; what refuses it is its outcome. An id that is there twice was not written by this program. */
async function refusing<T>(work: () => Promise<T>): Promise<T | Refused> {
  try {
    return await guarded(work)
  } catch (error) {
    if (error instanceof BackupError) return { ok: false, why: error.trouble }
    if (error instanceof StorageError) return { ok: false, why: TROUBLES[error.trouble] }
    throw error
  }
}

const TROUBLES: Readonly<Record<StorageError['trouble'], BackupTrouble>> = {
  full: 'full',
  known: 'altered',
  fenced: 'stopped',
  locked: 'stopped',
  restoring: 'stopped',
  unavailable: 'failed',
  blocked: 'failed',
  cleared: 'stopped',
  newer: 'stopped',
}
