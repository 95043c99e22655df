/** Looking for words in everything that was said: what the chat needs of whoever keeps it. */

/** A piece of a text; `hit`: it is what was looked for. */
export type Piece = { readonly text: string; readonly hit: boolean }

export type Hit = {
  readonly chatId: string
  readonly seq: number
  readonly mine: boolean
  readonly at: number
  readonly pieces: readonly Piece[]
}

export type Findings = {
  /** The newest of all, newest first. */
  readonly hits: readonly Hit[]
  /** All there are, as far as was looked. */
  readonly count: number
  /** 1: everything was looked through. */
  readonly progress: number
  /** It broke off: nothing is known of what was not looked through. */
  readonly failed?: boolean
}

export interface Search {
  /** Calls back now and then, and once everything was looked through (or cannot be); returns what ends it. */
  search(query: string, on: (found: Findings) => void): () => void
}
