/** How long somebody would guess, roughly: a hint while one writes, and no promise. */

/** Of an ordinary word, chosen by chance out of two thousand. */
const WORD_BITS = 11
/** Of a letter or sign: people do not choose them by chance. */
const LETTER_BITS = 4
/** Argon2id makes each guess dear: with this much all of them take longer than anybody has. */
const STRONG_BITS = 6 * WORD_BITS
const FAIR_BITS = 4 * WORD_BITS
/** Shorter ones are no words. */
const WORD_LENGTH = 3

export type Strength = {
  readonly level: 'weak' | 'fair' | 'strong'
  /** How many more ordinary words would make it strong. */
  readonly words: number
}

/** Words count once each, what is not made of words by its length; repeated letters not at all. */
export function strengthOf(passphrase: string): Strength {
  const words = new Set(passphrase.toLocaleLowerCase().match(/[\p{L}\p{N}\p{P}\p{S}]+/gu) ?? [])
  const bits = [...words].reduce((sum, word) => sum + bitsOf(word), 0)
  const level = bits >= STRONG_BITS ? 'strong' : bits >= FAIR_BITS ? 'fair' : 'weak'
  return { level, words: Math.max(0, Math.ceil((STRONG_BITS - bits) / WORD_BITS)) }
}

function bitsOf(word: string): number {
  const different = new Set(word).size
  const isWord = /^\p{L}+$/u.test(word) && word.length >= WORD_LENGTH && different > 1
  // Beyond a long word, letters behind each other are chance, or another word.
  return isWord ? Math.max(WORD_BITS, (different - 8) * LETTER_BITS) : different * LETTER_BITS
}
