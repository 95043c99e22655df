/** The second implementation gives the published answers. It was written without looking at how they were made. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { cut, fromHex, hex, integer, join, publicOf, Refusal, zeros } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { frameOf } from './frame.ts'
import { exportsOf, prologueOf, pskId, readHs1, readHs2, writeHs1, writeHs2 } from './handshake.ts'
import type { Instead, Mode, Terms } from './handshake.ts'
import {
  HS1,
  HS2,
  meetingOfDay,
  meetingOfInvite,
  NOTICE,
  PSK_UNKNOWN,
  pskRecover,
  readEnvelope,
  readInvite,
  readSlot,
  safetyCode,
  safetyNumber,
  writeEnvelope,
  writeInvite,
  writeSlot,
} from './meeting.ts'
import type { Meeting } from './meeting.ts'
import { kemKeys } from './mlkem.ts'
import { readP1, readP2 } from './payload.ts'
import { FRAME_SIZES, OVERHEAD, Ratchet } from './ratchet.ts'

type Words = Readonly<Record<string, string>>
type Step = Words & { readonly content?: string; readonly reject?: string }
type Handshake = Words & { readonly mode: Mode; readonly reject?: string }
const vectors = JSON.parse(readFileSync(new URL('../vectors/sotto-v1.json', import.meta.url), 'utf8')) as {
  readonly handshakes: readonly Handshake[]
  readonly exports: readonly (Words & { readonly mode: Mode })[]
  readonly payloads: readonly (Words & { readonly reject?: string })[]
  readonly invites: readonly (Words & { readonly fields?: Words; readonly reject?: string })[]
  readonly envelopes: readonly (Words & { readonly reject?: string })[]
  readonly hellos: readonly (Words & {
    readonly reject?: string
    readonly slots: readonly (Words & { readonly day: number })[]
  })[]
  readonly pairs: readonly Words[]
  readonly safety: readonly Words[]
  readonly ratchet: readonly (Words & { readonly steps: readonly Step[] })[]
}

const titled = (title: string, { why, reject }: { readonly why?: string; readonly reject?: string }) =>
  [title, why, reject && `refused as ${reject}`].filter(Boolean).join(', ')

function codeOf(act: () => unknown): string | undefined {
  try {
    act()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return undefined
}

const bytesOf = (words: Words, key: string): Bytes => fromHex(words[key] ?? '')

function play(vector: Handshake, instead: Instead = {}) {
  const of = (key: string) => bytesOf(vector, key)
  const nonce = vector.mode === 3 ? integer(Number(vector['epoch']), 4) : of('responder_nonce')
  const terms: Terms = { mode: vector.mode, agreed: of('context'), nonce, psk: of('psk') }
  const own = of('resp_static')
  const opening = {
    own: of('init_static'),
    theirs: publicOf(own),
    ephemeral: of('init_ephemeral'),
    kem: kemKeys(of('mlkem_keygen_seed_d_z')),
  }
  const sent = writeHs1(terms, opening, of('payload1'), instead)
  const answering = { ephemeral: of('resp_ephemeral'), m: of('mlkem_encaps_m') }
  return { terms, own, sent, answering, of }
}

const valid = (mode: Mode) => vectors.handshakes.find((vector) => vector.mode === mode && vector.reject === undefined)!

for (const [i, vector] of vectors.handshakes.entries()) {
  test(titled(`handshake ${i}, mode ${vector.mode}`, vector), () => {
    if (vector.reject !== undefined) {
      const { terms, own, sent } = play(valid(vector.mode))
      const { hs1, message2 } = vector
      expect(codeOf(() => (hs1 ? readHs1(terms, own, fromHex(hs1)) : readHs2(sent, fromHex(message2!))))).toBe(
        vector.reject,
      )
      return
    }
    const { terms, own, sent, answering, of } = play(vector, { name: vector['protocol_name']! })
    expect(hex(prologueOf(terms))).toBe(vector['prologue'])
    expect(hex(sent.hs1)).toBe(vector['hs1'])
    expect(vector['hs1']!.slice(vector.mode === 2 ? 16 : 0)).toBe(vector['message1'])
    const received = readHs1(terms, own, sent.hs1)
    expect(hex(received.payload)).toBe(vector['payload1'])
    expect(hex(received.s)).toBe(hex(publicOf(of('init_static'))))
    const { hs2, keys } = writeHs2(received, answering, of('payload2'))
    expect(hex(hs2)).toBe(vector['message2'])
    const read = readHs2(sent, hs2)
    expect(hex(read.payload)).toBe(vector['payload2'])
    for (const { h, iToR, rToI } of [keys, read.keys]) {
      expect([hex(h), hex(iToR), hex(rToI)]).toEqual([vector['handshake_hash'], vector['k_i2r'], vector['k_r2i']])
    }
    expect(codeOf(() => readP1(received.payload))).toBeUndefined()
    expect(codeOf(() => readP2(read.payload))).toBeUndefined()
  })
}

test('the keys that come out', () => {
  for (const vector of vectors.exports) {
    const of = (key: string) => bytesOf(vector, key)
    const keys = { h: of('handshake_hash'), iToR: of('k_i2r'), rToI: of('k_r2i') }
    const out = exportsOf(keys, vector.mode)
    expect(hex(out.sessionId)).toBe(vector['session_id'])
    expect(hex(out.drRoot)).toBe(vector['dr_root'])
    expect(hex(out.drHkI)).toBe(vector['dr_hk_i'])
    expect(hex(out.drNhkR)).toBe(vector['dr_nhk_r'])
    expect(hex(out.pskNext)).toBe(vector['psk_next'])
    expect(hex(out.pskRekey)).toBe(vector['psk_rekey'])
    const ofPair = vector.mode === 1 ? [hex(out.pairRoot), hex(out.pairId)] : [undefined, undefined]
    expect([vector['pair_root'], vector['pair_id']]).toEqual(ofPair)
  }
})

for (const [i, vector] of vectors.payloads.entries()) {
  test(titled(`payload ${i}`, vector), () => {
    expect(codeOf(() => readP1(bytesOf(vector, 'bytes')))).toBe(vector.reject)
  })
}

for (const [i, vector] of vectors.ratchet.entries()) {
  test(`ratchet ${i}, all ${vector.steps.length} steps`, () => {
    const of = (key: string) => bytesOf(vector, key)
    const secrets = {
      sessionId: of('session_id'),
      drRoot: of('dr_root'),
      drHkI: of('dr_hk_i'),
      drNhkR: of('dr_nhk_r'),
    }
    const sides: Record<string, Ratchet> = {
      initiator: Ratchet.alice(secrets, publicOf(of('resp_ratchet')), of('init_ratchet')),
      responder: Ratchet.bob(secrets, of('resp_ratchet')),
    }
    for (const [at, step] of vector.steps.entries()) {
      const frame = bytesOf(step, 'frame')
      const { seal, open, reject } = step
      if (seal !== undefined) {
        const content = bytesOf(step, 'content')
        const size = FRAME_SIZES.find((bytes) => bytes - OVERHEAD >= content.length)!
        const [headerNonce, ratchetSecret] = cut(bytesOf(step, 'entropy'), 24)
        const padded = join(content, zeros(size - OVERHEAD - content.length))
        const sealed = sides[seal]!.seal(padded, headerNonce, ratchetSecret)
        expect(hex(sealed), `step ${at}`).toBe(step['frame'])
      } else {
        const opened: string[] = []
        const code = codeOf(() => {
          const content = sides[open!]!.open(frame)
          frameOf(content)
          opened.push(hex(content))
        })
        expect(code, `step ${at}`).toBe(reject)
        if (reject === undefined) expect(opened[0]?.replace(/(00)*$/, '')).toBe(step.content?.replace(/(00)*$/, ''))
      }
    }
  })
}

for (const [i, vector] of vectors.invites.entries()) {
  test(titled(`invite ${i}`, vector), () => {
    const fragment = vector['fragment']!
    if (vector.reject !== undefined) {
      expect(codeOf(() => readInvite(fragment))).toBe(vector.reject)
      return
    }
    const invite = readInvite(fragment)
    expect({ ...invite, inviter: hex(invite.inviter), secret: hex(invite.secret) }).toEqual(vector.fields)
    expect(writeInvite(invite)).toBe(fragment)
    const { topic, fromI, fromR, psk } = meetingOfInvite(invite.secret)
    expect([topic, fromI, fromR, psk].map(hex)).toEqual(['topic', 'env_i', 'env_r', 'psk'].map((key) => vector[key]))
  })
}

const meetingOf = (vector: Words): Meeting => ({
  topic: bytesOf(vector, 'topic'),
  fromI: bytesOf(vector, 'env_i'),
  fromR: bytesOf(vector, 'env_r'),
  psk: zeros(0),
})

const KINDS: Readonly<Record<string, number>> = { hs1: HS1, hs2: HS2, notice: NOTICE, 'psk-unknown': PSK_UNKNOWN }

for (const [i, vector] of vectors.envelopes.entries()) {
  test(titled(`envelope ${i}`, vector), () => {
    const keys = meetingOf(vector)
    const direction = vector['dir'] === 'i' ? 0 : 1
    const content = bytesOf(vector, 'content')
    if (vector.reject !== undefined) {
      expect(codeOf(() => readEnvelope(keys, direction, content))).toBe(vector.reject)
      return
    }
    const enclosed = { kind: KINDS[vector['kind']!]!, body: bytesOf(vector, 'body') }
    expect(readEnvelope(keys, direction, content)).toEqual(enclosed)
    expect(hex(writeEnvelope(keys, enclosed, bytesOf(vector, 'nonce')))).toBe(vector['content'])
  })
}

test('HELLO', () => {
  for (const vector of vectors.hellos) {
    const content = bytesOf(vector, 'content')
    if (vector.reject !== undefined) {
      const read = () => readSlot(meetingOf(vector), vector['dir'] === 'i' ? 0 : 1, content, Number(vector['index']))
      expect(codeOf(read), vector['why']).toBe(vector.reject)
      continue
    }
    for (const slot of vector.slots) {
      const keys = meetingOf(slot)
      const direction = slot['dir'] === 'i' ? 0 : 1
      const { topic, fromI, fromR } = meetingOfDay(bytesOf(slot, 'pair_root'), slot.day)
      expect({ ...keys, topic, fromI, fromR }).toEqual(keys)
      const at = (vector['topics'] as unknown as string[]).indexOf(slot['topic']!)
      const nonce = bytesOf(slot, 'nonce')
      expect(readSlot(keys, direction, content, at)).toEqual(nonce)
      expect(writeSlot(keys, direction, content.slice(0, 24), nonce)).toEqual(content.slice(24 + 40 * at, 64 + 40 * at))
    }
  }
})

test('what a pair keeps', () => {
  const [named, last] = vectors.pairs
  expect(hex(pskId(bytesOf(named!, 'psk')))).toBe(named!['psk_id'])
  expect(hex(pskRecover(bytesOf(last!, 'pair_root')))).toBe(last!['psk_recover'])
})

test('the safety number', () => {
  for (const vector of vectors.safety.filter(({ digits }) => digits !== undefined)) {
    const [mine, theirs] = [bytesOf(vector, 'mine'), bytesOf(vector, 'theirs')]
    expect(safetyNumber(mine, theirs)).toBe(vector['digits'])
    expect(safetyCode(mine, theirs)).toBe(vector['payload'])
  }
})
