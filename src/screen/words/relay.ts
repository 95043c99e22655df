/** The words of a page that names no relay, apart from the catalogue that every page has at once. */
import { enRelay } from './en-relay.ts'

export const relayWords = enRelay
