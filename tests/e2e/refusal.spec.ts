/** A browser in which no safe key can be made gets one page that says so, and nothing is made or kept. */
import { expect, test } from './fixtures.ts'

const BROKEN = { zeros: 0, 'one byte over and over': 0xa5, 'the same every time': undefined } as const

for (const [what, byte] of Object.entries(BROKEN))
  test(`attack 69: randomness that is ${what}: the app refuses to start`, async ({ people }) => {
    const page = await people.newPerson(undefined, {
      prepare: (context) =>
        context.addInitScript((value) => {
          crypto.getRandomValues = <T extends ArrayBufferView | null>(array: T): T => {
            if (array) {
              const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength)
              bytes.forEach((_, i) => (bytes[i] = value ?? i))
            }
            return array
          }
        }, byte),
    })
    await expect(page.getByText('This browser cannot make safe keys.')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Start a chat' })).toHaveCount(0)
    await expect(page).toHaveTitle(/No safe keys here/)
    expect(await page.evaluate(async () => (await indexedDB.databases()).length)).toBe(0)
  })
