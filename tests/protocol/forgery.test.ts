/** What both implementations agree on, and payloads that no honest side seals. */
import { expect, test } from 'playwright/test'
import { toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import {
  finish,
  initiate,
  INITIATE_ENTROPY_BYTES,
  receive,
  respond,
  RESPOND_ENTROPY_BYTES,
} from '../../src/protocol/handshake.ts'
import { encodePayload, encodeReply } from '../../src/protocol/payload.ts'
import type { PublicKey } from '../../src/protocol/primitives.ts'
import { alice, aliceSays, bob, bobSays, bytesOf, codeOf, invited, psk } from './help.ts'
import { publicOf } from '../second/crypto.ts'
import { exportsOf } from '../second/handshake.ts'
import { transcript } from '../second/transcript.ts'
import type { Inputs } from '../second/transcript.ts'

const firstEntropy = bytesOf('hs1', INITIATE_ENTROPY_BYTES)
const secondEntropy = bytesOf('hs2', RESPOND_ENTROPY_BYTES)
const alicesRatchet = publicOf(secondEntropy.slice(64)) as PublicKey

/** The very handshake that our own code makes from the same entropy. */
const inputs: Inputs = {
  terms: { mode: 1, agreed: invited.invite, nonce: invited.nonce, psk },
  initStatic: bob.secret,
  respStatic: alice.secret,
  initEphemeral: firstEntropy.slice(0, 32),
  respEphemeral: secondEntropy.slice(0, 32),
  kemSeed: firstEntropy.slice(32, 96),
  kemRandom: secondEntropy.slice(32, 64),
  payload1: encodePayload(bobSays),
  payload2: encodeReply({ ...aliceSays, status: 'ok', ratchet: alicesRatchet }),
}

const hear = (message: Bytes): string => codeOf(() => receive({ context: invited, psk, me: alice, message }))
const start = (): ReturnType<typeof initiate> =>
  initiate({ context: invited, psk, me: bob, them: alice.public, payload: bobSays, entropy: firstEntropy })
const forgedHs1 = (change: Partial<Inputs>): string => hear(transcript({ ...inputs, ...change }).hs1)
const forgedHs2 = (change: Partial<Inputs>): string => {
  const { waiting } = start()
  const code = codeOf(() => finish(waiting, transcript({ ...inputs, ...change }).hs2))
  // Whatever it was, the true answer is still taken.
  expect(finish(waiting, transcript(inputs).hs2).established).toBeDefined()
  return code
}

test('both implementations write the same bytes and derive the same keys', () => {
  const reference = transcript(inputs)
  const { message, waiting } = start()
  expect(toHex(message)).toBe(toHex(reference.hs1))
  const received = receive({ context: invited, psk, me: alice, message: reference.hs1 })
  const answer = respond(received, { ...aliceSays, status: 'ok' }, secondEntropy)
  expect(toHex(answer.message)).toBe(toHex(reference.hs2))
  const { established } = finish(waiting, reference.hs2)
  const keys = exportsOf(reference.keys, 1)
  for (const side of [established!, answer.established!]) {
    expect(toHex(side.handshakeHash)).toBe(toHex(reference.keys.h))
    expect(side).toMatchObject({
      sessionId: keys.sessionId,
      pskNext: keys.pskNext,
      pairRoot: keys.pairRoot,
      pairId: keys.pairId,
    })
  }
})

test('payloads of another size or with fields that do not belong are refused', () => {
  expect(forgedHs1({ payload1: new Uint8Array(513) })).toBe('malformed')
  expect(forgedHs1({ payload1: new Uint8Array(512) })).toBe('malformed')
  expect(forgedHs1({ payload1: inputs.payload2 })).toBe('malformed')
  expect(forgedHs2({ payload2: inputs.payload1 })).toBe('malformed')
})
