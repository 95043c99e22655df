/** What relays hand over: boxes that were tampered with, and boxes that were sealed with the right keys around nonsense. */
import fc from 'fast-check'
import { concat, equal } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import {
  ENVELOPE_SIZES,
  HELLO_ENTROPY_BYTES,
  isHello,
  openEnvelope,
  openHello,
  sealEnvelope,
  sealHellos,
} from '../../../src/protocol/envelope.ts'
import { ProtocolError } from '../../../src/protocol/errors.ts'
import { inviteKeys } from '../../../src/protocol/invite.ts'
import { bytes } from '../../protocol/arbitrary.ts'
import { bytesOf } from '../../protocol/help.ts'
import { join, xSeal } from '../../attacks/attacker.ts'
import { decoder, ITSELF } from '../decoder.ts'
import type { Trial } from '../decoder.ts'
import { corpus, fit, mutated } from '../mutate.ts'
import { bytesLike } from './formats.ts'

const keys = inviteKeys(bytesOf('fuzzed link', 32))
const nonce = bytesOf('fuzzed nonce', 24)
const OVERHEAD = 1 + 24 + 16
const KINDS = { hs1: 1, hs2: 2, notice: 4, 'psk-unknown': 5 } as const

const envelopes = corpus(
  fc
    .tuple(fc.constantFrom('hs1', 'hs2', 'notice', 'psk-unknown'), bytes(0, 3389))
    .map(([kind, body]) => sealEnvelope(keys, 'i', kind, body, nonce)),
  12,
)
/** kind ‖ length ‖ body ‖ zeros, as they are sealed. */
const insides = corpus(
  fc
    .tuple(fc.constantFrom(1, 2, 4, 5), bytes(0, 300), fc.constantFrom(...ENVELOPE_SIZES))
    .map(([kind, body, size]) => fit(join(kind, body.length >> 8, body.length & 255, body), size - OVERHEAD)),
)

/** The second implementation's envelope around any content, in the smallest size that holds it. */
function sealed(content: Bytes): Bytes {
  const size = ENVELOPE_SIZES.find((one) => content.length <= one - OVERHEAD) ?? Math.max(...ENVELOPE_SIZES)
  const ad = join('sotto/1/env', keys.topic, 0)
  return join(1, nonce, xSeal(keys.keyI, nonce, ad, fit(content, size - OVERHEAD)))
}

const opening = (content: Bytes): ReturnType<typeof openEnvelope> => openEnvelope(keys, 'i', content)

/** An envelope of ours: what opens must be all that was in it. */
function openingOurs(content: Bytes): Trial<ReturnType<typeof openEnvelope>> {
  return {
    decode: () => opening(content),
    after(outcome) {
      if (!('value' in outcome)) return
      const { kind, body } = outcome.value
      const inside = join(KINDS[kind], body.length >> 8, body.length & 255, body)
      if (!equal(sealed(fit(inside, content.length - OVERHEAD)), content)) throw new Error('more was in it')
    },
  }
}

// ── HELLO ──

const hellos = [3, 7, 12].map((count) => {
  const others = Array.from({ length: count }, (_, i) => ({
    keys: inviteKeys(bytesOf(`other ${i}`, 32)),
    dir: 'i' as const,
    nonce: bytesOf(`hello ${i}`, 16),
  }))
  const slots = [...others, { keys, dir: 'r' as const, nonce: bytesOf('hello', 16) }]
  return sealHellos(slots, bytesOf('decoys', HELLO_ENTROPY_BYTES))
})
/** Everybody else's places too, and what is no place at all. */
const INDEXES = [...Array(17).keys(), -1, 0.5, NaN, Infinity, 2 ** 32]

/** The nonces of every place that opens. */
function hearing(content: Bytes): Trial<readonly Bytes[]> {
  return {
    decode: () => INDEXES.flatMap((index) => heardAt(index, content)),
    after(outcome) {
      if (!('value' in outcome) || outcome.value.length === 0) return
      if (!isHello(content) || outcome.value.length !== 1) throw new Error('opened what is not ours')
    },
  }
}

function heardAt(index: number, content: Bytes): readonly Bytes[] {
  try {
    return [openHello(keys, 'r', index, content)]
  } catch (error) {
    if (error instanceof ProtocolError && ['malformed', 'bad-tag'].includes(error.code)) return []
    throw error
  }
}

/** flags, zeros, nonce */
const slot = join(1, new Uint8Array(7), bytesOf('hello', 16))

/** What a slot says that was sealed for the first of four places. */
function slotSealed(said: Bytes): Bytes {
  const box = xSeal(keys.keyR, nonce, join('sotto/1/hello', keys.topic, 1), said)
  return openHello(keys, 'r', 0, concat(nonce, box, bytesOf('decoys', 3 * 40)))
}

export const envelopeDecoders = [
  decoder({
    name: 'envelope',
    covers: ['protocol/envelope.ts openEnvelope'],
    valid: envelopes,
    inputs: bytesLike(envelopes),
    outcomes: ['value', 'too-large', 'malformed', 'bad-tag'],
    decode: opening,
    limit: { length: 3433, by: ITSELF },
  }),
  decoder({
    name: 'envelope sealed around nonsense',
    covers: ['protocol/envelope.ts openEnvelope'],
    valid: insides.map(sealed),
    inputs: mutated(insides).map(sealed),
    outcomes: ['value', 'malformed'],
    trial: openingOurs,
    again: ({ kind, body }) => sealEnvelope(keys, 'i', kind, body, nonce),
  }),
  decoder({
    name: 'HELLO',
    covers: ['protocol/envelope.ts openHello', 'protocol/envelope.ts isHello'],
    valid: hellos.map(({ content }) => content),
    inputs: bytesLike(hellos.map(({ content }) => content)),
    outcomes: ['heard', 'nothing'],
    trial: hearing,
    runs: 500,
    label: (heard) => (heard.length > 0 ? 'heard' : 'nothing'),
    limit: { length: 664, by: ITSELF },
  }),
  decoder({
    name: 'HELLO sealed around nonsense',
    covers: ['protocol/envelope.ts openHello'],
    valid: [slot],
    inputs: mutated([slot, join(0, slot.slice(1))]).map((bytes) => fit(bytes, slot.length)),
    outcomes: ['value', 'malformed'],
    decode: slotSealed,
    again: (heard) => join(slot.slice(0, 8), heard),
    exact: true,
  }),
]
