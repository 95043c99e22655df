/** What a move between two devices adds to the protocol. */
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { initiate, INITIATE_ENTROPY_BYTES, receive, type Context } from '../../src/protocol/handshake.ts'
import { inviteKeys, makeInvite } from '../../src/protocol/invite.ts'
import {
  commitTo,
  decodeMoveStep,
  encodeMoveStep,
  keepsTo,
  MAX_DATA_BYTES,
  moveNumber,
} from '../../src/protocol/move.ts'
import { MAX_BODY_BYTES } from '../../src/protocol/session.ts'
import { bytes, moveStep } from './arbitrary.ts'
import { alice, bob, bytesOf } from './help.ts'

test('every step comes back as it was, and the largest fits a frame', () => {
  fc.assert(fc.property(moveStep, (step) => expect(decodeMoveStep(encodeMoveStep(step))).toEqual(step)))
  const largest = encodeMoveStep({ type: 'data', at: 2 ** 48 - 1, bytes: new Uint8Array(MAX_DATA_BYTES) })
  expect(largest.length).toBe(MAX_BODY_BYTES)
})

test('a step without a piece, of no kind, or that ends for no reason, is none', () => {
  for (const step of [[4, 0, 0, 0, 0, 0, 0], [0], [9], [], [8, 5], [7, 0]])
    expect(() => decodeMoveStep(Uint8Array.from(step))).toThrow('malformed')
})

test('the number is eight digits, and hangs on the handshake and on both shares, each in its place', () => {
  fc.assert(
    fc.property(bytes(32), bytes(32), bytes(32), (hash, one, other) => {
      expect(moveNumber(hash, one, other)).toMatch(/^\d{8}$/)
      expect(keepsTo(commitTo(one), one)).toBe(true)
      expect(keepsTo(commitTo(one), other)).toBe(one.every((byte, i) => byte === other[i]))
    }),
  )
  const [h, a, b] = [bytesOf('h', 32), bytesOf('a', 32), bytesOf('b', 32)]
  const numbers = [moveNumber(h, a, b), moveNumber(h, b, a), moveNumber(a, h, b), moveNumber(b, a, h)]
  expect(new Set(numbers).size).toBe(4)
})

test('a link that moves a profile is no invite, whatever its bytes say', () => {
  const secret = bytesOf('secret', 32)
  const [invite, move] = [inviteKeys(secret), inviteKeys(secret, 'move')]
  for (const name of ['topic', 'keyI', 'keyR', 'psk'] as const) expect(move[name]).not.toEqual(invite[name])
  const link = makeInvite({
    ...{ relayOnly: false, manual: false, expiresAt: 1, relays: [] },
    inviter: alice.public,
    secret,
  })
  const contextOf = (mode: 'invite' | 'move'): Context => ({ mode, invite: link.bytes, nonce: new Uint8Array(16) })
  const entropy = (): Uint8Array<ArrayBuffer> => bytesOf('entropy', INITIATE_ENTROPY_BYTES)
  const called = (mode: 'invite' | 'move') =>
    initiate({
      ...{ context: contextOf(mode), psk: move.psk, me: bob, them: alice.public },
      ...{ payload: { name: '', caps: 0 }, entropy: entropy() },
    }).message
  const heard = (mode: 'invite' | 'move', message: Uint8Array<ArrayBuffer>) =>
    receive({ context: contextOf(mode), psk: move.psk, me: alice, message })
  expect(heard('move', called('move')).them).toEqual(bob.public)
  expect(() => heard('invite', called('move'))).toThrow('bad-tag')
  expect(() => heard('move', called('invite'))).toThrow('bad-tag')
})
