import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { answerRekey, beginRekey, completeRekey } from '../../src/protocol/rekey.ts'
import type { Parties } from '../../src/protocol/rekey.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import type { Frame, Session } from '../../src/protocol/session.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { alice, bob, bytesOf, connect, keyPairOf, known } from './help.ts'

let counter = 0
/** Bytes that nothing else in a run uses, the same in every run. */
const fresh = (length: number): Bytes => bytesOf(`rekey ${counter++}`, length)

type Side = { readonly session: Session; readonly parties: Parties }

/** Two ends of a session, past its first frames. */
function session(): { readonly i: Side; readonly r: Side } {
  const { bobs, alices } = connect(known, String(counter++))
  const i = { session: bobs, parties: { me: bob, them: alice.public } }
  const r = { session: alices, parties: { me: alice, them: bob.public } }
  pass(i, r, { type: 'confirm', caps: 0 })
  pass(r, i, { type: 'ack' })
  return { i, r }
}

const seal = (from: Side, frame: Frame): Bytes => from.session.seal(frame, fresh(SEAL_ENTROPY_BYTES))
const pass = (from: Side, to: Side, frame: Frame): Frame => to.session.open(seal(from, frame))
const message = (n: number): Frame => ({ type: 'message', id: fresh(16), body: Uint8Array.of(n) })
const bodyOf = (frame: Frame): number | undefined => (frame.type === 'message' ? frame.body[0] : undefined)

function offered(i: Side, r: Side): Bytes {
  const offer = pass(i, r, beginRekey(i.session, i.parties, fresh(128)))
  if (offer.type !== 'rekey') throw new Error('not an offer')
  return offer.message
}

function answered(i: Side, r: Side, offer: Bytes): Bytes {
  const answer = pass(r, i, answerRekey(r.session, offer, r.parties, fresh(96)))
  if (answer.type !== 'rekey') throw new Error('not an answer')
  return answer.message
}

test('frames in flight on both sides survive any number of renewals, in any interleaving', () => {
  const steps = fc.array(fc.constantFrom('i', 'r', 'rekey', 'deliver-i', 'deliver-r'), { maxLength: 60 })
  fc.assert(
    fc.property(steps, (plan) => {
      const { i, r } = session()
      const wire = { i: [] as Bytes[], r: [] as Bytes[] }
      const sent = { i: [] as number[], r: [] as number[] }
      const heard = { i: [] as number[], r: [] as number[] }
      let pending = false
      const say = (who: 'i' | 'r'): void => {
        const n = sent[who].length % 256
        sent[who].push(n)
        wire[who].push(seal(who === 'i' ? i : r, message(n)))
      }
      const deliver = (from: 'i' | 'r'): void => {
        const bytes = wire[from].shift()
        if (!bytes) return
        const [to, toName] = from === 'i' ? ([r, 'r'] as const) : ([i, 'i'] as const)
        const frame = to.session.open(bytes)
        const n = bodyOf(frame)
        if (n !== undefined) heard[toName].push(n)
        if (frame.type !== 'rekey') return
        if (frame.step === 'offer') wire.r.push(seal(r, answerRekey(r.session, frame.message, r.parties, fresh(96))))
        else {
          completeRekey(i.session, frame.message)
          wire.i.push(seal(i, { type: 'ping' }))
          pending = false
        }
      }
      for (const step of plan) {
        if (step === 'i' || step === 'r') say(step)
        else if (step === 'deliver-i') deliver('i')
        else if (step === 'deliver-r') deliver('r')
        else if (!pending && settled(i.session) && settled(r.session)) {
          pending = true
          wire.i.push(seal(i, beginRekey(i.session, i.parties, fresh(128))))
        }
      }
      while (wire.i.length + wire.r.length > 0) {
        deliver('i')
        deliver('r')
      }
      expect(heard.r).toEqual(sent.i)
      expect(heard.i).toEqual(sent.r)
    }),
    { numRuns: 60 },
  )
})

/** No renewal is half done on this side. */
function settled(one: Session): boolean {
  try {
    one.rekeyContext()
    return true
  } catch {
    return false
  }
}

test('a copy of the state from before the renewal opens nothing after it', () => {
  const { i, r } = session()
  const old = r.session.rekeyContext()
  completeRekey(i.session, answered(i, r, offered(i, r)))
  pass(i, r, { type: 'ping' })
  pass(r, i, { type: 'pong' })
  const now = r.session.rekeyContext()
  expect(now.sessionId).not.toEqual(old.sessionId)
  expect(now.psk).not.toEqual(old.psk)
  expect(now.epoch).toBe(2)
  expect(r.session.used.frames).toBeLessThan(4)
})

test('a changed offer or answer, another identity, or a step out of turn is refused', () => {
  const { i, r } = session()
  const offer = offered(i, r)
  const bad = offer.slice()
  bad[40]! ^= 1
  expect(() => answerRekey(r.session, bad, r.parties, fresh(96))).toThrow(/bad-tag/)
  expect(() => answerRekey(r.session, offer, { ...r.parties, them: keyPairOf('mallory').public }, fresh(96))).toThrow(
    /bad-key/,
  )
  expect(() => answerRekey(i.session, offer, i.parties, fresh(96))).toThrow(/state/)
  expect(() => beginRekey(r.session, r.parties, fresh(128))).toThrow(/state/)
  expect(() => beginRekey(i.session, i.parties, fresh(128))).toThrow(/state/)
  const answer = answered(i, r, offer)
  const forged = answer.slice()
  forged[40]! ^= 1
  expect(() => completeRekey(i.session, forged)).toThrow(/bad-tag/)
  completeRekey(i.session, answer)
  expect(() => completeRekey(i.session, answer)).toThrow(/state/)
  // The renewal stands, and so does the session.
  expect(bodyOf(pass(i, r, message(7)))).toBe(7)
  expect(bodyOf(pass(r, i, message(8)))).toBe(8)
})

test('an offer made for one session means nothing in another, nor a second time', () => {
  const [one, other] = [session(), session()]
  const offer = offered(one.i, one.r)
  expect(() => answerRekey(other.r.session, offer, other.r.parties, fresh(96))).toThrow(/bad-tag/)
  completeRekey(one.i.session, answered(one.i, one.r, offer))
  pass(one.i, one.r, { type: 'ping' })
  expect(() => answerRekey(one.r.session, offer, one.r.parties, fresh(96))).toThrow(/bad-tag/)
})
