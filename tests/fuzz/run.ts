/**
 * Fuzzes every decoder for a while: `npm run fuzz -- --minutes 10 [--seed 7] [--only 'name or part of it']`.
 * Ends with code 1 if something was found, after telling decoder, seed and smallest input.
 */
import { parseArgs } from 'node:util'
import { fuzz } from './fuzz.ts'
import { table } from './table.ts'

const SLICE_MS = 1_000

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    seed: { type: 'string' },
    only: { type: 'string', default: '' },
  },
})
const minutes = Number(values.minutes)
const seed = values.seed === undefined ? crypto.getRandomValues(new Uint16Array(1))[0]! : Number(values.seed)
const chosen = table.filter(({ name }) => name.includes(values.only))
if (!(minutes > 0) || !Number.isInteger(seed) || chosen.length === 0)
  throw new Error('--minutes N [--seed S] [--only NAME]')

const end = performance.now() + minutes * 60_000
/** However short the run, every decoder has its turn. */
const slice = Math.min(SLICE_MS, (minutes * 60_000) / chosen.length)
const totals = new Map(
  chosen.map((decoder) => [decoder, { inputs: 0, ms: 0, outcomes: new Map<string, number>(), found: false }]),
)
const say = (text: string): void => void process.stdout.write(`${text}\n`)

say(`seed ${seed}, ${minutes} minutes, ${chosen.length} decoders`)
for (let round = 0; performance.now() < end; round++) await once(seed + round)
for (const [{ name }, { inputs, ms, outcomes, found }] of totals) {
  const ways = [...outcomes].map(([outcome, count]) => `${outcome} ${count}`).join(', ')
  say(
    `${found ? 'FOUND' : inputs > 0 ? 'ok   ' : 'NONE '} ${name}: ${inputs} inputs, ${Math.round((inputs * 1000) / Math.max(1, ms))} a second (${ways})`,
  )
}
const all = [...totals.values()]
say(`${all.reduce((sum, { inputs }) => sum + inputs, 0)} inputs, ${all.filter(({ found }) => found).length} findings`)
process.exitCode = all.some(({ found }) => found) ? 1 : 0

/** A slice of time for each decoder that has shown nothing yet. */
async function once(seedOfRound: number): Promise<void> {
  for (const [decoder, total] of totals) {
    const left = end - performance.now()
    if (left <= 0) return
    if (total.found) continue
    const started = performance.now()
    const { inputs, outcomes, finding } = await fuzz(decoder, { seed: seedOfRound, ms: Math.min(slice, left) })
    total.ms += performance.now() - started
    total.inputs += inputs
    for (const [outcome, count] of outcomes) total.outcomes.set(outcome, (total.outcomes.get(outcome) ?? 0) + count)
    if (finding === undefined) continue
    total.found = true
    say(finding)
  }
}
