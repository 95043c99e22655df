/** The words of the safety number, apart from the catalogue that every page has at once. */
import { enSafety } from './en-safety.ts'

export const safetyWords = enSafety
