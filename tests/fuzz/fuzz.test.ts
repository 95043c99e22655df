/** A few thousand inputs for each decoder. For longer: `npm run fuzz`. */
import { expect, test } from 'playwright/test'
import { quickly } from '../run/quick-x25519.ts'
import { fuzz } from './fuzz.ts'
import { table } from './table.ts'

const RUNS = 1_500

for (const decoder of table)
  test(decoder.name, async () => {
    // Another one each time: what is found is told with its seed.
    const seed = crypto.getRandomValues(new Int32Array(1))[0]!
    const { finding, outcomes } = await quickly(() => fuzz(decoder, { seed, runs: decoder.runs ?? RUNS }))
    expect(finding).toBeUndefined()
    // A way to end that never comes up is wrong in the table, or out of reach of the mutations.
    expect([...outcomes.keys()].sort(), `seed ${seed}`).toEqual([...decoder.outcomes].sort())
  })
