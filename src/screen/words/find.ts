/** The words of what was found, apart from the catalogue that every page has at once. */
import { enFind } from './en-find.ts'

export const findWords = enFind
