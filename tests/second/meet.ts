/** Two ends of a session, each in both implementations: after a whole handshake in step, or straight from keys. */
import { finish, initiate, receive, respond } from '../../src/protocol/handshake.ts'
import type { Context, Established, KeyPair } from '../../src/protocol/handshake.ts'
import { asPsk } from '../../src/protocol/primitives.ts'
import { initiatorRatchet, responderRatchet } from '../../src/protocol/ratchet.ts'
import { Session as RealSession } from '../../src/protocol/session.ts'
import { ascii, hex, integer, publicOf } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { exportsOf, readHs1, readHs2, writeHs1, writeHs2 } from './handshake.ts'
import type { Exports, Received, Sent, Terms } from './handshake.ts'
import { kemKeys } from './mlkem.ts'
import { CAPABILITIES, NAME, payloadOf, RATCHET_KEY, readP1, readP2, STATUS } from './payload.ts'
import { Ratchet } from './ratchet.ts'
import { Session } from './session.ts'
import { both, Disagreement, keyPair, Tape, Twin } from './twin.ts'
import type { Outcome, Source } from './twin.ts'

export type People = { readonly initiator: KeyPair; readonly responder: KeyPair }

/** Both ends, and what both implementations know of their keys. */
export type Met = { readonly initiator: Twin; readonly responder: Twin; readonly exports: Exports }

const CAPS = 1
const BOB = { name: 'Bob', caps: CAPS }
const STATUSES = ['ok', 'used', 'expired', 'declined']
const ALICE = { name: 'Alice', caps: CAPS }

export function contextOf({ mode, agreed, nonce }: Terms): Context {
  if (mode === 1) return { mode: 'invite', invite: agreed, nonce }
  return { mode: 'reconnect', pairId: agreed, nonce }
}

export const peopleOf = (source: Source): People => ({
  initiator: keyPair(source.take(32)),
  responder: keyPair(source.take(32)),
})

/** What an honest step made; that it is refused is a disagreement too. */
function honest<R, S>(
  step: Outcome<{ readonly real: R; readonly second: S }>,
): { readonly real: R; readonly second: S } {
  if ('code' in step) throw new Disagreement(`an honest handshake is refused: ${step.code}`)
  return step.value
}

export function hs1(terms: Terms, { initiator, responder }: People, entropy: Bytes) {
  const tape = new Tape()
  tape.load(entropy)
  const payload = payloadOf([NAME, ascii(BOB.name)], [CAPABILITIES, integer(CAPS, 4)])
  const opening = {
    own: initiator.secret,
    theirs: responder.public,
    ephemeral: tape.take(32),
    kem: kemKeys(tape.take(64)),
  }
  const context = contextOf(terms)
  const psk = asPsk(terms.psk)
  const made = both(
    'HS1',
    [
      () => initiate({ context, psk, me: initiator, them: responder.public, payload: BOB, entropy }),
      ({ message }) => hex(message),
    ],
    [() => writeHs1(terms, opening, payload), (sent) => hex(sent.hs1)],
  )
  return { ...honest(made), own: tape.take(32) }
}

/** Reading HS1, honest or not. */
export function hearHs1(terms: Terms, { responder }: Pick<People, 'responder'>, message: Bytes) {
  const context = contextOf(terms)
  const read = (): Received => {
    const received = readHs1(terms, responder.secret, message)
    readP1(received.payload)
    return received
  }
  return both(
    'reading HS1',
    [() => receive({ context, psk: asPsk(terms.psk), me: responder, message }), ({ them }) => hex(them)],
    [read, ({ s }) => hex(s)],
  )
}

function hs2(received: { readonly real: ReturnType<typeof receive>; readonly second: Received }, entropy: Bytes) {
  const tape = new Tape()
  tape.load(entropy)
  const answering = { ephemeral: tape.take(32), m: tape.take(32) }
  const first = tape.take(32)
  const payload = payloadOf(
    [STATUS, Uint8Array.of(0)],
    [NAME, ascii(ALICE.name)],
    [CAPABILITIES, integer(CAPS, 4)],
    [RATCHET_KEY, publicOf(first)],
  )
  const made = both(
    'HS2',
    [() => respond(received.real, { status: 'ok', ...ALICE }, entropy), ({ message }) => hex(message)],
    [() => writeHs2(received.second, answering, payload), (written) => hex(written.hs2)],
  )
  return { ...honest(made), first }
}

/** Reading HS2, honest or not. */
export function hearHs2(
  sent: { readonly real: ReturnType<typeof initiate>; readonly second: Sent; readonly own: Bytes },
  message: Bytes,
) {
  const read = () => {
    const { keys, payload } = readHs2(sent.second, message)
    const fields = readP2(payload)
    const first = fields.get(RATCHET_KEY)
    const exports = exportsOf(keys, sent.second.mode)
    // This too may refuse the key.
    if (first) Ratchet.alice(exports, first, sent.own)
    return { keys, exports, first, status: fields.get(STATUS)![0]! }
  }
  return both(
    'reading HS2',
    [
      () => finish(sent.real.waiting, message),
      ({ reply, established }) => (established ? hex(established.handshakeHash) : reply.status),
    ],
    [read, ({ keys, first, status }) => (first ? hex(keys.h) : STATUSES[status]!)],
  )
}

/** A whole handshake, by both implementations on both sides. */
export function meet(terms: Terms, people: People, source: Source): Met {
  const { initiator, responder } = people
  const sent = hs1(terms, people, source.take(128))
  const received = honest(hearHs1(terms, people, sent.second.hs1))
  const answered = hs2(received, source.take(96))
  const finished = honest(hearHs2(sent, answered.second.hs2))
  const { exports, first } = finished.second
  const [bobs, alices] = [finished.real.established!, answered.real.established!]
  for (const side of [bobs, alices]) compareExports(side, exports, terms.mode)
  return {
    exports,
    initiator: twin(bobs.session, exports, first!, initiator, responder, sent.own),
    responder: twin(alices.session, exports, answered.first, responder, initiator),
  }
}

function compareExports(side: Established, exports: Exports, mode: number): void {
  const { sessionId, pskNext, pairRoot, pairId } = exports
  const expected = [sessionId, pskNext, ...(mode === 1 ? [pairRoot, pairId] : [])].map(hex)
  const real = [side.sessionId, side.pskNext, side.pairRoot, side.pairId].flatMap((key) => (key ? [hex(key)] : []))
  if (String(real) !== String(expected)) throw new Disagreement(`the keys that come out: ${real.join(', ')}`)
}

function twin(real: RealSession, exports: Exports, first: Bytes, me: KeyPair, them: KeyPair, own?: Bytes): Twin {
  const tape = new Tape()
  const second = new Session({ own: me.secret, theirs: them.public }, exports, first, tape.take, own)
  return new Twin(real, second, tape, { me, them: them.public })
}

export type Start = {
  readonly met: () => Met
  readonly secrets: { readonly initiator: Bytes; readonly responder: Bytes }
}

/** Both ends without a handshake, from random keys: what comes after does not know the difference. */
export function start(people: People, source: Source): Start {
  const id = source.take(16)
  const keys = { root: source.take(32), headerI: source.take(32), nextHeaderR: source.take(32) }
  const pskRekey = source.take(32)
  const exports = {
    sessionId: id,
    drRoot: keys.root,
    drHkI: keys.headerI,
    drNhkR: keys.nextHeaderR,
    pskNext: source.take(32),
    pskRekey,
    pairRoot: source.take(32),
    pairId: source.take(32),
  }
  const [bobs, alices] = [keyPair(source.take(32)), keyPair(source.take(32))]
  // A session overwrites the state it was given when it is done with it, so each gets its own.
  const ratchets = {
    initiator: () => initiatorRatchet(keys, bobs, alices.public),
    responder: () => responderRatchet(keys, alices),
  }
  const { initiator, responder } = people
  const real = (role: 'initiator' | 'responder') => new RealSession(role, id, ratchets[role](), asPsk(pskRekey.slice()))
  const met = () => ({
    exports,
    initiator: twin(real('initiator'), exports, alices.public, initiator, responder, bobs.secret),
    responder: twin(real('responder'), exports, alices.secret, responder, initiator),
  })
  return { met, secrets: { initiator: bobs.secret, responder: alices.secret } }
}
