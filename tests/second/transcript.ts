/** Both handshake messages in one line, by somebody who has the secrets of both sides: an honest pair, or a forger. */
import { publicOf } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { writeHs1, writeHs2 } from './handshake.ts'
import type { Instead, Keys, Terms } from './handshake.ts'
import { kemKeys } from './mlkem.ts'

export type Inputs = {
  readonly terms: Terms
  readonly initStatic: Bytes
  readonly respStatic: Bytes
  readonly initEphemeral: Bytes
  readonly respEphemeral: Bytes
  readonly kemSeed: Bytes
  readonly kemRandom: Bytes
  readonly payload1: Bytes
  readonly payload2: Bytes
}

/** Without reading the first message, so that one which nobody would take still has a second. */
export function transcript(inputs: Inputs, instead: Instead = {}): { hs1: Bytes; hs2: Bytes; keys: Keys } {
  const { terms, initStatic, respStatic, initEphemeral, respEphemeral, payload1, payload2 } = inputs
  const kem = kemKeys(inputs.kemSeed)
  const opening = { own: initStatic, theirs: publicOf(respStatic), ephemeral: initEphemeral, kem }
  const sent = writeHs1(terms, opening, payload1, instead)
  const received = {
    mode: terms.mode,
    noise: sent.noise,
    e: publicOf(initEphemeral),
    e1: kem.publicKey,
    s: publicOf(initStatic),
    payload: payload1,
  }
  // What replaces e is that of the first message.
  const { e: _, ...rest } = instead
  const { hs2, keys } = writeHs2(received, { ephemeral: respEphemeral, m: inputs.kemRandom }, payload2, rest)
  return { hs1: sent.hs1, hs2, keys }
}
