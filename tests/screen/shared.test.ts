import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { readShared } from '../../src/screen/shared.ts'

const form = (fields: Record<string, string>): string => new URLSearchParams(fields).toString()
const INVITE = 'A'.repeat(100)
const LINK = `https://chat.example.org/deep/#/join/${INVITE}`

test('text is taken as it is, with lines as everywhere else', () => {
  expect(readShared(form({ title: '', text: ' a <b>&=+%\r\nä 🦉\rc ', url: '' }))).toEqual({
    text: 'a <b>&=+%\nä 🦉\nc',
  })
})

test('what says the same twice is said once', () => {
  expect(readShared(form({ title: 'News', text: 'Look: https://a.example/', url: 'https://a.example/' }))).toEqual({
    text: 'News\nLook: https://a.example/',
  })
  expect(readShared(form({ title: 'Look', text: 'Look: here', url: '' }))).toEqual({ text: 'Look: here' })
  expect(readShared(form({ title: '', text: 'https://a.example/', url: 'https://a.example/' }))).toEqual({
    text: 'https://a.example/',
  })
})

test('a link and nothing else is opened; one among words is something to say', () => {
  expect(readShared(form({ title: 'Sotto', text: LINK, url: '' }))).toEqual({ invite: INVITE })
  expect(readShared(form({ title: '', text: `${LINK}\n`, url: LINK }))).toEqual({ invite: INVITE })
  for (const text of [`Join: ${LINK}`, `${LINK} ${LINK}`, LINK.slice(0, -20), `javascript:x#/join/${INVITE}`])
    expect(readShared(form({ title: '', text, url: '' })), text).toEqual({ text })
  expect(readShared(form({ title: '', text: LINK, url: 'https://a.example/' }))).toEqual({
    text: `${LINK}\nhttps://a.example/`,
  })
})

test('nothing, too much and no worker are told apart', () => {
  expect(readShared('')).toEqual({ why: 'too-much' })
  expect(readShared(null)).toEqual({ why: 'unready' })
  for (const form of [undefined, 0, {}, ['text=a'], 'other=a', 'text=', 'text=+%0A', 'x', `text=${'a'.repeat(65_536)}`])
    expect(readShared(form)).toEqual({ why: 'nothing' })
})

test('no form makes it stumble, and no text gets longer than it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const found = readShared(text)
      expect('text' in found ? found.text.length : 0).toBeLessThanOrEqual(text.length)
    }),
  )
})
