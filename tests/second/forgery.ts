/** Handshake messages of a forger, token by token, which both implementations must refuse or take alike. */
import fc from 'fast-check'
import { LOW_ORDER } from './attack.ts'
import { publicOf, zeros } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { writeHs1, writeHs2 } from './handshake.ts'
import type { Instead, Terms } from './handshake.ts'
import { hearHs1, hearHs2, hs1 } from './meet.ts'
import type { People } from './meet.ts'
import { kemKeys } from './mlkem.ts'
import { forgedPayload } from './forged-payload.ts'
import { payloadOf } from './payload.ts'
import { Disagreement, Source } from './twin.ts'
import type { Outcome } from './twin.ts'

type Key = Bytes | 'high bit' | "the reader's own"

export type Fault =
  | { readonly at: 'e' | 's'; readonly key: Key }
  | { readonly at: 'e1'; readonly coefficient: number | undefined }
  | { readonly at: 'es' | 'ss' | 'ee' | 'se' | 'secret' | 'ciphertext' | 'psk' | 'nonce' | 'agreed' }
  | { readonly at: 'name'; readonly name: string }
  | { readonly at: 'payload'; readonly payload: Bytes }
  | { readonly at: 'bit'; readonly which: number }
  | { readonly at: 'size'; readonly by: number }

/* Faults */

const random = fc.constantFrom('es', 'ss', 'ee', 'se', 'secret', 'ciphertext', 'psk', 'nonce', 'agreed')
const fault: fc.Arbitrary<Fault> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      at: fc.constantFrom('e', 's'),
      key: fc.oneof(fc.constantFrom<Key>(...LOW_ORDER), fc.constantFrom<Key>('high bit', "the reader's own")),
    }),
  },
  fc.record({ at: fc.constant('e1'), coefficient: fc.option(fc.nat(767), { nil: undefined }) }),
  fc.record({ at: random }),
  fc.record({
    at: fc.constant('name'),
    name: fc.constantFrom('Noise_IKpsk0_25519_ChaChaPoly_SHA256', 'Noise_IKhfs+psk0_25519+MLKEM1024_ChaChaPoly_SHA256'),
  }),
  { weight: 4, arbitrary: fc.record({ at: fc.constant('payload'), payload: forgedPayload }) },
  fc.record({ at: fc.constant('bit'), which: fc.nat(8 * 3400) }),
  fc.record({ at: fc.constant('size'), by: fc.constantFrom(-8, -1, 1, 8, 512, -512) }),
)
export const faults = fc.array(fault, { minLength: 1, maxLength: 2 })

/* A case, written and read */

type Forger = { readonly honest: Bytes; readonly readers: Bytes; readonly random: (size: number) => Bytes }

/** The key in the place of `honest`, and the result of Diffie-Hellman that goes with it. */
function pointOf(key_: Key, { honest, readers }: Forger): Bytes {
  if (key_ === 'high bit') return Uint8Array.from(honest, (byte, i) => (i === 31 ? byte ^ 0x80 : byte))
  return key_ === "the reader's own" ? readers : key_
}

const SIZES = { secret: 32, ciphertext: 1088 } as const

function insteadOf(all: readonly Fault[], forger: Forger, e1: Bytes): Instead {
  const instead: Record<string, Bytes | string> = {}
  for (const one of all) {
    if (one.at === 'e' || one.at === 's') {
      instead[one.at] = pointOf(one.key, forger)
      // With a point of low order the reader gets zero, if it goes on at all.
      if (one.key !== 'high bit') instead[one.at === 'e' ? 'es' : 'ss'] = zeros(32)
    } else if (one.at === 'e1')
      instead['e1'] = one.coefficient === undefined ? forger.random(1184) : outOfRange(e1, one.coefficient)
    else if (one.at === 'name') instead['name'] = one.name
    else if (one.at === 'ciphertext' || one.at === 'secret') instead[one.at] = forger.random(SIZES[one.at])
    else if (one.at === 'es' || one.at === 'ss' || one.at === 'ee' || one.at === 'se')
      instead[one.at] = forger.random(32)
  }
  return instead
}

/** One coefficient, of 12 bits, becomes 4095. */
function outOfRange(e1: Bytes, coefficient: number): Bytes {
  const at = Math.floor(coefficient / 2) * 3
  const copy = e1.slice()
  copy[at + 1] = copy[at + 1]! | (coefficient % 2 ? 0xf0 : 0x0f)
  copy[at + (coefficient % 2 ? 2 : 0)] = 0xff
  return copy
}

function termsWith(all: readonly Fault[], terms: Terms, random_: (size: number) => Bytes): Terms {
  const changed: Record<string, Bytes> = {}
  for (const { at } of all)
    if (at === 'psk' || at === 'nonce' || at === 'agreed') changed[at] = random_(terms[at].length)
  return { ...terms, ...changed }
}

const payloadWith = (all: readonly Fault[], honest: Bytes): Bytes =>
  all.reduce((now, one) => (one.at === 'payload' ? one.payload : now), honest)

function onTheWire(all: readonly Fault[], message: Bytes): Bytes {
  return all.reduce((now, one) => {
    if (one.at === 'size') return one.by < 0 ? now.slice(0, one.by) : new Uint8Array([...now, ...zeros(one.by)])
    if (one.at !== 'bit') return now
    const at = one.which % (8 * now.length)
    return Uint8Array.from(now, (byte, i) => (i === at >> 3 ? byte ^ (1 << (at % 8)) : byte))
  }, message)
}

const codeOf = (outcome: Outcome<unknown>) => ('code' in outcome ? outcome.code : 'taken')

/** What both make of a forged HS1. */
export function forgedHs1(terms: Terms, people: People, all: readonly Fault[], seed: string): string {
  const source = new Source(seed)
  const random_ = (size: number) => source.take(size)
  const { initiator, responder } = people
  const opening = {
    own: initiator.secret,
    theirs: responder.public,
    ephemeral: source.take(32),
    kem: kemKeys(source.take(64)),
  }
  const forS = all.some(({ at }) => at === 's')
  const honest = forS ? initiator.public : publicOf(opening.ephemeral)
  const instead = insteadOf(all, { honest, readers: responder.public, random: random_ }, opening.kem.publicKey)
  const p1 = payloadWith(all, payloadOf([1, zeros(0)], [3, zeros(4)]))
  const message = onTheWire(all, writeHs1(termsWith(all, terms, random_), opening, p1, instead).hs1)
  return codeOf(hearHs1(terms, people, message))
}

/** What both make of a forged HS2; whatever it is, if they do not take it they still take the true one. */
export function forgedHs2(terms: Terms, people: People, all: readonly Fault[], seed: string): string {
  const source = new Source(seed)
  const sent = hs1(terms, people, source.take(128))
  const received = hearHs1(terms, people, sent.second.hs1)
  if ('code' in received) throw new Disagreement(`an honest HS1 is refused: ${received.code}`)
  const answering = { ephemeral: source.take(32), m: source.take(32) }
  const honestP2 = payloadOf([5, zeros(1)], [1, zeros(0)], [3, zeros(4)], [4, publicOf(source.take(32))])
  const forger = {
    honest: publicOf(answering.ephemeral),
    readers: sent.second.e,
    random: (size: number) => source.take(size),
  }
  const { e, es, ee, se, ciphertext, secret } = insteadOf(all, forger, zeros(1184))
  // What belongs to the other's ephemeral key is ee here.
  const shared = es ?? ee
  const instead = {
    ...(e && { e }),
    ...(shared && { ee: shared }),
    ...(se && { se }),
    ...(ciphertext && { ciphertext }),
    ...(secret && { secret }),
  }
  const forged = onTheWire(all, writeHs2(received.value.second, answering, payloadWith(all, honestP2), instead).hs2)
  const code = codeOf(hearHs2(sent, forged))
  if (code === 'taken') return code
  const honest = hearHs2(sent, writeHs2(received.value.second, answering, honestP2).hs2)
  if ('code' in honest) throw new Disagreement(`after a forged HS2 the true one is refused: ${honest.code}`)
  return code
}
