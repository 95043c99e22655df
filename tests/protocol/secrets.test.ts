/** Nothing secret is in what the protocol throws, nor in its objects when somebody writes them down. */
import { readdirSync } from 'node:fs'
import { inspect } from 'node:util'
import { expect, test } from 'playwright/test'
import { concat, utf8 } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'
import { finish, initiate, PATTERN, receive, respond } from '../../src/protocol/handshake.ts'
import { HandshakeState } from '../../src/protocol/noise.ts'
import { hkdfExpand, hkdfExtract } from '../../src/protocol/primitives.ts'
import { beginRekey } from '../../src/protocol/rekey.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import type { Frame, Session } from '../../src/protocol/session.ts'
import { CipherState, SymmetricState } from '../../src/protocol/symmetric.ts'
import { Needles } from '../needles.ts'
import type { Known } from '../needles.ts'
import { alice, aliceSays, bob, bobSays, bytesOf, invited, psk } from './help.ts'
import { ACCEPT_ALL, held, REFUSALS } from './refusals.ts'
import { follow, pairOf, replay } from './replay.ts'
import type { Sent } from './replay.ts'

/** Everything that anybody could write down of a value. */
const WAYS: Readonly<Record<string, (value: unknown) => string>> = {
  inspect: (value) => inspect(value, { showHidden: true, depth: null, maxArrayLength: null, maxStringLength: null }),
  string: (value) => String(value),
  json: (value) => JSON.stringify(value),
  clone: (value) => inspect(structuredClone(value), { depth: null, maxArrayLength: null }),
  properties: (value) =>
    Reflect.ownKeys(value as object)
      .map((name) => inspect(Reflect.get(value as object, name)))
      .join(),
}

type Written = readonly (readonly [way: string, text: string])[]

function write(value: unknown): Written {
  return Object.entries(WAYS).map(([way, write]) => [way, write(value)])
}

function found(needles: Needles, written: Written): string[] {
  return written.flatMap(([way, text]) => {
    const all = new Set([...needles.in(text), ...needles.in(text.replace(/\s+/g, ''))])
    return [...all].map((what) => `${way}: ${what}`)
  })
}

function leaks(known: readonly Known[], value: unknown): string[] {
  return found(new Needles(known), write(value))
}

test('what is written down would be found', () => {
  const known = [{ name: 'key', bytes: bytesOf('key', 32) }]
  const key = bytesOf('key', 32)
  const ways = (value: unknown) => [...new Set(leaks(known, value).map((found) => found.split(':')[0]))]
  expect(ways({ deep: { inside: [key] } })).toEqual(['inspect', 'json', 'clone', 'properties'])
  expect(ways(key)).toEqual(['inspect', 'string', 'json', 'clone', 'properties'])
  expect(ways(new Error(`not ${Buffer.from(key).toString('base64url')}`))).toEqual([
    'inspect',
    'string',
    'clone',
    'properties',
  ])
  expect(ways(new Error('no', { cause: key.slice(16) }))).toEqual(['inspect', 'clone', 'properties'])
  for (const spelled of ['hex', 'base64', 'base64url', 'latin1'] as const)
    for (const before of [0, 1, 2]) {
      const text = Buffer.concat([Buffer.alloc(before, 7), key]).toString(spelled)
      for (const hay of [text, Buffer.from(text, 'utf16le')]) expect(new Needles(known).in(hay)).not.toEqual([])
    }
  expect(new Needles(known).in(bytesOf('another key', 4096))).toEqual([])
})

const CODES: readonly ErrorCode[] = [
  ...(['malformed', 'version', 'checksum', 'cut', 'too-large', 'bad-tag', 'bad-key'] as const),
  ...(['self', 'replay', 'state', 'skipped', 'closed'] as const),
]

test('an error says its code, and nothing of what was in hand', () => {
  const errors = Object.entries(REFUSALS).map(([what, run]) => [what, thrown(run)] as const)
  const needles = new Needles(held)
  for (const [what, error] of errors) {
    expect(error, what).toBeInstanceOf(Error)
    expect(found(needles, write(error)), what).toEqual([])
    if (error instanceof ProtocolError) expect(Object.keys(error).sort(), what).toEqual(['code', 'name'])
  }
  const codes = errors.flatMap(([, error]) => (error instanceof ProtocolError ? [error.code] : []))
  expect(new Set(codes)).toEqual(new Set(CODES))
  // What the libraries throw by themselves: at sizes that the types rule out, and saying nothing but those.
  const others = errors.filter(([, error]) => !(error instanceof ProtocolError)).map(([what]) => what)
  expect(others).toEqual([
    'publicKey',
    'kemKeygen',
    'hkdfExpand',
    'aeadSeal',
    'xSeal',
    'warmUp',
    'sealBody',
    'sealHeader',
  ])
})

function thrown(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('every function of the protocol was made to refuse, or refuses nothing', async () => {
  const files = readdirSync('src/protocol').filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
  const modules = await Promise.all(files.map((name) => import(`../../src/protocol/${name}`) as Promise<object>))
  const functions = modules.flatMap((module) =>
    Object.entries(module).filter(([, value]) => typeof value === 'function'),
  )
  const looked = new Set([...Object.keys(REFUSALS).map((what) => what.split(':')[0]), ...ACCEPT_ALL])
  expect(functions.length).toBeGreaterThan(80)
  expect(functions.map(([name]) => name).filter((name) => !looked.has(name))).toEqual([])
})

/** A handshake and a talk; what was drawn for them, and the objects on the way as they could be written down. */
function talk() {
  const notes: [what: string, written: Written][] = []
  const note = (what: string, value: unknown) => notes.push([what, write(value)])
  const drawn = { byInitiator: bytesOf('hs1 drawn', 128), byResponder: bytesOf('hs2 drawn', 96) }
  const entropy = { hs1: drawn.byInitiator.slice(), hs2: drawn.byResponder.slice() }
  const { message: hs1, waiting } = initiate({
    ...{ context: invited, psk, me: bob, them: alice.public },
    ...{ payload: bobSays, entropy: entropy.hs1 },
  })
  note('Waiting', waiting)
  const received = receive({ context: invited, psk, me: alice, message: hs1 })
  note('Received', received)
  const { message: hs2, established: alices } = respond(received, { ...aliceSays, status: 'ok' }, entropy.hs2)
  const { established: bobs } = finish(waiting, hs2)
  note('Waiting, finished', waiting)
  note('Received, answered', received)
  if (!alices || !bobs) throw new Error('no session')
  const sent = speak(bobs.session, alices.session, note)
  const handshake = replay({ context: invited, psk, initiator: bob, responder: alice, hs1, hs2, drawn })
  const { contents, known } = follow(handshake, sent.bobs, sent.alices)
  expect(contents).toHaveLength(sent.bobs.length + sent.alices.length)
  const own = [alice, bob].map(({ secret }) => ({ name: 'identity', bytes: secret }))
  return { notes, established: bobs, drawn, known: [...own, ...handshake.known, ...known] }
}

/** CONFIRM, ACK and a few turns, then an offer to renew. */
function speak(bobs: Session, alices: Session, note: (what: string, value: unknown) => unknown) {
  const sent: { bobs: Sent[]; alices: Sent[] } = { bobs: [], alices: [] }
  const pass = (from: 'bobs' | 'alices', frame: Frame) => {
    const entropy = bytesOf(`${from} ${sent[from].length}`, SEAL_ENTROPY_BYTES)
    const [sender, receiver] = from === 'bobs' ? [bobs, alices] : [alices, bobs]
    const bytes = sender.seal(frame, entropy.slice())
    sent[from].push({ frame: bytes.slice(), entropy })
    receiver.open(bytes)
    note(`Session after ${frame.type}, sender`, sender)
    note(`Session after ${frame.type}, receiver`, receiver)
  }
  note('Session, new', bobs)
  pass('bobs', { type: 'confirm', caps: 0 })
  pass('alices', { type: 'ack' })
  for (const from of ['bobs', 'alices', 'alices', 'bobs'] as const) pass(from, { type: 'ping' })
  pass('bobs', beginRekey(bobs, { me: bob, them: alice.public }, bytesOf('rekey', 128)))
  return sent
}

test('sessions and the steps of a handshake can be written down', () => {
  const { notes, known } = talk()
  const needles = new Needles(known)
  expect(notes.length).toBeGreaterThan(15)
  for (const [what, written] of notes) expect(found(needles, written), what).toEqual([])
})

test('what a handshake hands over shows its keys: it is for the rows of a contact, and not to be written down', () => {
  const { established, known } = talk()
  const shown = Object.entries(established).filter(([, value]) => leaks(known, value as object).length > 0)
  expect(shown.map(([name]) => name)).toEqual(['sessionId', 'pskNext', 'pairRoot', 'pairId', 'handshakeHash'])
})

test('the states of Noise can be written down', () => {
  const { known, drawn } = talk()
  const noise = new HandshakeState({
    ...{ pattern: PATTERN, initiator: true, prologue: new Uint8Array(0) },
    ...{ s: bob, rs: alice.public, psks: [psk] },
  })
  expect(leaks(known, noise)).toEqual([])
  noise.writeMessage(utf8('payload'), {
    e: pairOf(drawn.byInitiator.slice(0, 32)),
    kemSeed: drawn.byInitiator.slice(32, 96),
  })
  for (const state of [noise, noise.copy()]) expect(leaks(known, state)).toEqual([])

  const k = bytesOf('k', 32)
  const cipher = new CipherState(k.slice())
  expect(cipher.key).toEqual(k)
  for (const state of [cipher, cipher.copy()]) expect(leaks([{ name: 'k', bytes: k }], state)).toEqual([])

  const symmetric = new SymmetricState('Noise')
  symmetric.mixKey(k.slice())
  const [ck, next] = hkdf(concat(utf8('Noise'), new Uint8Array(27)), k)
  const mixed = [...Object.entries({ k, ck, next })].map(([name, bytes]) => ({ name, bytes }))
  expect(symmetric.encryptAndHash(new Uint8Array(1))).toEqual(
    new CipherState(next.slice()).encryptWithAd(concat(utf8('Noise'), new Uint8Array(27)), new Uint8Array(1)),
  )
  for (const state of [symmetric, symmetric.copy()]) expect(leaks(mixed, state)).toEqual([])
})

/** Noise §4.3 with two outputs: to know what the state holds. */
function hkdf(chainingKey: Bytes, input: Bytes): [Bytes, Bytes] {
  const out = hkdfExpand(hkdfExtract(chainingKey, input), new Uint8Array(0), 64)
  return [out.slice(0, 32), out.slice(32)]
}
