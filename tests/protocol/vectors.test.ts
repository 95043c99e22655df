/** sotto-v1.json: made again it is the same, and every case in it holds for who knows only the file and the README. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { concat, fromHex, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { openEnvelope, openHello } from '../../src/protocol/envelope.ts'
import { exportKeys } from '../../src/protocol/exporter.ts'
import type { Mode } from '../../src/protocol/exporter.ts'
import { decodeFrame, encodeFrame } from '../../src/protocol/frame.ts'
import { finish, initiate, receive, respond } from '../../src/protocol/handshake.ts'
import type { Context, KeyPair, Waiting } from '../../src/protocol/handshake.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import { decodePayload, decodeReply } from '../../src/protocol/payload.ts'
import { asBoxKey, asPsk, asPublicKey, asSecretKey, publicKey } from '../../src/protocol/primitives.ts'
import { initiatorRatchet, responderRatchet } from '../../src/protocol/ratchet.ts'
import { compareSafety, safetyNumber, safetyPayload } from '../../src/protocol/safety.ts'
import { Session } from '../../src/protocol/session.ts'
import type { TopicKeys } from '../../src/protocol/topics.ts'
import { makeVectors } from '../vectors/make.ts'
import { codeOf } from './help.ts'

type Case = { readonly reject?: string; readonly why?: string } & Readonly<Record<string, string>>
const text = readFileSync('tests/vectors/sotto-v1.json', 'utf8')
const all = JSON.parse(text) as Readonly<Record<string, readonly Case[]>>

/** Runs one step for each case of a section; there must be valid ones, and refused ones where `refused` says so. */
async function each(section: string, refused: boolean, run: (one: Case) => void): Promise<void> {
  const cases = all[section]!
  expect(cases.some((one) => one.reject === undefined)).toBe(true)
  expect(cases.some((one) => one.reject !== undefined)).toBe(refused)
  for (const [i, one] of cases.entries()) await test.step(one.why ?? `${section} ${i}`, () => run(one))
}

const bytes = (one: Case, name: string): Bytes => fromHex(one[name]!)
const keysOf = (one: Case): TopicKeys => ({
  topic: bytes(one, 'topic'),
  keyI: asBoxKey(bytes(one, 'env_i')),
  keyR: asBoxKey(bytes(one, 'env_r')),
})
const dirOf = (one: Case): 'i' | 'r' => (one['dir'] === 'r' ? 'r' : 'i')

function keyPair(secretBytes: Bytes): KeyPair {
  const secret = asSecretKey(secretBytes)
  return { secret, public: publicKey(secret) }
}

test('the file is what its script makes', () => {
  expect(makeVectors()).toBe(text)
})

test('invites', async () => {
  await each('invites', true, (one) => {
    if (one.reject) return expect(codeOf(() => parseInvite(one['fragment']!))).toBe(one.reject)
    const { bytes: _, inviter, secret, ...rest } = parseInvite(one['fragment']!)
    expect({ ...rest, inviter: toHex(inviter), secret: toHex(secret) }).toEqual(one['fields'])
    const { topic, keyI, keyR, psk } = inviteKeys(secret)
    expect([topic, keyI, keyR, psk].map(toHex)).toEqual([one['topic'], one['env_i'], one['env_r'], one['psk']])
  })
})

test('envelopes', async () => {
  await each('envelopes', true, (one) => {
    const run = (): ReturnType<typeof openEnvelope> => openEnvelope(keysOf(one), dirOf(one), bytes(one, 'content'))
    if (one.reject) return expect(codeOf(run)).toBe(one.reject)
    expect(run()).toEqual({ kind: one['kind'], body: bytes(one, 'body') })
  })
})

test('hellos', async () => {
  await each('hellos', true, (one) => {
    if (one.reject) {
      const run = (): Bytes => openHello(keysOf(one), dirOf(one), Number(one['index']), bytes(one, 'content'))
      return expect(codeOf(run)).toBe(one.reject)
    }
    const topics = one['topics'] as unknown as string[]
    for (const slot of one['slots'] as unknown as Case[]) {
      const index = topics.indexOf(slot['topic']!)
      expect(toHex(openHello(keysOf(slot), dirOf(slot), index, bytes(one, 'content')))).toBe(slot['nonce'])
    }
  })
})

test('payloads', async () => {
  const hexed = (_: string, value: unknown): unknown => (value instanceof Uint8Array ? toHex(value) : value)
  await each('payloads', true, (one) => {
    if (one.reject) return expect(codeOf(() => decodePayload(bytes(one, 'bytes')))).toBe(one.reject)
    expect(JSON.parse(JSON.stringify(decodePayload(bytes(one, 'bytes')), hexed))).toEqual(one['fields'])
  })
})

// ── Handshakes ──

const valid = (mode: unknown): Case => all['handshakes']!.find((one) => one['mode'] === mode && !one.reject)!

function contextOf(one: Case): Context {
  if (Number(one['mode']) === 3) return { mode: 'rekey', sessionId: bytes(one, 'context'), epoch: Number(one['epoch']) }
  const nonce = bytes(one, 'responder_nonce')
  if (Number(one['mode']) === 1) return { mode: 'invite', invite: bytes(one, 'context'), nonce }
  return { mode: 'reconnect', pairId: bytes(one, 'context'), nonce }
}

function hear(one: Case, hs1: Bytes): ReturnType<typeof receive> {
  const me = keyPair(bytes(one, 'resp_static'))
  return receive({ context: contextOf(one), psk: asPsk(bytes(one, 'psk')), me, message: hs1 })
}

function begin(one: Case): { readonly message: Bytes; readonly waiting: Waiting } {
  const entropy = concat(bytes(one, 'init_ephemeral'), bytes(one, 'mlkem_keygen_seed_d_z'), new Uint8Array(32).fill(1))
  return initiate({
    context: contextOf(one),
    psk: asPsk(bytes(one, 'psk')),
    me: keyPair(bytes(one, 'init_static')),
    them: keyPair(bytes(one, 'resp_static')).public,
    payload: decodePayload(bytes(one, 'payload1')),
    entropy,
  })
}

test('handshakes', async () => {
  await each('handshakes', true, (one) => {
    const like = one.reject ? valid(one['mode']) : one
    if (one.reject && one['hs1']) return expect(codeOf(() => hear(like, bytes(one, 'hs1')))).toBe(one.reject)
    const { message, waiting } = begin(like)
    if (one.reject) return expect(codeOf(() => finish(waiting, bytes(one, 'message2')))).toBe(one.reject)
    expect(toHex(message)).toBe(one['hs1'])
    const entropy = concat(bytes(one, 'resp_ephemeral'), bytes(one, 'mlkem_encaps_m'), bytes(one, 'resp_ratchet'))
    const reply = decodeReply(bytes(one, 'payload2'))
    const answer = respond(hear(one, message), reply, entropy)
    expect(toHex(answer.message)).toBe(one['message2'])
    const finished = finish(waiting, answer.message)
    expect(finished.reply.status).toBe(reply.status)
    for (const side of [answer.established, finished.established])
      if (reply.status === 'ok') expect(toHex(side!.handshakeHash)).toBe(one['handshake_hash'])
      else expect(side).toBeUndefined()
  })
})

test('exports', async () => {
  await each('exports', false, (one) => {
    const ours = exportKeys(
      bytes(one, 'handshake_hash'),
      bytes(one, 'k_i2r'),
      bytes(one, 'k_r2i'),
      Number(one['mode']) as Mode,
    )
    expect(toHex(ours.sessionId)).toBe(one['session_id'])
    expect(ours.pairRoot && toHex(ours.pairRoot)).toBe(one['pair_root'])
  })
})

// ── Sessions ──

type Side = 'initiator' | 'responder'

function sessionsOf(one: Case): Record<Side, Session> {
  const keys = { root: bytes(one, 'dr_root'), headerI: bytes(one, 'dr_hk_i'), nextHeaderR: bytes(one, 'dr_nhk_r') }
  const id = bytes(one, 'session_id')
  const [b, a] = [keyPair(bytes(one, 'init_ratchet')), keyPair(bytes(one, 'resp_ratchet'))]
  return {
    initiator: new Session('initiator', id, initiatorRatchet(keys, b, asPublicKey(a.public))),
    responder: new Session('responder', id, responderRatchet(keys, a)),
  }
}

test('ratchet', async () => {
  for (const one of all['ratchet']!) {
    const sessions = sessionsOf(one)
    for (const step of one['steps'] as unknown as Case[]) {
      const frame = bytes(step, 'frame')
      await test.step(step.why ?? 'seal or open', () => {
        if (step['seal']) {
          const sealed = sessions[step['seal'] as Side].seal(
            decodeFrame(bytes(step, 'content')),
            bytes(step, 'entropy'),
          )
          return expect(toHex(sealed)).toBe(step['frame'])
        }
        const session = sessions[step['open'] as Side]
        if (step.reject) return expect(codeOf(() => session.open(frame))).toBe(step.reject)
        const opened = session.open(frame)
        if (opened.type !== 'unknown') expect(toHex(encodeFrame(opened))).toBe(step['content'])
      })
    }
  }
})

// ── Safety numbers ──

test('safety numbers', async () => {
  await each('safety', false, (one) => {
    const [mine, theirs] = [asPublicKey(bytes(one, 'mine')), asPublicKey(bytes(one, 'theirs'))]
    if (one['scanned']) return expect(compareSafety(bytes(one, 'scanned'), mine, theirs)).toBe(one['result'])
    expect(safetyNumber(mine, theirs)).toBe(one['digits'])
    expect(toHex(safetyPayload(mine, theirs))).toBe(one['payload'])
  })
})
