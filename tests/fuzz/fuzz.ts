/** Runs one decoder over many inputs, from a seed, until something is found or the inputs or the time are used up. */
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import type { Parameters, RunDetails } from 'fast-check'
import { settle, trialOf } from './decoder.ts'
import type { Decoder } from './decoder.ts'
import { examine, lengthOf, measure } from './examine.ts'

export type Effort = { readonly seed: number; readonly runs?: number; readonly ms?: number }

export type Result = {
  readonly inputs: number
  /** How often it ended in which way. */
  readonly outcomes: ReadonlyMap<string, number>
  /** What is wrong, with everything needed to see it again. */
  readonly finding?: string
}

/** For making a found input smaller. */
const SHRINK_MS = 15_000
/** A run that has not ended this long after its time hangs. */
const HANG_MS = 40_000

type Details = RunDetails<[unknown]>

export async function fuzz(decoder: Decoder, { seed, runs, ms }: Effort): Promise<Result> {
  const { check, first, outcomes, current } = await runner(decoder, (ms ?? SHRINK_MS) + HANG_MS)
  const within = (limitMs: number) => ({ interruptAfterTimeLimit: limitMs, markInterruptAsFailure: false })
  try {
    await first()
    const parameters = { seed, numRuns: runs ?? Number.MAX_SAFE_INTEGER, ...within(ms ?? SHRINK_MS) }
    const details = await check(parameters)
    const { numRuns: inputs, counterexamplePath: path } = details
    if (!details.failed) return { inputs, outcomes }
    // The time may have been up in the middle of making it smaller.
    const smaller = path === null ? details : await check({ seed, path, ...within(SHRINK_MS) })
    return { inputs, outcomes, finding: report(decoder, seed, smaller.failed ? smaller : details) }
  } catch (error) {
    const hangs = (error as { code?: unknown }).code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
    return { inputs: 0, outcomes, finding: told(decoder, hangs ? 'hangs' : error, `seed ${seed}`, current()) }
  }
}

/** Ways to look at one input after the other, with a count of how they ended. */
async function runner(decoder: Decoder, deadlineMs: number) {
  const outcomes = new Map<string, number>()
  const probe = settle(trialOf(decoder, decoder.valid[0]))
  const waits = probe instanceof Promise
  await probe
  const valid = waits ? undefined : measure(decoder)
  let current: unknown
  const count = (label: string): void => void outcomes.set(label, (outcomes.get(label) ?? 0) + 1)
  const run = (input: unknown): void | Promise<void> => {
    current = input
    const label = examine(decoder, input, valid)
    return label instanceof Promise ? label.then(count) : count(label)
  }
  return {
    outcomes,
    current: () => current,
    async check(parameters: Parameters<[unknown]>): Promise<Details> {
      if (waits)
        return await fc.check(
          fc.asyncProperty(decoder.inputs, async (input) => await run(input)),
          parameters,
        )
      const property = fc.property(decoder.inputs, (input) => void run(input))
      return withDeadline(deadlineMs, () => fc.check(property, parameters))
    },
    // Not as examples of fast-check, which would try to make them smaller without knowing how they were made.
    async first(): Promise<void> {
      for (const input of [...decoder.valid, ...(decoder.examples ?? [])])
        await withDeadline(deadlineMs, () => run(input))
    },
  }
}

/** Stops synchronous code that does not end, even within a regular expression. */
function withDeadline<T>(ms: number, run: () => T): T {
  return runInNewContext('run()', { run }, { timeout: Math.ceil(ms) }) as T
}

function report(decoder: Decoder, seed: number, details: Details): string {
  const path = details.counterexamplePath ?? ''
  return told(decoder, details.errorInstance, `seed ${seed}, path ${path}`, details.counterexample?.[0])
}

function told(decoder: Decoder, error: unknown, where: string, input: unknown): string {
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return `${decoder.name}: ${what}\n${where}, ${lengthOf(input)} long\n${shown(input)}`
}

/** Bytes in hex, texts in quotes; what repeats is counted. */
function shown(input: unknown): string {
  if (!(input instanceof Uint8Array)) {
    const text = JSON.stringify(input) ?? String(input)
    return text.replace(/(.)\1{15,}/gsu, (run, sign: string) => `${sign}{×${run.length / sign.length}}`)
  }
  const hex = Buffer.from(input).toString('hex').match(/../g)?.join(' ') ?? ''
  const counted = hex.replace(/\b(..)(?: \1){7,}/g, (run, byte: string) => `${byte}{×${(run.length + 1) / 3}}`)
  return counted.replaceAll(' ', '')
}
