/** The words of `DiskRows.tsx`, `DiskEnd.tsx` and `NoStorage.tsx`, apart from the catalogue that every page has at once. */
import { enDisk } from './en-disk.ts'

export const diskWords = enDisk
