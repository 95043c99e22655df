/** Rekey offers and answers inside a session: the other side is authentic there, and may still send anything. */
import fc from 'fast-check'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { finish, initiate } from '../../../src/protocol/handshake.ts'
import { encodePayload, encodeReply } from '../../../src/protocol/payload.ts'
import { asPsk } from '../../../src/protocol/primitives.ts'
import type { PublicKey } from '../../../src/protocol/primitives.ts'
import { answerRekey, beginRekey, completeRekey } from '../../../src/protocol/rekey.ts'
import type { Frame } from '../../../src/protocol/session.ts'
import { alice, bob, bytesOf, LOW_ORDER, keyPairOf } from '../../protocol/help.ts'
import { join, u32 } from '../../attacks/attacker.ts'
import { decoder, ITSELF } from '../decoder.ts'
import type { Trial } from '../decoder.ts'
import { mutated } from '../mutate.ts'
import { bobsKeys, firstEntropy, firstRatchet, forge, secondEntropy } from './forger.ts'
import type { Forged, Keys } from './forger.ts'
import { bytesLike, payloads, replies } from './formats.ts'
import { payloadSized } from './handshakes.ts'
import { stages } from './stages.ts'

const [hearing, speaking] = [stages[1]!, stages[2]!]
const NOTHING = { name: '', caps: 0 }

const offerSays = encodePayload(NOTHING)
const answerSays = encodeReply({ ...NOTHING, status: 'ok', ratchet: firstRatchet as PublicKey })

/** The renewal of the session at a stage. */
function renewal(id: Bytes, keys?: Keys): Forged {
  return forge({ mode: 3, agreed: join(id, u32(1)), psk: bytesOf('rekey', 32) }, offerSays, keys)
}

const [offered, answered] = [renewal(hearing.id), renewal(speaking.id)]
const [offer, answer] = [offered.hs1(offerSays), answered.hs2(answerSays)]
const parties = { alice: { me: alice, them: bob.public }, bob: { me: bob, them: alice.public } }

/** Alice hears an offer. One that was refused leaves the session as it was: its frames open, and a true offer counts. */
function offering(message: Bytes): Trial<Frame> {
  const session = hearing.open()
  const hear = (it: Bytes): Frame => answerRekey(session, it, parties.alice, secondEntropy)
  return {
    decode: () => hear(message),
    after(outcome) {
      if ('code' in outcome) hear(offer)
      session.open(hearing.next[0])
      if (session.epoch !== 0) throw new Error('renewed before the new keys were used')
    },
  }
}

/** Bob, who offered, hears an answer. */
function completing(message: Bytes): Trial<'renewed'> {
  const session = speaking.open()
  beginRekey(session, parties.bob, firstEntropy)
  return {
    decode() {
      completeRekey(session, message)
      return 'renewed'
    },
    after(outcome) {
      // A valid answer that says no is an answer: no other is taken after it.
      const isOver = 'code' in outcome && isRefusal(message)
      if ('code' in outcome && !isOver) completeRekey(session, answer)
      if (session.epoch !== (isOver ? 0 : 1)) throw new Error('not renewed')
      session.open(speaking.next[0])
    },
  }
}

function isRefusal(message: Bytes): boolean {
  const context = { mode: 'rekey', sessionId: speaking.id, epoch: 1 } as const
  const psk = asPsk(bytesOf('rekey', 32))
  const { waiting } = initiate({ context, psk, me: bob, them: alice.public, payload: NOTHING, entropy: firstEntropy })
  try {
    return finish(waiting, message).reply.status !== 'ok'
  } catch {
    return false
  }
}

const refusals = (['used', 'expired', 'declined'] as const).map((status) => answered.hs2(encodeReply({ status })))
const accepting = replies.filter((one) => one[3] === 0)
const stranger = renewal(hearing.id, { ...bobsKeys, s: keyPairOf('stranger').public }).hs1(offerSays)

export const renewals = [
  decoder({
    name: 'rekey offer',
    covers: ['protocol/rekey.ts answerRekey'],
    valid: [offer],
    inputs: bytesLike([offer, answer]),
    examples: [stranger, answered.hs1(offerSays)],
    outcomes: ['value', 'malformed', 'bad-tag', 'bad-key'],
    trial: offering,
    runs: 50,
    limit: { length: 3344, by: ITSELF },
  }),
  decoder({
    name: 'rekey offer sealed around nonsense',
    covers: ['protocol/rekey.ts answerRekey'],
    valid: payloads.slice(0, 3).map(offered.hs1),
    inputs: mutated(payloads).map(payloadSized).map(offered.hs1),
    outcomes: ['value', 'malformed'],
    trial: offering,
    runs: 50,
  }),
  decoder({
    name: 'rekey answer',
    covers: ['protocol/rekey.ts completeRekey'],
    valid: [answer],
    inputs: bytesLike([answer, offer]),
    examples: [...refusals, offered.hs2(answerSays), new Uint8Array(answer.length)],
    outcomes: ['value', 'malformed', 'bad-tag', 'bad-key'],
    trial: completing,
    runs: 50,
    limit: { length: 3200, by: ITSELF },
  }),
  decoder({
    name: 'rekey answer sealed around nonsense',
    covers: ['protocol/rekey.ts completeRekey'],
    valid: accepting.slice(0, 3).map(answered.hs2),
    inputs: fc
      .constantFrom(...accepting)
      .chain((one) => mutated([one]))
      .map(payloadSized)
      .map(answered.hs2),
    examples: LOW_ORDER.map((ratchet) => answered.hs2(encodeReply({ ...NOTHING, status: 'ok', ratchet }))),
    outcomes: ['value', 'malformed', 'bad-key'],
    trial: completing,
    runs: 50,
  }),
]
