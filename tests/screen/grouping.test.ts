import { expect, test } from 'playwright/test'
import type { MessageView } from '../../src/chat/snapshot.ts'
import { isEmojiOnly, placeOf } from '../../src/screen/grouping.ts'

const NOON = new Date(2026, 10, 24, 12).getTime()
const MINUTE = 60_000

const said = (id: string, mine: boolean, minutes: number): MessageView => ({
  id,
  mine,
  text: id,
  at: NOON + minutes * MINUTE,
})

function places(messages: readonly MessageView[], newFrom?: string): string[] {
  return messages.map((message, i) => {
    const { day, first, last } = placeOf(messages[i - 1], message, messages[i + 1], newFrom)
    return [day && 'day', first && 'first', last && 'last'].filter(Boolean).join(' ')
  })
}

test('one sender within five minutes stands together', () => {
  expect(places([said('a', true, 0), said('b', true, 4), said('c', true, 8), said('d', false, 8)])).toEqual([
    'day first',
    '',
    'last',
    'first last',
  ])
  expect(places([said('a', true, 0), said('b', true, 5)])).toEqual(['day first last', 'first last'])
})

test('a new day and the first unread message part a group', () => {
  expect(places([said('a', true, 12 * 60 - 1), said('b', true, 12 * 60)])).toEqual(['day first last', 'day first last'])
  expect(places([said('a', false, 0), said('b', false, 1)], 'b')).toEqual(['day first last', 'first last'])
})

test('a clock that went back does not glue or tear', () => {
  expect(places([said('a', true, 4), said('b', true, 0)])).toEqual(['day first', 'last'])
  expect(places([said('a', true, 9), said('b', true, 0)])).toEqual(['day first last', 'first last'])
})

test('a few emoji and nothing else stand alone', () => {
  for (const text of ['🎂', '❤️', '👍🏽', '👩‍👩‍👧', '🇫🇮', '😀 😀 😀', ' 🎉 ']) expect(isEmojiOnly(text), text).toBe(true)
  for (const text of ['', ' ', '1', '#', '©', '😀 ok', '😀😀😀😀', '❤', 'é'])
    expect(isEmojiOnly(text), text).toBe(false)
})

test('a word about the chat stands alone, and what disappears apart from what stays or goes after another time', () => {
  const going = (id: string, seconds: number): MessageView => ({ ...said(id, true, 0), expireAfter: seconds })
  const { text: _none, ...bare } = said('d', true, 0)
  const word: MessageView = { ...bare, timer: { act: 'end', n: 1, seconds: 60, asks: false } }
  const all = [
    said('a', true, 0),
    going('b', 60),
    going('c', 60),
    word,
    { ...word, id: 'e' },
    going('f', 60),
    going('g', 300),
  ]
  expect(places(all)).toEqual(['day first last', 'first', 'last', ...Array.from({ length: 4 }, () => 'first last')])
})
