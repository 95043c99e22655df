/** The words of what goes from this device, apart from the catalogue that every page has at once. */
import { enKeep } from './en-keep.ts'

export const keepWords = enKeep
