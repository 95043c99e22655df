/** What may happen on a line, as data: fast-check makes it, shortens it, and prints it. */
import fc from 'fast-check'
import type { Side } from './model.ts'

export const KINDS = ['message', 'bundle', 'receipt', 'nack', 'confirm', 'ack', 'ping', 'pong', 'bye'] as const
export type Kind = (typeof KINDS)[number]

/** `which` counts back from the newest frame of `by`, whatever became of it. */
export type Line = { readonly by: Side; readonly which: number } & (
  | { readonly do: 'any' | 'reflect' | 'foreign' }
  | { readonly do: 'damage'; readonly at: number; readonly mask: number }
  | { readonly do: 'resize'; readonly at: number }
)

export type Command =
  | { readonly do: 'send'; readonly by: Side; readonly kind: Kind; readonly size: number }
  | { readonly do: 'burst' | 'deliver' | 'drop'; readonly by: Side; readonly count: number }
  | Line
  /** Both speak in turn, so often. */
  | { readonly do: 'turns'; readonly count: number }
  | { readonly do: 'offer' | 'reconnect' }
  /** `damage`: the byte of the handshake message that is changed first. */
  | { readonly do: 'answer' | 'complete'; readonly which: number; readonly damage: number | undefined }

const does = <T extends string>(name: T) => fc.constant(name)
const side = fc.constantFrom<Side>('initiator', 'responder')
const few = fc.integer({ min: 1, max: 4 })
/** Mostly the newest. */
const which = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(400) })

/** What a content of 21 bytes and a body fills; one less and one more. */
const BORDERS = [256, 512, 1024, 2048, 4096, 8192, 16384].flatMap((size) => [-1, 0, 1].map((by) => size - 118 + by))
const size = fc.oneof(
  { weight: 12, arbitrary: fc.nat(130) },
  { weight: 2, arbitrary: fc.constantFrom(...BORDERS) },
  { weight: 1, arbitrary: fc.nat(16_384) },
)

const send = fc.record({ do: does('send'), by: side, kind: fc.constantFrom(...KINDS), size })
const burst = fc.record({ do: does('burst'), by: side, count: few })
const flood = fc.record({ do: does('burst'), by: side, count: fc.integer({ min: 60, max: 68 }) })
const turns = fc.record({ do: does('turns'), count: few })
const deliver = fc.record({ do: does('deliver'), by: side, count: few })
const deliverMany = fc.record({ do: does('deliver'), by: side, count: fc.integer({ min: 1, max: 12 }) })
const drop = fc.record({ do: does('drop'), by: side, count: few })
const dropMany = fc.record({ do: does('drop'), by: side, count: fc.integer({ min: 60, max: 66 }) })
const any = fc.record({ do: does('any'), by: side, which })
const reflect = fc.record({ do: does('reflect'), by: side, which })
const foreign = fc.record({ do: does('foreign'), by: side, which })
const at = fc.oneof(fc.nat(100), fc.nat(16_384))
const damage = fc.record({ do: does('damage'), by: side, which, at, mask: fc.integer({ min: 1, max: 255 }) })
const resize = fc.record({ do: does('resize'), by: side, which, at: fc.nat(17_000) })
const spoilt = fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.nat(2000) })
/** Mostly the newest handshake message. */
const recent = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(3) })
const offer = fc.record({ do: does('offer') })
const answer = fc.record({ do: does('answer'), which: recent, damage: spoilt })
const complete = fc.record({ do: does('complete'), which: recent, damage: spoilt })
const reconnect = fc.record({ do: does('reconnect') })

type Weighted = { readonly weight: number; readonly arbitrary: fc.Arbitrary<Command> }

/** What mostly comes first: before it only one side may speak. */
const GREETING: readonly Command[] = [
  { do: 'send', by: 'initiator', kind: 'confirm', size: 1 },
  { do: 'deliver', by: 'initiator', count: 1 },
]

const list = (length: number, ...weighted: readonly Weighted[]): fc.Arbitrary<Command[]> =>
  fc.array(fc.oneof(...weighted), { minLength: 4, maxLength: length, size: 'max' })

function schedule(length: number, ...weighted: readonly Weighted[]): fc.Arbitrary<Command[]> {
  const greeting = fc.oneof(
    { weight: 4, arbitrary: fc.constant(GREETING) },
    { weight: 1, arbitrary: fc.constant<readonly Command[]>([]) },
  )
  return fc.tuple(greeting, list(length, ...weighted)).map((parts) => parts.flat())
}

const hostile: readonly Weighted[] = [
  { weight: 2, arbitrary: any },
  { weight: 1, arbitrary: reflect },
  { weight: 2, arbitrary: damage },
  { weight: 1, arbitrary: resize },
]

/** Frames lost, late, early, twice, changed. */
export const disorder = schedule(
  30,
  { weight: 9, arbitrary: send },
  { weight: 1, arbitrary: turns },
  { weight: 1, arbitrary: burst },
  { weight: 6, arbitrary: deliver },
  { weight: 1, arbitrary: drop },
  { weight: 4, arbitrary: any },
  ...hostile,
)

/** One side speaks, so that nothing but the first frame costs a Diffie-Hellman: the same disorder, cheaper. */
export const monologue: fc.Arbitrary<Command[]> = list(
  40,
  { weight: 8, arbitrary: fc.oneof(send, burst) },
  { weight: 6, arbitrary: deliver },
  { weight: 1, arbitrary: drop },
  { weight: 4, arbitrary: any },
  ...hostile,
).map((commands) => commands.map((command) => ('by' in command ? { ...command, by: 'initiator' } : command)))

/** Around the limits: 64 missing frames, 64 kept keys, four chains. */
export const limits = schedule(
  16,
  { weight: 2, arbitrary: flood },
  { weight: 2, arbitrary: turns },
  { weight: 1, arbitrary: dropMany },
  { weight: 2, arbitrary: burst },
  { weight: 3, arbitrary: deliver },
  { weight: 5, arbitrary: fc.record({ do: does('any'), by: side, which: fc.nat(140) }) },
)

/** The line keeps its order, as the real one does; somebody only puts things in. Keys are renewed all the time. */
export const renewals = schedule(
  50,
  { weight: 3, arbitrary: burst },
  { weight: 12, arbitrary: deliverMany },
  { weight: 6, arbitrary: offer },
  { weight: 6, arbitrary: answer },
  { weight: 6, arbitrary: complete },
  ...hostile,
)

/** Everything at once, over several sessions. */
export const life = schedule(
  80,
  { weight: 6, arbitrary: send },
  { weight: 2, arbitrary: burst },
  { weight: 8, arbitrary: deliverMany },
  { weight: 1, arbitrary: drop },
  { weight: 2, arbitrary: any },
  { weight: 3, arbitrary: offer },
  { weight: 3, arbitrary: answer },
  { weight: 3, arbitrary: complete },
  { weight: 1, arbitrary: reconnect },
  { weight: 2, arbitrary: foreign },
  ...hostile,
)
