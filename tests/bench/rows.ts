/** The rows of the benchmark: what was measured, beside what, and whether that is good enough. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'

/** As in `bench.json`. */
export type Row = {
  readonly name: string
  readonly unit: string
  readonly ours: number
  /** The same unit, measured in the same run. */
  readonly baseline: number
  readonly baselineName: string
  /** ours : baseline */
  readonly ratio: number
  readonly goal: string
  readonly met: boolean
}

/** What a row must reach: an amount in its unit, or a multiple of its baseline, or no more than so much above it. */
export type Goal =
  | { readonly atMost: number }
  | { readonly atMostMore: number }
  | { readonly atMostTimes: number }
  | { readonly atLeastTimes: number }

export function row(a: {
  readonly name: string
  readonly unit: string
  readonly ours: number
  readonly baseline: number
  readonly baselineName: string
  readonly goal: Goal
}): Row {
  const { name, unit, baselineName } = a
  const [ours, baseline, ratio] = [a.ours, a.baseline, a.ours / a.baseline].map(rounded) as [number, number, number]
  return { name, unit, ours, baseline, baselineName, ratio, ...judged(a.goal, a) }
}

function judged(goal: Goal, a: { unit: string; ours: number; baseline: number }): { goal: string; met: boolean } {
  const ratio = a.ours / a.baseline
  if ('atMost' in goal) return { goal: `≤ ${goal.atMost} ${a.unit}`, met: a.ours <= goal.atMost }
  if ('atMostMore' in goal)
    return { goal: `≤ + ${goal.atMostMore} ${a.unit}`, met: a.ours - a.baseline <= goal.atMostMore }
  if ('atMostTimes' in goal) return { goal: `≤ ${goal.atMostTimes} ×`, met: ratio <= goal.atMostTimes }
  return { goal: `≥ ${goal.atLeastTimes} ×`, met: ratio >= goal.atLeastTimes }
}

/** Three digits say all that a measurement on somebody's machine can. */
function rounded(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3))
}

/** The middle value; of an even number the upper one of the two. Throws RangeError on none. */
export function median(values: readonly number[]): number {
  const middle = [...values].sort((a, b) => a - b)[values.length >> 1]
  if (middle === undefined) throw new RangeError('no values')
  return middle
}

/** The rows of a file written before; none if there is no such file. */
export function readRows(path: string): Row[] {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Row[]) : []
}

export function writeRows(path: string, rows: readonly Row[]): void {
  writeFileSync(path, `${JSON.stringify(rows, null, 2)}\n`)
}

/** For a person: one line a row. */
export function table(rows: readonly Row[]): string {
  const head = ['', 'ours', 'baseline', '', 'ratio', 'goal', 'met']
  const lines = rows.map((r) => [
    r.name,
    `${r.ours} ${r.unit}`,
    `${r.baseline} ${r.unit}`,
    r.baselineName,
    `${r.ratio} ×`,
    r.goal,
    r.met ? 'yes' : 'NO',
  ])
  const all = [head, ...lines]
  const widths = head.map((_, column) => Math.max(...all.map((line) => line[column]!.length)))
  const isNumber = [false, true, true, false, true, true, false]
  const pad = (text: string, column: number) =>
    isNumber[column] ? text.padStart(widths[column]!) : text.padEnd(widths[column]!)
  return all.map((line) => line.map(pad).join('   ').trimEnd()).join('\n')
}
