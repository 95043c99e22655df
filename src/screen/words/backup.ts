/** The words of `ExportDialog.tsx` and `ImportDialog.tsx`, apart from the catalogue that every page has at once. */
import { enBackup } from './en-backup.ts'

export const backupWords = enBackup
