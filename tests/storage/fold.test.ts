/** What a search takes for the same. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { excerpt, fold, holds, termsOf } from '../../src/storage/fold.ts'

const finds = (text: string, query: string) => holds(fold(text), termsOf(query))

for (const [text, query] of [
  ['Zoë sagt ÄRGER', 'zoe arger'],
  ['Straße', 'STRASSE'],
  ['strasse', 'Straße'],
  ['Ångström', 'angstrom'],
  ['ÆRØ, Łódź, œuvre', 'aero lodz oeuvre'],
  ['İstanbul, ılık', 'istanbul ilik'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['Привет, Ёж', 'привет еж'],
  ['السَّلَامُ عَلَيْكُم', 'السلام عليكم'],
  ['שָׁלוֹם', 'שלום'],
  ['한국어', '한국'],
  ['ﬁnally ２０２６', 'finally 2026'],
  ['नमस्ते', 'नमस्ते'],
  ['東京で', '東京'],
] as const)
  test(`“${query}” finds “${text}”`, () => {
    expect(finds(text, query)).toBe(true)
    expect(excerpt(text, termsOf(query)).some(({ hit }) => hit)).toBe(true)
  })

test('vowels that make another word are not left out', () => {
  expect(finds('की', 'का')).toBe(false)
  expect(finds('きゃ', 'ぎゃ')).toBe(false)
})

test('each word must be there, in any order; no words find nothing', () => {
  expect(finds('one two three', 'three one')).toBe(true)
  expect(finds('one two three', 'three four')).toBe(false)
  expect(termsOf(' \n ')).toEqual([])
})

test('whatever is in a text, its own words are found in it, and an excerpt is made of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.nat(), (text, pick) => {
      const words = text.split(/\s+/u).filter((word) => fold(word) !== '')
      const word = words[pick % Math.max(1, words.length)]
      if (word === undefined) return
      expect(finds(text, word.slice(0, 64))).toBe(true)
      const pieces = excerpt(text, termsOf(word))
      const whole = pieces.map((piece) => piece.text).join('')
      expect(text.replace(/\s+/gu, ' ')).toContain(whole.replace(/^… /u, '').replace(/ …$/u, ''))
      expect(
        pieces.every((piece, i) => piece.text !== '' && piece.hit !== pieces[i - 1]?.hit) || pieces.length < 3,
      ).toBe(true)
    }),
  )
})
