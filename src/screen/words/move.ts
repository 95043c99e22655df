/** The words of `MoveAway.tsx` and `MoveHere.tsx`, apart from the catalogue that every page has at once. */
import { enMove } from './en-move.ts'

export const moveWords = enMove
