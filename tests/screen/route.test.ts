import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { inviteIn, parseRoute } from '../../src/screen/route.ts'

const ID = 'AbCdEfGhIjKlMnOpQrSt-_'

test('addresses name their screens', () => {
  expect(parseRoute('')).toEqual({ at: 'home' })
  expect(parseRoute('#/')).toEqual({ at: 'home' })
  expect(parseRoute('#/settings')).toEqual({ at: 'settings' })
  expect(parseRoute(`#/chat/${ID}`)).toEqual({ at: 'chat', id: ID })
  expect(parseRoute(`#/invite/${ID}`)).toEqual({ at: 'invite', id: ID })
  expect(parseRoute(`#/join/${ID}`)).toEqual({ at: 'join', id: ID })
  expect(parseRoute(`#/chat/${ID}x`)).toEqual({ at: 'home' })
  expect(parseRoute('#/elsewhere')).toEqual({ at: 'home' })
  expect(parseRoute('#/move')).toEqual({ at: 'move', text: '' })
  expect(parseRoute(`#/move/${ID}`)).toEqual({ at: 'move', text: ID })
  expect(parseRoute('#/join')).toEqual({ at: 'link', text: '' })
  expect(parseRoute('#/joined')).toEqual({ at: 'home' })
})

test('whatever else stands after join is a link', () => {
  for (const text of ['', 'short', `${ID}x`, 'a/b', 'A'.repeat(100), 'line\nbreak']) {
    expect(parseRoute(`#/join/${text}`)).toEqual({ at: 'link', text })
  }
})

test('an invite is long enough, and what a message put behind it falls off', () => {
  const invite = 'A'.repeat(100)
  expect(inviteIn(invite)).toBe(invite)
  expect(inviteIn(`${invite}.`)).toBe(invite)
  expect(inviteIn(`${invite})`)).toBe(invite)
  expect(inviteIn(`${invite}-_`)).toBe(`${invite}-_`)
  expect(inviteIn('A'.repeat(89))).toBeUndefined()
  expect(inviteIn(`${invite} ${invite}`)).toBeUndefined()
  expect(inviteIn('')).toBeUndefined()
})

test('no address makes the router stumble', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      parseRoute(text)
      inviteIn(text)
      return ['join', 'link'].includes(parseRoute(`#/join/${text}`).at)
    }),
  )
})
