/** The app comes in parts. One that does not come is said to be missing, and what a person has is safe. */
import { expect, test } from './fixtures.ts'

const missing = { name: 'A part of Sotto could not be fetched.', exact: true } as const

for (const part of ['engine', 'more', 'rare'])
  test(`without its part “${part}” the page says so, and a fresh one works`, async ({ people }) => {
    people.expectError(/net::ERR_FAILED/)
    const pattern = `**/${part}-*.js`
    const ana = await people.newPerson('Ana', {
      prepare: (context) => context.route(pattern, (route) => route.abort()),
    })
    if (part === 'more') await ana.getByRole('button', { name: 'Start a chat', exact: true }).click()
    if (part === 'rare') await ana.getByRole('link', { name: 'Settings', exact: true }).click()
    await expect(ana.getByRole('heading', missing)).toBeVisible()
    await ana.context().unroute(pattern)
    await ana.getByRole('button', { name: 'Reload', exact: true }).click()
    await expect(ana.getByRole('heading', missing)).toHaveCount(0)
    await ana.goto('#/settings')
    await expect(ana.getByRole('heading', { name: 'Settings', exact: true })).toBeVisible()
  })
