/** What must hold for every input of every decoder. */
import { isDeepStrictEqual } from 'node:util'
import { labelOf, settle, trialOf } from './decoder.ts'
import type { Decoder, Outcome } from './decoder.ts'

/** No input may take longer, whatever its size: this is where a page begins to stutter. */
export const MOST_MS = 1_000
/** What valid inputs take is the measure: this many times as long, for each length of a valid input. */
const SLOWER = 50
/** Shorter than this is noise of the machine. */
const LEAST_MS = 10
/** What a value may hold beyond what came in. */
const ROOM = 1024

export type Measure = { readonly ms: number; readonly length: number }

/** What a valid input takes here and now, in the middle. */
export function measure(decoder: Decoder): Measure {
  const times = decoder.valid.slice(0, 24).map((input) => ({ ms: fastest(decoder, input), length: lengthOf(input) }))
  const middle = (values: number[]): number => values.sort((a, b) => a - b)[values.length >> 1] ?? 0
  return { ms: middle(times.map((t) => t.ms)), length: middle(times.map((t) => t.length)) }
}

/** Throws if this input shows a fault; returns how it ended. `valid`: absent where the time is the browser's. */
export function examine(decoder: Decoder, input: unknown, valid: Measure | undefined): string | Promise<string> {
  const before = input instanceof Uint8Array ? input.slice() : input
  const trial = trialOf(decoder, input)
  const started = performance.now()
  const outcome = settle(trial)
  const judge = (it: Outcome<unknown>, ms: number): string => {
    if (input instanceof Uint8Array && Buffer.compare(before as Uint8Array, input) !== 0)
      throw new Error('the input was changed')
    const label = checkOutcome(decoder, it, input)
    trial.after?.(it)
    if (valid) checkTime(decoder, input, ms, valid)
    else if (ms > 10 * MOST_MS) throw new Error(`took ${ms.toFixed(0)} ms`)
    return label
  }
  if (outcome instanceof Promise) return outcome.then((it) => judge(it, performance.now() - started))
  return judge(outcome, performance.now() - started)
}

function checkOutcome(decoder: Decoder, outcome: Outcome<unknown>, input: unknown): string {
  const label = labelOf(decoder, outcome)
  if (!decoder.outcomes.includes(label)) throw new Error(`ended in '${label}', which is none of its outcomes`)
  if (!('value' in outcome)) return label
  const { value } = outcome
  if (lengthOf(value) > (decoder.grows ?? 1) * lengthOf(input) + ROOM)
    throw new Error(`${lengthOf(value)} bytes came of ${lengthOf(input)}`)
  const encoded = value === undefined ? undefined : decoder.again?.(value)
  if (encoded === undefined) return label
  if (decoder.exact && !isDeepStrictEqual(encoded, input)) throw new Error('it has another encoding')
  const again = settle(trialOf(decoder, encoded))
  if (!('value' in again)) throw new Error('its own encoding is refused')
  if (!isDeepStrictEqual(again.value, value)) throw new Error('encoded and decoded again, it is another value')
  return label
}

/** One slow attempt is the machine's fault; it is the input's if all are, beside what valid ones take at the same time. */
function checkTime(decoder: Decoder, input: unknown, ms: number, valid: Measure): void {
  const length = lengthOf(input)
  if (ms <= budget(length, valid)) return
  const most = Math.max(budget(length, valid), budget(length, measure(decoder)))
  const least = ms > 10 * MOST_MS ? ms : fastest(decoder, input, most)
  if (least > most) throw new Error(`took ${least.toFixed(1)} ms, more than ${most.toFixed(1)} ms`)
}

/** In proportion to the length, as far as the cap. */
export function budget(length: number, valid: Measure): number {
  const proportion = Math.max(1, length / Math.max(1, valid.length))
  return Math.min(MOST_MS, Math.max(LEAST_MS, SLOWER * valid.ms * proportion))
}

/** Of nine attempts at a decoder that waits for nothing, or the first that takes no longer than `enough`. */
export function fastest(decoder: Decoder, input: unknown, enough = 0): number {
  let least = Infinity
  for (let attempt = 0; attempt < 9 && least > enough; attempt++) {
    const trial = trialOf(decoder, input)
    const started = performance.now()
    void settle(trial)
    least = Math.min(least, performance.now() - started)
  }
  return least
}

/** Bytes and characters in a value, and one for each of its parts. */
export function lengthOf(value: unknown): number {
  if (typeof value === 'string') return value.length
  if (value instanceof Uint8Array) return value.length
  if (value instanceof Map || value instanceof Set) return lengthOf([...value])
  if (Array.isArray(value)) return (value as unknown[]).reduce<number>((sum, part) => sum + 1 + lengthOf(part), 0)
  return typeof value === 'object' && value !== null ? lengthOf(Object.values(value)) : 0
}
