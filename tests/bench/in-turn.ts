import { RUNS } from './bench.ts'

/**
 * Measures several things in turn, so that whatever else the machine does meets all alike.
 * @param warmUp rounds before those that count
 * @returns one value a run of each
 */
export async function inTurn<K extends string, T>(
  warmUp: number,
  works: Readonly<Record<K, () => Promise<T>>>,
): Promise<Record<K, T[]>> {
  const names = Object.keys(works) as K[]
  const values = Object.fromEntries(names.map((name) => [name, [] as T[]])) as Record<K, T[]>
  for (let run = -warmUp; run < RUNS; run++) {
    for (const name of names) {
      const value = await works[name]()
      if (run >= 0) values[name].push(value)
    }
  }
  return values
}
