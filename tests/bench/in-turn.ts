import { RUNS } from './bench.ts'

/** What was measured of us and of what we are compared with, one value a run. */
export type Both<T> = { readonly ours: readonly T[]; readonly alone: readonly T[] }

/**
 * Measures both in turn, so that whatever else the machine does meets both alike.
 * @param warmUp rounds before those that count
 */
export async function inTurn<T>(a: {
  readonly ours: () => Promise<T>
  readonly alone: () => Promise<T>
  readonly warmUp: number
}): Promise<Both<T>> {
  const ours: T[] = []
  const alone: T[] = []
  for (let run = -a.warmUp; run < RUNS; run++) {
    const [one, other] = [await a.ours(), await a.alone()]
    if (run < 0) continue
    ours.push(one)
    alone.push(other)
  }
  return { ours, alone }
}
