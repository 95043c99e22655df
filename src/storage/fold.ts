/** Texts as a search sees them: without case, accents and compatibility forms, in any script. Pure. */
import type { Piece } from '../chat/ports.ts'

/** Marks that people leave out when they search: accents, Arabic and Hebrew vowel signs, the Arabic long stroke. Vowels of Indic scripts stay. */
const MARKS = new RegExp(
  `[${[
    ['0300', '036f'],
    ['0483', '0489'],
    ['0591', '05bd'],
    ['05bf', '05bf'],
    ['05c1', '05c2'],
    ['05c4', '05c5'],
    ['05c7', '05c7'],
    ['0610', '061a'],
    ['0640', '0640'],
    ['064b', '065f'],
    ['0670', '0670'],
    ['1ab0', '1aff'],
    ['1dc0', '1dff'],
    ['20d0', '20ff'],
    ['fe20', 'fe2f'],
  ]
    .map(([first, last]) => `\\u${first}-\\u${last}`)
    .join('')}]`,
  'g',
)
/** Letters whose plain form Unicode does not name. */
const PLAIN: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  ı: 'i',
  ς: 'σ',
}
const ODD = /[ßæœøđłıς]/g
const ASCII = /^[\0-\x7f]*$/
/** Words of a search; more only make it slower. */
const MAX_TERMS = 8
const MAX_TERM = 64

/** Folding is done letter by letter, so that the fold of a text is that of its letters, one after the other. */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .toLowerCase()
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(ODD, (letter) => PLAIN[letter] ?? letter)
}

/** The words somebody looks for, each of which must be there; none: nothing is looked for. */
export function termsOf(query: string): readonly string[] {
  const words = query.split(/\s+/u).map((word) => fold(word.slice(0, MAX_TERM)))
  return [...new Set(words.filter((word) => word !== ''))].slice(0, MAX_TERMS)
}

export function holds(folded: string, terms: readonly string[]): boolean {
  return terms.every((term) => folded.includes(term))
}

/** Characters before the first hit, and in all. */
const BEFORE = 24
const LENGTH = 100

/** The part of a text round its first hit, on one line, with every hit marked. */
export function excerpt(text: string, terms: readonly string[]): readonly Piece[] {
  const letters = [...new Intl.Segmenter().segment(text.replace(/\s+/gu, ' '))].map(({ segment }) => segment)
  const hits = hitsIn(letters, terms)
  const first = Math.max(0, hits.indexOf(true))
  const word = letters.indexOf(' ', first - BEFORE) + 1
  // From the beginning of a word, if there is one so near.
  const from = first <= BEFORE + 8 ? 0 : word > 0 && word <= first ? word : first - BEFORE
  const pieces: { text: string; hit: boolean }[] = from > 0 ? [{ text: '… ', hit: false }] : []
  for (const [i, letter] of letters.slice(from, from + LENGTH).entries()) {
    const hit = hits[from + i] ?? false
    const last = pieces.at(-1)
    if (last?.hit === hit) last.text += letter
    else pieces.push({ text: letter, hit })
  }
  return letters.length > from + LENGTH ? [...pieces, { text: ' …', hit: false }] : pieces
}

/** For each letter whether it is part of a hit. */
function hitsIn(letters: readonly string[], terms: readonly string[]): readonly boolean[] {
  const hits = letters.map(() => false)
  const folded = letters.map(fold)
  const starts: number[] = []
  let at = 0
  for (const letter of folded) {
    starts.push(at)
    at += letter.length
  }
  const whole = folded.join('')
  for (const term of terms)
    for (let found = whole.indexOf(term); found >= 0; found = whole.indexOf(term, found + term.length))
      for (const [i, start] of starts.entries())
        if (start < found + term.length && start + (folded[i]?.length ?? 0) > found) hits[i] = true
  return hits
}
