/** The words of connecting by hand, apart from the catalogue that every page has at once. */
import { enHand } from './en-hand.ts'

export type { HandStep } from './en-hand.ts'

export const handWords = enHand
