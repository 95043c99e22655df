/** Words of screens that are fetched later, apart from the catalogue that every page has at once. */
import { enHand } from './en-hand.ts'
import { enSafety } from './en-safety.ts'

export type { HandStep } from './en-hand.ts'

export const handWords = enHand
export const safetyWords = enSafety
