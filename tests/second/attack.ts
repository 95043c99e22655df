/**
 * A peer with all the keys who writes what no honest one would: the second implementation alone, against both in step. There is
 * no model of what must come of it; the two have to refuse or take the same, and afterwards still understand what is honest.
 */
import fc from 'fast-check'
import { fromHex, publicOf } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { contentOf, frame, PING } from './frame.ts'
import type { Met } from './meet.ts'
import { other } from './model.ts'
import type { Side } from './model.ts'
import { Ratchet } from './ratchet.ts'
import type { Forged, Header } from './ratchet.ts'
import { Disagreement } from './twin.ts'
import type { Source, Twin } from './twin.ts'

/** Encodings of the points of low order: 0, 1, two of order 8, p − 1; and p, p + 1, which are not canonical. */
export const LOW_ORDER: readonly Bytes[] = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map(fromHex)

const OTHER_KEYS = [...LOW_ORDER, fromHex('ff'.repeat(32)), publicOf(new Uint8Array(32).fill(7))]

/** `victim`: the victim's own ratchet key, as it last came. */
type Key = Bytes | 'victim'

export type Attack =
  /** A header that lies, perhaps in a new chain although it is not our turn. */
  | {
      readonly do: 'header'
      readonly key: Key | undefined
      readonly pn: number | undefined
      readonly n: number | undefined
      readonly turn: boolean
    }
  /** Under a header key of a chain before. */
  | { readonly do: 'old'; readonly which: number; readonly n: number }
  | { readonly do: 'content'; readonly content: Bytes; readonly version: number }
  /** Honest, after so many that are never sent. */
  | { readonly do: 'speak'; readonly missing: number }
  | { readonly do: 'listen' }

const counter = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 2, arbitrary: fc.nat(4) },
  { weight: 1, arbitrary: fc.constantFrom(63, 64, 65, 66, 129, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1) },
)

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constant<Key>('victim') },
  { weight: 2, arbitrary: fc.constantFrom<Key>(...OTHER_KEYS) },
)

/** Contents around what makes sense: a type, an id, a length, a body, and what should be zeros. */
const content = fc
  .record({
    type: fc.oneof(fc.nat(10), fc.nat(255)),
    id: fc.constantFrom(0, 0, 0, 1),
    length: fc.oneof(
      { weight: 6, arbitrary: fc.nat(34) },
      { weight: 1, arbitrary: fc.constantFrom(138, 139, 2 ** 31, 2 ** 32 - 1) },
    ),
    body: fc.array(fc.oneof(fc.nat(3), fc.nat(255)), { maxLength: 34 }),
    dirt: fc.constantFrom(0, 0, 0, 1),
  })
  .map(({ type, id, length, body, dirt }) => {
    const out = Buffer.alloc(256 - 97)
    out[0] = type
    out[16] = id
    out.writeUInt32BE(length, 17)
    out.set(body.slice(0, length), 21)
    out[out.length - 1] = dirt
    return new Uint8Array(out)
  })

export const attacks: fc.Arbitrary<Attack[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ do: fc.constant('header'), key, pn: counter, n: counter, turn: fc.boolean() }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('old'), which: fc.nat(4), n: fc.nat(64) }) },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('content'),
        content,
        version: fc.oneof({ weight: 9, arbitrary: fc.constant(1) }, { weight: 1, arbitrary: fc.nat(255) }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('speak'),
        missing: fc.oneof(fc.nat(2), fc.constantFrom(0, 0, 63, 64, 65)),
      }),
    },
    { weight: 4, arbitrary: fc.record({ do: fc.constant('listen') }) },
  ),
  { minLength: 3, maxLength: 20, size: 'max' },
)

const PLAIN = contentOf(frame(PING))

export type Secrets = Readonly<Record<Side, Bytes>>

/** In the place of the honest side `role`, whose first ratchet secret it has. */
export class Attacker {
  readonly #victim: Twin
  readonly #source: Source
  readonly #counts: Record<string, number>
  readonly #headerKeys: Bytes[] = []
  #ratchet: Ratchet

  constructor(met: Met, role: Side, secrets: Secrets, source: Source, counts: Record<string, number>) {
    this.#victim = met[other(role)]
    this.#source = source
    this.#counts = counts
    this.#ratchet =
      role === 'initiator'
        ? Ratchet.alice(met.exports, publicOf(secrets.responder), secrets.initiator)
        : Ratchet.bob(met.exports, secrets.responder)
  }

  run(attacks: readonly Attack[]): void {
    for (const attack of attacks) this.#obey(attack)
    this.#listen()
    if (this.#send(PLAIN, {}) === 'opened') this.#listen()
    else if (this.#ratchet.maySpeak) throw new Disagreement('what is honest is not understood any more')
  }

  #obey(attack: Attack): void {
    switch (attack.do) {
      case 'header':
        this.#send(PLAIN, { header: this.#headerOf(attack), turn: attack.turn })
        return
      case 'old': {
        const hk = this.#headerKeys.at(-1 - (attack.which % Math.max(1, this.#headerKeys.length)))
        if (hk) this.#send(PLAIN, { hk, header: { n: attack.n } })
        return
      }
      case 'content':
        this.#send(attack.content, { version: attack.version })
        return
      case 'speak':
        this.#send(PLAIN, {}, attack.missing)
        return
      case 'listen':
        return this.#listen()
    }
  }

  #headerOf({ key: wanted, pn, n }: Attack & { readonly do: 'header' }): Partial<Header> {
    const chosen = wanted === 'victim' ? this.#ratchet.theirKey : wanted
    return { ...(chosen && { key: chosen }), ...(pn !== undefined && { pn }), ...(n !== undefined && { n }) }
  }

  /** Its own state moves on only with the victim's, so that the line never breaks by its own fault. */
  #send(content_: Bytes, forged: Forged, missing = 0): string {
    const attempt = this.#ratchet.copy()
    if (!attempt.maySpeak) return 'nothing'
    const seal = (how: Forged) => attempt.seal(content_, this.#source.take(24), this.#source.take(32), how)
    for (let i = 0; i < missing; i += 1) seal({})
    const outcome = this.#victim.open(seal(forged))
    const code = 'code' in outcome ? outcome.code : 'opened'
    this.#counts[code] = (this.#counts[code] ?? 0) + 1
    if (code === 'opened' || code === 'malformed') this.#adopt(attempt)
    return code
  }

  #adopt(ratchet: Ratchet): void {
    this.#ratchet = ratchet
    const hk = ratchet.headerKey
    if (hk && hk !== this.#headerKeys.at(-1)) this.#headerKeys.push(hk)
  }

  /** What the victim says is honest. */
  #listen(): void {
    const sealed = this.#victim.seal({ type: 'ack' }, this.#source.take(56))
    if ('value' in sealed) this.#ratchet.open(sealed.value)
  }
}
