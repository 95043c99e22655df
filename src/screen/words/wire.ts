/** The words of paths, addresses and servers, apart from the catalogue that every page has at once. */
import { enWire } from './en-wire.ts'

export const wireWords = enWire
