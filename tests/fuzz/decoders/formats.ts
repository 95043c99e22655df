/** The formats of the protocol that need no key. */
import fc from 'fast-check'
import { concat, fromUtf8, padTo, utf8 } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { decodeCall, encodeCall } from '../../../src/protocol/call.ts'
import { decodeDescription, encodeDescription } from '../../../src/protocol/description.ts'
import { decodeNotice, encodeNotice } from '../../../src/protocol/envelope.ts'
import { decodeFrame, encodeFrame } from '../../../src/protocol/frame.ts'
import { readPskId } from '../../../src/protocol/handshake.ts'
import { decodeMessage, encodeMessage, MAX_TEXT_BYTES } from '../../../src/protocol/message.ts'
import { decodeMoveStep, encodeMoveStep } from '../../../src/protocol/move.ts'
import { decodeNumbered, encodeNumbered } from '../../../src/protocol/numbered.ts'
import { decodePayload, decodeReply, encodePayload, encodeReply } from '../../../src/protocol/payload.ts'
import { compareSafety, safetyPayload } from '../../../src/protocol/safety.ts'
import { FRAME_SIZES } from '../../../src/protocol/session.ts'
import { bytes, description, frame, message, moveStep, payload, publicKeys, u32 } from '../../protocol/arbitrary.ts'
import { alice, bob, LOW_ORDER } from '../../protocol/help.ts'
import { decoder, ITSELF } from '../decoder.ts'
import { corpus, junk, mutated } from '../mutate.ts'

/** Mutations of valid inputs, and now and then noise. */
export function bytesLike(valid: readonly Bytes[]): fc.Arbitrary<Bytes> {
  return fc.oneof({ weight: 1, arbitrary: junk }, { weight: 15, arbitrary: mutated(valid) })
}

const LARGEST_FRAME = Math.max(...FRAME_SIZES)
const inFrame = { length: LARGEST_FRAME, by: 'protocol/session.ts' }

const texts = [
  utf8('\uFEFFafter a byte order mark'),
  ...corpus(fc.string({ unit: 'grapheme', maxLength: 100 }).map(utf8)),
]
const calls = corpus(fc.record({ nonce: bytes(16), message: bytes(0, 1400) }).map(encodeCall))
const numbered = corpus(fc.record({ index: u32, message: bytes(0, 600) }).map(encodeNumbered))
const moveSteps = corpus(moveStep.map(encodeMoveStep))
const messages = [
  ...corpus(message.map(encodeMessage)),
  encodeMessage({ kind: 'text', text: 'x'.repeat(MAX_TEXT_BYTES) }),
]
const descriptions = corpus(description.map(encodeDescription))
/** Thirteen candidates, all of them good. */
const tooMany = concat(
  Uint8Array.of(0, 4, ...utf8('abcd'), 22, ...utf8('a'.repeat(22)), ...new Uint8Array(32), 0, 9, 0, 0, 0, 0, 13),
  ...Array.from({ length: 13 }, (_, i) => Uint8Array.of(2, 0, 192, 0, 2, i, 0, 9, 0, 0, 0, 0)),
)
export const payloads = corpus(payload.map(encodePayload))
export const replies = corpus(
  fc.oneof(
    fc.tuple(payload, publicKeys).map(([one, ratchet]) => encodeReply({ ...one, status: 'ok', ratchet })),
    fc.constantFrom('used' as const, 'expired' as const, 'declined' as const).map((status) => encodeReply({ status })),
  ),
)
/** As they come out of a sealed frame: padded, some to the brim. */
export const contents = corpus(
  fc.oneof(
    frame.map(encodeFrame),
    fc.tuple(frame.map(encodeFrame), fc.nat(300)).map(([one, more]) => padTo(one, one.length + more)),
  ),
)
const code = safetyPayload(alice.public, bob.public)

/** A name of which cleaning twice makes another than cleaning once. */
const SPACED_NAME = padTo(Uint8Array.of(1, 0, 5, 0x61, 0x20, 0x07, 0x20, 0x62, 3, 0, 4, 0, 0, 0, 0), 512)

export const formats = [
  decoder({
    name: 'utf-8',
    covers: ['protocol/bytes.ts fromUtf8'],
    valid: texts,
    inputs: bytesLike(texts),
    outcomes: ['value', 'malformed'],
    decode: fromUtf8,
    again: utf8,
    exact: true,
    limit: inFrame,
  }),
  decoder({
    name: 'call',
    covers: ['protocol/call.ts decodeCall'],
    valid: calls,
    inputs: bytesLike(calls),
    outcomes: ['value', 'malformed'],
    decode: decodeCall,
    again: encodeCall,
    exact: true,
    limit: { length: 3389, by: 'protocol/envelope.ts' },
  }),
  decoder({
    name: 'psk id',
    covers: ['protocol/handshake.ts readPskId'],
    valid: calls,
    inputs: bytesLike(calls),
    outcomes: ['value', 'malformed'],
    decode: readPskId,
    again: (id) => id,
    limit: { length: Infinity, by: ITSELF },
  }),
  decoder({
    name: 'notice',
    covers: ['protocol/envelope.ts decodeNotice'],
    valid: [encodeNotice('used'), encodeNotice('withdrawn'), encodeNotice('expired')],
    inputs: bytesLike([encodeNotice('used'), encodeNotice('withdrawn'), encodeNotice('expired')]),
    outcomes: ['used', 'withdrawn', 'expired', 'malformed'],
    decode: decodeNotice,
    label: (status) => status,
    again: encodeNotice,
    exact: true,
    limit: { length: 1, by: ITSELF },
  }),
  decoder({
    name: 'step of a move',
    covers: ['protocol/move.ts decodeMoveStep'],
    valid: moveSteps,
    inputs: bytesLike(moveSteps),
    outcomes: ['value', 'malformed'],
    decode: decodeMoveStep,
    again: encodeMoveStep,
    exact: true,
    limit: inFrame,
  }),
  decoder({
    name: 'numbered',
    covers: ['protocol/numbered.ts decodeNumbered'],
    valid: numbered,
    inputs: bytesLike(numbered),
    outcomes: ['value', 'malformed'],
    decode: decodeNumbered,
    again: encodeNumbered,
    exact: true,
    limit: inFrame,
  }),
  decoder({
    name: 'message',
    covers: ['protocol/message.ts decodeMessage'],
    valid: messages,
    inputs: bytesLike(messages),
    examples: [Uint8Array.of(1, ...Array<number>(MAX_TEXT_BYTES + 1).fill(0x61))],
    outcomes: ['text', 'timer', 'unknown', 'malformed', 'too-large'],
    decode: decodeMessage,
    label: (one) => one.kind,
    again: encodeMessage,
    exact: true,
    limit: inFrame,
  }),
  decoder({
    name: 'description',
    covers: ['protocol/description.ts decodeDescription'],
    valid: descriptions,
    inputs: bytesLike(descriptions),
    examples: [tooMany],
    outcomes: ['value', 'malformed'],
    decode: decodeDescription,
    again: encodeDescription,
    limit: { length: 2048, by: ITSELF },
  }),
  decoder({
    name: 'payload of HS1',
    covers: ['protocol/payload.ts decodePayload'],
    valid: payloads,
    inputs: bytesLike(payloads),
    examples: [SPACED_NAME],
    outcomes: ['value', 'malformed'],
    decode: decodePayload,
    again: encodePayload,
    limit: { length: 2048, by: ITSELF },
  }),
  decoder({
    name: 'payload of HS2',
    covers: ['protocol/payload.ts decodeReply'],
    valid: replies,
    inputs: bytesLike(replies),
    examples: [encodeReply({ name: '', caps: 0, status: 'ok', ratchet: LOW_ORDER.at(-1)! })],
    outcomes: ['ok', 'refusal', 'malformed', 'bad-key'],
    decode: decodeReply,
    label: ({ status }) => (status === 'ok' ? 'ok' : 'refusal'),
    again: encodeReply,
    limit: { length: 2048, by: ITSELF },
  }),
  decoder({
    name: 'frame',
    covers: ['protocol/frame.ts decodeFrame'],
    valid: contents,
    inputs: bytesLike(contents),
    outcomes: ['known', 'unknown', 'malformed'],
    decode: decodeFrame,
    label: ({ type }) => (type === 'unknown' ? 'unknown' : 'known'),
    again: (one) => (one.type === 'unknown' ? undefined : encodeFrame(one)),
    limit: inFrame,
  }),
  decoder({
    name: 'safety code',
    covers: ['protocol/safety.ts compareSafety'],
    valid: [code],
    inputs: bytesLike([code, safetyPayload(bob.public, alice.public)]),
    outcomes: ['match', 'mismatch', 'other-version', 'unreadable', 'own-code'],
    decode: (scanned: Bytes) => compareSafety(scanned, bob.public, alice.public),
    label: (outcome) => outcome,
    limit: { length: 71, by: ITSELF },
  }),
]
