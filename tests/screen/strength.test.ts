import { expect, test } from 'playwright/test'
import { strengthOf } from '../../src/screen/strength.ts'

test('six ordinary words are strong, and it says how many are missing', () => {
  const words = ['orchard', 'velvet', 'nine', 'lantern', 'copper', 'meadow']
  const said = words.map((_, i) => strengthOf(words.slice(0, i + 1).join(' ')))
  expect(said.map(({ level }) => level)).toEqual(['weak', 'weak', 'weak', 'fair', 'fair', 'strong'])
  expect(said.map((one) => one.words)).toEqual([5, 4, 3, 2, 1, 0])
})

test('what is guessed quickly is weak in any script, and what is long and random is strong', () => {
  for (const weak of [
    '',
    '1234',
    'password',
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'no no no no no no no no',
    'ab'.repeat(20),
    'пароль',
  ])
    expect(strengthOf(weak).level, weak).toBe('weak')
  expect(strengthOf('k9$Vw2!qXz7&mPf4@tRb6#Lc8^Hd').level).toBe('strong')
  expect(strengthOf('сад бархат девять фонарь медь луг').level).toBe('strong')
})
