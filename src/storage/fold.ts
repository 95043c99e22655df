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

/** Letters before the first hit, and in all. */
const BEFORE = 24
const LENGTH = 100
/** UTF-16 units that are looked at letter by letter: a text may be a hundred times as long. */
const NEAR = 512

/** The part of a text round its first hit, on one line, with every hit marked. */
export function excerpt(text: string, terms: readonly string[]): readonly Piece[] {
  const { near, isCut } = nearFirst(text.replace(/\s+/gu, ' '), terms)
  const letters = [...new Intl.Segmenter().segment(near)].map(({ segment }) => segment)
  const hits = hitsIn(letters, terms)
  const first = Math.max(0, hits.indexOf(true))
  const word = letters.indexOf(' ', first - BEFORE) + 1
  // From the beginning of a word, if there is one so near.
  const from = first <= BEFORE + 8 ? 0 : word > 0 && word <= first ? word : first - BEFORE
  const pieces: { text: string; hit: boolean }[] = from > 0 || isCut ? [{ text: '… ', hit: false }] : []
  for (const [i, letter] of letters.slice(from, from + LENGTH).entries()) {
    const hit = hits[from + i] ?? false
    const last = pieces.at(-1)
    if (last?.hit === hit) last.text += letter
    else pieces.push({ text: letter, hit })
  }
  return letters.length > from + LENGTH ? [...pieces, { text: ' …', hit: false }] : pieces
}

/** A stretch of a long text with its first hit; `isCut`: something stands before it. */
function nearFirst(text: string, terms: readonly string[]): { readonly near: string; readonly isCut: boolean } {
  if (text.length <= NEAR) return { near: text, isCut: false }
  for (let at = 0; at < text.length; at += NEAR / 2) {
    const piece = fold(text.slice(at, at + NEAR))
    if (!terms.some((term) => piece.includes(term))) continue
    const from = Math.max(0, at - BEFORE)
    // Not between the halves of a character.
    const start = /[\udc00-\udfff]/.test(text[from] ?? '') ? from + 1 : from
    return { near: text.slice(start, start + 2 * NEAR).replace(/[\ud800-\udbff]$/, ''), isCut: start > 0 }
  }
  return { near: text.slice(0, NEAR), isCut: false }
}

/** For each letter whether it is part of a hit. */
function hitsIn(letters: readonly string[], terms: readonly string[]): readonly boolean[] {
  // Which letter each unit of the folded text comes from.
  const of: number[] = []
  let whole = ''
  for (const [i, letter] of letters.entries()) {
    const folded = fold(letter)
    for (let unit = 0; unit < folded.length; unit++) of.push(i)
    whole += folded
  }
  const hits = letters.map(() => false)
  for (const term of terms)
    for (let found = whole.indexOf(term); found >= 0; found = whole.indexOf(term, found + term.length))
      for (let unit = found; unit < found + term.length; unit++) hits[of[unit] ?? 0] = true
  return hits
}
