/** The second implementation plays the published renewal of a session, from the file alone. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { fromHex, hex, publicOf, Refusal, zeros } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { contentOf, frameOf } from './frame.ts'
import type { Frame } from './frame.ts'
import type { Exports } from './handshake.ts'
import { Session } from './session.ts'

type Words = Readonly<Record<string, string>>
const { rekey } = JSON.parse(readFileSync(new URL('../vectors/sotto-v1.json', import.meta.url), 'utf8')) as {
  readonly rekey: readonly (Words & { readonly steps: readonly Words[] })[]
}

const trimmed = (content: string | undefined): string | undefined => content?.replace(/(00)*$/, '')

for (const [i, vector] of rekey.entries()) {
  test(`rekey ${i}, all ${vector.steps.length} steps`, () => {
    const of = (key: string): Bytes => fromHex(vector[key] ?? '')
    const exports: Exports = {
      sessionId: of('session_id'),
      drRoot: of('dr_root'),
      drHkI: of('dr_hk_i'),
      drNhkR: of('dr_nhk_r'),
      pskRekey: of('psk_rekey'),
      pskNext: zeros(32),
      pairRoot: zeros(32),
      pairId: zeros(32),
    }
    let entropy: Bytes = zeros(0)
    const random = (length: number): Bytes => {
      const drawn = entropy.slice(0, length)
      entropy = entropy.slice(length)
      return drawn
    }
    const [b, a, r] = [of('init_static'), of('resp_static'), of('resp_ratchet')]
    const sides: Record<string, Session> = {
      initiator: new Session({ own: b, theirs: publicOf(a) }, exports, publicOf(r), random, of('init_ratchet')),
      responder: new Session({ own: a, theirs: publicOf(b) }, exports, r, random),
    }
    let opened: Frame | undefined
    const take = (step: Words): void => {
      entropy = fromHex(step['entropy'] ?? '')
      const side = sides[step['seal'] ?? step['open'] ?? step['begin'] ?? step['answer'] ?? step['complete'] ?? '']!
      if (step['seal']) expect(hex(side.seal(frameOf(fromHex(step['content'] ?? ''))))).toBe(step['frame'])
      else if (step['begin']) expect(hex(contentOf(side.offer()))).toContain(step['content'])
      else if (step['answer']) expect(hex(contentOf(side.answer(opened!)))).toContain(step['content'])
      else if (step['complete']) side.complete(opened!)
      else if (step['reject']) expect(refusalOf(() => side.open(fromHex(step['frame'] ?? '')))).toBe(step['reject'])
      else {
        opened = side.open(fromHex(step['frame'] ?? ''))
        expect(trimmed(hex(contentOf(opened)))).toBe(trimmed(step['content']))
      }
    }
    for (const step of vector.steps) take(step)
  })
}

function refusalOf(run: () => unknown): string | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof Refusal) return error.code
    throw error
  }
  return undefined
}
