import type { BackupTrouble } from '../chat/ports.ts'

/** Ends the writing or reading of a backup; `moving.ts` makes an outcome of it. */
export class BackupError extends Error {
  readonly trouble: BackupTrouble
  constructor(trouble: BackupTrouble) {
    super(`backup: ${trouble}`)
    this.name = 'BackupError'
    this.trouble = trouble
  }
}
