/** sotto-v1.json, the parts about what a pair keeps and how a session is renewed. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { fromHex, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { decodeFrame, encodeFrame } from '../../src/protocol/frame.ts'
import type { Frame } from '../../src/protocol/frame.ts'
import { pskId } from '../../src/protocol/handshake.ts'
import type { KeyPair } from '../../src/protocol/handshake.ts'
import { asPsk, asSecretKey, publicKey } from '../../src/protocol/primitives.ts'
import { initiatorRatchet, responderRatchet } from '../../src/protocol/ratchet.ts'
import { answerRekey, beginRekey, completeRekey } from '../../src/protocol/rekey.ts'
import { Session } from '../../src/protocol/session.ts'
import { recoverPsk } from '../../src/protocol/topics.ts'
import { codeOf } from './help.ts'

type Case = Readonly<Record<string, string>>
const all = JSON.parse(readFileSync('tests/vectors/sotto-v1.json', 'utf8')) as Readonly<Record<string, readonly Case[]>>

const bytes = (one: Case, name: string): Bytes => fromHex(one[name]!)

function keyPair(one: Case, name: string): KeyPair {
  const secret = asSecretKey(bytes(one, name))
  return { secret, public: publicKey(secret) }
}

test('what a pair keeps', () => {
  const [named, last] = all['pairs']! as [Case, Case]
  expect(toHex(pskId(asPsk(bytes(named, 'psk'))))).toBe(named['psk_id'])
  expect(toHex(recoverPsk(bytes(last, 'pair_root')))).toBe(last['psk_recover'])
})

test('rekey', async () => {
  for (const one of all['rekey']!) {
    const keys = { root: bytes(one, 'dr_root'), headerI: bytes(one, 'dr_hk_i'), nextHeaderR: bytes(one, 'dr_nhk_r') }
    const [id, psk] = [bytes(one, 'session_id'), asPsk(bytes(one, 'psk_rekey'))]
    const [b, a] = [keyPair(one, 'init_static'), keyPair(one, 'resp_static')]
    const [bs, as] = [keyPair(one, 'init_ratchet'), keyPair(one, 'resp_ratchet')]
    const sessions: Record<string, Session> = {
      initiator: new Session('initiator', id, initiatorRatchet(keys, bs, as.public), psk),
      responder: new Session('responder', id, responderRatchet(keys, as), psk),
    }
    let opened: Frame | undefined
    const received = (): Bytes => (opened?.type === 'rekey' ? opened.message : new Uint8Array(0))
    const take = (step: Case): unknown => {
      if (step['seal'])
        return expect(
          toHex(sessions[step['seal']]!.seal(decodeFrame(bytes(step, 'content')), bytes(step, 'entropy'))),
        ).toBe(step['frame'])
      if (step['begin']) {
        const offer = beginRekey(sessions['initiator']!, { me: b, them: a.public }, bytes(step, 'entropy'))
        return expect(toHex(encodeFrame(offer))).toBe(step['content'])
      }
      if (step['answer']) {
        const answer = answerRekey(
          sessions['responder']!,
          received(),
          { me: a, them: b.public },
          bytes(step, 'entropy'),
        )
        return expect(toHex(encodeFrame(answer))).toBe(step['content'])
      }
      if (step['complete']) return completeRekey(sessions['initiator']!, received())
      const session = sessions[step['open']!]!
      if (step['reject']) return expect(codeOf(() => session.open(bytes(step, 'frame')))).toBe(step['reject'])
      opened = session.open(bytes(step, 'frame'))
      expect(toHex(encodeFrame(opened))).toBe(step['content'])
    }
    const steps = one['steps'] as unknown as readonly Case[]
    expect(steps.filter((step) => step['complete'])).toHaveLength(1)
    for (const [i, step] of steps.entries()) await test.step(step['why'] ?? `step ${i}`, () => void take(step))
    expect([sessions['initiator']!.epoch, sessions['responder']!.epoch]).toEqual([1, 1])
  }
})
