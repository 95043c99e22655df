/** What one decoder must do with whatever comes in. `table.ts` holds one entry for each; `examine.ts` asks them. */
import type fc from 'fast-check'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'

/** One attempt at one input, on state of its own. */
export type Trial<V> = {
  decode(): V | Promise<V>
  /** Throws if something is not as it must be afterwards: a state that a refused input has changed, say. */
  after?(outcome: Outcome<V>): void
}

export type Outcome<V> = { readonly value: V } | { readonly code: ErrorCode }

export type Decoder<I = unknown, V = unknown> = {
  readonly name: string
  /** What of the source it is about, as `file.ts export`, below src/. */
  readonly covers: readonly string[]
  readonly inputs: fc.Arbitrary<I>
  /** What honest sides send: the measure of how long an input may take. */
  readonly valid: readonly I[]
  /** Inputs that found something once, and what the mutations hardly ever hit. */
  readonly examples?: readonly I[]
  /**
   * How it may end: codes of a ProtocolError, and for what comes back `label` of it. Anything else is a finding; and one
   * that never comes up is a mistake here.
   */
  readonly outcomes: readonly string[]
  /** Without it, 'value' or 'undefined'. */
  readonly label?: (value: V) => string
  /** Either this, for a decoder without state, … */
  readonly decode?: (input: I) => V | Promise<V>
  /** … or this. */
  readonly trial?: (input: I) => Trial<V>
  /** Encodes a value once more: decoded again it must be the same. `undefined`: this value has no encoding. */
  readonly again?: (value: V) => I | undefined
  /** There is only one encoding of a value: `again` gives the very input. */
  readonly exact?: true
  /** How many times as long as the input a value may be, where that is not once. */
  readonly grows?: number
  /** Inputs in a run of the unit tests. */
  readonly runs?: number
  /**
   * The longest input that is ever looked at, and who sees to it. Absent where the inputs are sealed or summed as they must
   * be: how long those may be is for the entry beside it.
   */
  readonly limit?: Limit
}

/** `itself`: whatever is longer is refused before any work. Else the file that holds the limit. */
export type Limit = { readonly length: number; readonly by: string }

export const ITSELF = 'itself'

/** Forgets the types of input and value, so that all entries fit one table. */
export function decoder<I, V>(entry: Decoder<I, V>): Decoder {
  return entry as unknown as Decoder
}

export function trialOf<I, V>({ name, decode, trial }: Decoder<I, V>, input: I): Trial<V> {
  if (trial) return trial(input)
  if (decode) return { decode: () => decode(input) }
  throw new Error(`${name} decodes nothing`)
}

export function labelOf(entry: Decoder, outcome: Outcome<unknown>): string {
  if ('code' in outcome) return outcome.code
  return entry.label?.(outcome.value) ?? (outcome.value === undefined ? 'undefined' : 'value')
}

/** The outcome of an attempt; an error that is no ProtocolError is thrown on. */
export function settle<V>(trial: Trial<V>): Outcome<V> | Promise<Outcome<V>> {
  try {
    const value = trial.decode()
    return value instanceof Promise ? value.then((it: V) => ({ value: it }), refused) : { value }
  } catch (error) {
    return refused(error)
  }
}

function refused(error: unknown): { readonly code: ErrorCode } {
  if (error instanceof ProtocolError) return { code: error.code }
  throw error
}
