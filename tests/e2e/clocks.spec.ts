/** A device whose clock is wrong: the page's host tells the time, and the person is told. */
import type { BrowserContext } from 'playwright/test'
import { connected, expect, meet, reads, reload, say, test } from './fixtures.ts'

const HOUR = 3_600_000
const CLOCKS = { 'a day ahead': 25 * HOUR, 'ten years behind': -87_660 * HOUR }

/** Everything the page can ask for the time is wrong by this much, but for what the host says. */
function setClock(context: BrowserContext, ms: number): Promise<unknown> {
  return context.addInitScript((off) => {
    const Right = Date
    globalThis.Date = class extends Right {
      constructor(...parts: []) {
        if (parts.length > 0) super(...parts)
        else super(Right.now() + off)
      }
      static override now(): number {
        return Right.now() + off
      }
    } as DateConstructor
  }, ms)
}

for (const [what, ms] of Object.entries(CLOCKS))
  test(`attack 14: somebody whose clock is ${what} meets, meets again, and hears of it`, async ({ people }) => {
    const ana = await people.newPerson('Ana')
    const ben = await people.newPerson('Ben', { prepare: (context) => setClock(context, ms) })
    await meet(ana, ben)
    await say(ana, 'what time is it?')
    await reads(ben, ['what time is it?'])
    // From here on they meet under the topics of a day.
    await reload(ben)
    await Promise.all([connected(ana), connected(ben)])
    await say(ben, 'late')
    await reads(ana, ['what time is it?', 'late'])
    await ben.getByRole('button', { name: 'Connection details', exact: true }).click()
    const panel = ben.getByRole('dialog', { name: 'Connection', exact: true })
    await expect(panel).toContainText(ms > 0 ? 'minutes fast' : 'minutes slow')
    await ana.getByRole('button', { name: 'Connection details', exact: true }).click()
    await expect(ana.getByRole('dialog', { name: 'Connection', exact: true })).not.toContainText('The clock')
  })
