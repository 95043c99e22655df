/** Secrets are overwritten when they are done with, and only then: what belongs to the caller is left alone. */
import { expect, test } from 'playwright/test'
import { isZero } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { abandon, finish, INITIATE_ENTROPY_BYTES, initiate, receive, respond } from '../../src/protocol/handshake.ts'
import { initiatorRatchet, MAX_CHAINS, ratchetSecrets, responderRatchet } from '../../src/protocol/ratchet.ts'
import { beginRekey, endSession } from '../../src/protocol/rekey.ts'
import { MAX_REFUSED, Session } from '../../src/protocol/session.ts'
import type { Frame } from '../../src/protocol/session.ts'
import {
  alice,
  aliceSays,
  bob,
  bobSays,
  bytesOf,
  codeOf,
  connect,
  firstMessage,
  invited,
  keyPairOf,
  psk,
  sealer,
} from './help.ts'

const ping: Frame = { type: 'ping' }
const pong: Frame = { type: 'pong' }
const keys = { root: bytesOf('root', 32), headerI: bytesOf('hi', 32), nextHeaderR: bytesOf('nhr', 32) }
const id = bytesOf('session', 16)

/** A session whose state the test holds on to as well. */
function watched(): { bobs: Session; alices: Session; before: readonly Bytes[] } {
  const alicesKey = keyPairOf("alice's ratchet key")
  const ratchet = responderRatchet(keys, alicesKey)
  return {
    bobs: new Session('initiator', id, initiatorRatchet(keys, keyPairOf('bobs'), alicesKey.public)),
    alices: new Session('responder', id, ratchet),
    before: ratchetSecrets(ratchet),
  }
}

test('a turn overwrites the keys it replaces, the keys of the caller stay, and the talk goes on', () => {
  const { bobs, alices, before } = watched()
  expect(before.some(isZero)).toBe(false)
  const [bob, alice] = [sealer(bobs, 'bob'), sealer(alices, 'alice')]
  for (let turn = 0; turn <= MAX_CHAINS; turn++) {
    alices.open(bob(ping))
    bobs.open(alice(pong))
  }
  // Root, own secret and both next header keys of the first state have all had their turn.
  expect(before.map(isZero)).toEqual(before.map(() => true))
  expect(Object.values(keys).some(isZero)).toBe(false)
  expect(isZero(keyPairOf("alice's ratchet key").secret)).toBe(false)
})

test('a frame that is refused overwrites nothing', () => {
  const { bobs, alices } = watched()
  const bob = sealer(bobs, 'bob')
  const [late, next] = [bob(ping), bob(pong)]
  alices.open(next)
  const damaged = late.slice()
  damaged[200]! ^= 1
  // The header is true, so the skipped key is found, tried, and must still be there.
  expect(codeOf(() => alices.open(damaged))).toBe('bad-tag')
  expect(alices.open(late)).toEqual(ping)
})

test('an ended session has no keys left, and neither seals nor opens', () => {
  const { bobs, alices } = connect()
  const frame = sealer(bobs, 'bob')(ping)
  alices.end()
  expect(codeOf(() => alices.open(frame))).toBe('closed')
  bobs.end()
  expect(codeOf(() => sealer(bobs, 'more')(ping))).toBe('closed')
  const { alices: third, before } = watched()
  third.end()
  expect(before.every(isZero)).toBe(true)
})

test('a session ends with the renewal that is under way', () => {
  const { bobs } = connect()
  const parties = { me: bob, them: alice.public }
  beginRekey(bobs, parties, bytesOf('rekey', INITIATE_ENTROPY_BYTES))
  endSession(bobs)
  expect(codeOf(() => beginRekey(bobs, parties, bytesOf('again', INITIATE_ENTROPY_BYTES)))).toBe('closed')
})

test('a step that is abandoned is spent', () => {
  const { message, waiting } = firstMessage(invited)
  const received = receive({ context: invited, psk, me: alice, message })
  const again = receive({ context: invited, psk, me: alice, message })
  const answer = respond(again, { ...aliceSays, status: 'ok' }, bytesOf('hs2', 96))
  abandon(waiting)
  abandon(received)
  expect(codeOf(() => finish(waiting, answer.message))).toBe('state')
  expect(codeOf(() => respond(received, { ...aliceSays, status: 'ok' }, bytesOf('hs2', 96)))).toBe('state')
})

test('a handshake leaves what it was lent as it was: identity, secret, random bytes', () => {
  const entropy = bytesOf('hs1', INITIATE_ENTROPY_BYTES)
  const lent = [bob.secret, alice.secret, psk, entropy]
  const before = lent.map((bytes) => bytes.slice())
  const { message, waiting } = initiate({
    context: invited,
    psk,
    me: bob,
    them: alice.public,
    payload: bobSays,
    entropy,
  })
  const received = receive({ context: invited, psk, me: alice, message })
  finish(waiting, respond(received, { ...aliceSays, status: 'ok' }, bytesOf('hs2', 96)).message)
  expect(lent).toEqual(before)
})

test('the key of a skipped frame lives for one call of expireSkipped, not for two', () => {
  for (const calls of [1, 2]) {
    const { bobs, alices } = connect(invited, `expiry ${calls}`)
    const bob = sealer(bobs, 'bob')
    const [late, next] = [bob(ping), bob(pong)]
    alices.open(next)
    for (let i = 0; i < calls; i++) alices.expireSkipped()
    expect(codeOf(() => alices.open(late))).toBe(calls === 1 ? 'nothing thrown' : 'replay')
    // What comes in turn is never too late.
    expect(alices.open(bob(ping))).toEqual(ping)
  }
})

test(`an honest peer repeats nothing: after ${MAX_REFUSED} repeated frames the session is over`, () => {
  const { bobs, alices } = connect()
  const frame = sealer(bobs, 'bob')(ping)
  alices.open(frame)
  for (let i = 0; i < MAX_REFUSED; i++) expect(codeOf(() => alices.open(frame))).toBe('replay')
  expect(codeOf(() => alices.open(frame))).toBe('closed')
})
