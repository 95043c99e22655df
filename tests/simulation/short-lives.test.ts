/** A thousand short lives, each from its seed. A longer look: `npm run soak:simulation -- --minutes 60`. */
import { expect, test } from 'playwright/test'
import { live } from './short-life.ts'
import { noTally } from './tally.ts'

const LIVES = Number(process.env['SIM_LIVES'] ?? 250)
const FIRST = Number(process.env['SIM_FIRST'] ?? 1)

for (let part = 0; part < 4; part++) {
  const first = FIRST + part * LIVES
  test(`${LIVES} short lives from seed ${first}: nothing lost, twice, out of order, or untrue`, async () => {
    test.setTimeout(600_000)
    const tally = noTally()
    for (let seed = first; seed < first + LIVES; seed++) {
      expect(await live(seed, tally), `seed ${seed}`).toEqual([])
    }
    expect(tally.lives).toBe(LIVES)
    // One life in four is of people who delete.
    expect(tally.deleted).toBeGreaterThan(LIVES / 4)
  })
}
