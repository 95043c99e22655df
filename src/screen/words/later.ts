/** Words of screens that are fetched later, apart from the catalogue that every page has at once. */
import { enHand } from './en-hand.ts'
import { enRelay } from './en-relay.ts'
import { enSafety } from './en-safety.ts'

export type { HandStep } from './en-hand.ts'

export const handWords = enHand
export const relayWords = enRelay
export const safetyWords = enSafety
