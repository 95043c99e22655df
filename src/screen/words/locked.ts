/** The words of a locked Sotto. */
import { enLocked } from './en-locked.ts'

export const lockedWords = enLocked
