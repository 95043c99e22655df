/**
 * Everything secret that two people's pages ever held, worked out from what they drew and what they sent. What is drawn is
 * public or secret by its length; every key that comes from it is made once more with the protocol's own functions.
 */
import { hkdfSync } from 'node:crypto'
import { compare, equal, fromHex, toHex, utf8 } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { decodeCall } from '../../src/protocol/call.ts'
import type { Call } from '../../src/protocol/call.ts'
import { dayKeys, HELLO_ENTROPY_BYTES, openEnvelope } from '../../src/protocol/envelope.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { INITIATE_ENTROPY_BYTES, pskId, receive, RESPOND_ENTROPY_BYTES } from '../../src/protocol/handshake.ts'
import type { KeyPair } from '../../src/protocol/handshake.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import type { TopicKeys } from '../../src/protocol/invite.ts'
import { label } from '../../src/protocol/labels.ts'
import { hkdfExtract, schnorrPublicKey } from '../../src/protocol/primitives.ts'
import type { Psk } from '../../src/protocol/primitives.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import { recoverPsk } from '../../src/protocol/topics.ts'
import type { Known } from '../needles.ts'
import { follow, pairOf, replay, sideOf } from '../protocol/replay.ts'
import type { Handshake, Replayed, Sent } from '../protocol/replay.ts'
import type { Event, Record } from './secrets-record.ts'

/** Numbers for timers, local ids and nonces, initialization vectors, envelope nonces, hellos: what may be seen. */
const PUBLIC_BYTES = [1, 4, 12, 16, 24, HELLO_ENTROPY_BYTES]
/** Keys, link secrets, signatures' randomness, shuffles; the handshake's; a frame's, whose first 24 are the header's nonce. */
const SECRET_BYTES = [32, INITIATE_ENTROPY_BYTES, RESPOND_ENTROPY_BYTES, SEAL_ENTROPY_BYTES]
const HEADER_NONCE_BYTES = 24
const DAY_MS = 86_400_000

type Person = { readonly name: string; readonly identity: KeyPair }
/** Two people and the record of them, where they look for each other. */
type Meeting = {
  readonly record: Record
  readonly places: readonly TopicKeys[]
  readonly initiator: Person
  readonly responder: Person
  readonly contextOf: (nonce: Bytes) => Handshake['context']
}

export type Past = {
  readonly sessions: readonly Replayed[]
  /** What was said in all sessions, opened with the keys found. */
  readonly contents: readonly Bytes[]
  readonly known: readonly Known[]
}

/** Throws Error when what was sent does not come of what was drawn. */
export function pastOf(record: Record, link: string, names: { inviter: string; joiner: string }): Past {
  const invite = inviteIn(link)
  const keys = inviteKeys(invite.secret)
  const inviter = personOf(record, names.inviter, (key) => equal(key, invite.inviter))
  const contextOf = (nonce: Bytes) => ({ mode: 'invite', invite: invite.bytes, nonce }) as const
  const [call] = callsAt(record.events, [keys])
  if (!call) throw new Error('nobody called')
  const me = inviter.identity
  const { them } = receive(
    structuredClone({ context: contextOf(call.nonce), psk: keys.psk, me, message: call.message }),
  )
  const joiner = personOf(record, names.joiner, (key) => equal(key, them))
  const met = handshakesAt({ record, places: [keys], initiator: joiner, responder: inviter, contextOf }, [keys.psk])
  const sessions = [...met, ...met.flatMap((session) => reconnections(record, session, [inviter, joiner]))]
  const lines = linesOf(record)
  const talks = sessions.map((session) => followed(session, lines))
  return {
    sessions,
    contents: talks.flatMap(({ contents }) => contents),
    known: [
      { name: 'identity of the inviter', bytes: inviter.identity.secret },
      { name: 'identity of the joiner', bytes: joiner.identity.secret },
      ...sessions.flatMap((session) => session.known),
      ...talks.flatMap(({ known }) => known),
      ...met.flatMap(({ pairRoot }) => pairSecrets(pairRoot!)),
    ],
  }
}

export function inviteIn(link: string) {
  return parseInvite(link.slice(link.indexOf('#/join/') + 7))
}

export function linkSecrets(link: string): Known[] {
  const { secret } = inviteIn(link)
  const { psk, keyI, keyR } = inviteKeys(secret)
  const parts = { secret, psk, 'key i': keyI, 'key r': keyR, PRK: hkdfExtract(label('invite'), secret) }
  return Object.entries(parts).map(([name, bytes]) => ({ name: `link: ${name}`, bytes }))
}

function pairSecrets(root: Bytes): Known[] {
  const days = daysOf(root).flatMap(({ keyI, keyR }) => [keyI, keyR])
  return [...days, recoverPsk(root)].map((bytes) => ({ name: 'key of the pair', bytes }))
}

/** What wraps and seals the rows of one profile. */
export function vaultSecrets({ master, installId }: { master: string; installId: string }): Known[] {
  const stores = ['profile', 'contacts', 'invites', 'joins', 'blocked', 'chats', 'manifest', 'messages'].map(
    (store) => `store/${store}`,
  )
  const derived = [...stores, 'index', 'manifest'].map((name) => ({
    name: `vault: ${name}`,
    bytes: new Uint8Array(hkdfSync('sha256', fromHex(master), fromHex(installId), utf8(`sotto/1/${name}`), 32)),
  }))
  return [{ name: 'vault: master key', bytes: fromHex(master) }, ...derived]
}

/**
 * Every draw that must not be seen, whatever it was for. Throws Error for one of a size that is not known to be either: say
 * above which it is.
 */
export function drawnSecrets({ draws, askedFor }: Record): Known[] {
  return draws.flatMap(({ by, bytes }) => {
    if (PUBLIC_BYTES.includes(bytes.length)) return []
    if (!SECRET_BYTES.includes(bytes.length)) throw new Error(`are ${bytes.length} random bytes public or secret?`)
    // A random topic, to hide the real ones among.
    if (askedFor.has(toHex(bytes))) return []
    const secret = bytes.length === SEAL_ENTROPY_BYTES ? bytes.slice(HEADER_NONCE_BYTES) : bytes
    return [{ name: `${bytes.length} bytes drawn by ${by}`, bytes: secret }]
  })
}

/** The throw-away key of each event. Throws Error when it was not drawn. */
export function signingKeys(record: Record): Known[] {
  const all = record.draws.filter(({ bytes }) => bytes.length === 32)
  const byPublic = new Map(all.map(({ bytes }) => [toHex(schnorrPublicKey(bytes)), bytes]))
  return record.events.map(({ pubkey }) => {
    const bytes = byPublic.get(pubkey)
    if (!bytes) throw new Error('an event was signed by a key that was not drawn')
    return { name: 'key of an event', bytes }
  })
}

function drawnBy(record: Record, name: string, length: number): Bytes[] {
  return record.draws.filter(({ by, bytes }) => by === name && bytes.length === length).map(({ bytes }) => bytes)
}

function personOf(record: Record, name: string, isTheirs: (publicKey: Bytes) => boolean): Person {
  const identity = drawnBy(record, name, 32)
    .map(pairOf)
    .find((pair) => isTheirs(pair.public))
  if (!identity) throw new Error(`the identity of ${name} was not drawn`)
  return { name, identity }
}

// ── Handshakes on the wire ──

function bodiesAt(events: readonly Event[], places: readonly TopicKeys[], from: 'i' | 'r', wanted: 'hs1' | 'hs2') {
  const bodies = events.flatMap(({ topics, content }) =>
    places.flatMap((keys) => {
      if (!topics.includes(toHex(keys.topic))) return []
      try {
        const { kind, body } = openEnvelope(keys, from, content)
        return kind === wanted ? [body] : []
      } catch (error) {
        if (error instanceof ProtocolError) return []
        throw error
      }
    }),
  )
  return [...new Map(bodies.map((body) => [toHex(body), body])).values()]
}

function callsAt(events: readonly Event[], places: readonly TopicKeys[]): Call[] {
  return bodiesAt(events, places, 'i', 'hs1').map(decodeCall)
}

/** Every call that was answered, in order. A pair's secrets roll: each session's next one is added to `psks`. */
function handshakesAt(meeting: Meeting, psks: Psk[]): Replayed[] {
  const { record, places } = meeting
  const answers = bodiesAt(record.events, places, 'r', 'hs2')
  return callsAt(record.events, places).flatMap((call) =>
    answers.flatMap((hs2) => {
      const session = replayed(meeting, call, hs2, psks)
      if (session) psks.push(session.pskNext)
      return session ? [session] : []
    }),
  )
}

/** Undefined if this is no answer to this call. */
function replayed(meeting: Meeting, call: Call, hs2: Bytes, psks: readonly Psk[]): Replayed | undefined {
  const { record, initiator, responder, contextOf } = meeting
  const context = contextOf(call.nonce)
  const reconnect = context.mode === 'reconnect'
  const psk = reconnect ? psks.find((one) => equal(pskId(one), call.message.slice(0, 8))) : psks[0]
  if (!psk) throw new Error('a call under a secret that the two never had')
  const e = reconnect ? call.message.slice(8, 40) : call.message.slice(0, 32)
  const began = (drawn: Bytes, e: Bytes) => equal(pairOf(drawn.slice(0, 32)).public, e)
  const byInitiator = drawnBy(record, initiator.name, INITIATE_ENTROPY_BYTES).find((drawn) => began(drawn, e))
  const byResponder = drawnBy(record, responder.name, RESPOND_ENTROPY_BYTES).find((d) => began(d, hs2.slice(0, 32)))
  if (!byInitiator || !byResponder) throw new Error('a handshake that was not drawn')
  const who = { initiator: initiator.identity, responder: responder.identity }
  try {
    return replay({ context, psk, ...who, hs1: call.message, hs2, drawn: { byInitiator, byResponder } })
  } catch (error) {
    if (error instanceof ProtocolError && error.code === 'bad-tag') return undefined
    throw error
  }
}

function daysOf(root: Bytes): TopicKeys[] {
  const today = Math.floor(Date.now() / DAY_MS)
  return [today - 1, today, today + 1].map((day) => dayKeys(root, day))
}

function reconnections(record: Record, met: Replayed, [a, b]: readonly [Person, Person]): Replayed[] {
  const { pairRoot, pairId, pskNext } = met
  if (!pairRoot || !pairId) throw new Error('a link that founds no pair')
  const larger = compare(a.identity.public, b.identity.public) > 0
  const [initiator, responder] = larger ? [a, b] : [b, a]
  const psks = [pskNext]
  const contextOf = (nonce: Bytes) => ({ mode: 'reconnect', pairId, nonce }) as const
  return handshakesAt({ record, places: daysOf(pairRoot), initiator, responder, contextOf }, psks)
}

/** What went over each line, with what was drawn for each frame. */
function linesOf({ lines, draws }: Record): Sent[][] {
  const seals = draws.filter(({ bytes }) => bytes.length === SEAL_ENTROPY_BYTES)
  const byNonce = new Map(seals.map(({ bytes }) => [toHex(bytes.slice(0, HEADER_NONCE_BYTES)), bytes]))
  return [...lines.values()].map((frames) =>
    frames.map((frame) => {
      const entropy = byNonce.get(toHex(frame.slice(1, 1 + HEADER_NONCE_BYTES)))
      if (!entropy) throw new Error('a frame with a nonce that was not drawn')
      return { frame, entropy }
    }),
  )
}

/** A session that came to nothing has no lines. */
function followed(session: Replayed, lines: readonly Sent[][]): ReturnType<typeof follow> {
  const of = (side: 'initiator' | 'responder') => lines.find(([first]) => sideOf(session, first) === side) ?? []
  return follow(session, of('initiator'), of('responder'))
}
