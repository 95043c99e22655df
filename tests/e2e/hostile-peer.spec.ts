/** The other side is a person's page no more: what it puts on the line harms nothing that was or will be said. */
import type { Page } from 'playwright/test'
import { connected, connection, expect, hasState, meet, reads, reload, say, test, type People } from './fixtures.ts'
import { lineCount, misbehave, tapLine, type Misdeed } from './wire.ts'

/** Ana, and Ben whose page can be made to misbehave. */
async function pairWithTap(people: People): Promise<[ana: Page, ben: Page]> {
  const ana = await people.newPerson('Ana')
  const ben = await people.newPerson('Ben', { prepare: (context) => context.addInitScript(tapLine) })
  await meet(ana, ben)
  return [ana, ben]
}

/** Each says something that is read by both, after all that was said before. */
async function bothSay(ana: Page, ben: Page, said: string[], what: string): Promise<void> {
  await say(ana, `Ana ${what}`)
  await hasState(ana, `Ana ${what}`, 'delivered')
  await say(ben, `Ben ${what}`)
  await hasState(ben, `Ben ${what}`, 'delivered')
  said.push(`Ana ${what}`, `Ben ${what}`)
  await Promise.all([reads(ana, said), reads(ben, said)])
}

// A person may call four times a minute, so no conversation can be broken more often than that without a wait.
const breaking: readonly (readonly (readonly [what: string, misdeed: Misdeed])[])[] = [
  [
    ['a frame of 17 KiB', { randomBytes: 17 * 1024 }],
    ['text instead of bytes', { text: 'hello' }],
  ],
  [
    ['a single byte', { randomBytes: 1 }],
    ['a random frame of a good size', { randomBytes: 256 }],
  ],
  [
    ['256 KiB', { randomBytes: 256 * 1024 }],
    ['nothing at all', { text: '' }],
  ],
  [
    ['the largest frame, random', { randomBytes: 16 * 1024 }],
    ['what was said on the line before', { again: 'the line before' }],
  ],
]

for (const misdeeds of breaking)
  test(`after ${misdeeds.map(([what]) => what).join(', and ')} a new line is found`, async ({ people }) => {
    const [ana, ben] = await pairWithTap(people)
    const said: string[] = []
    await bothSay(ana, ben, said, 'at first')
    for (const [what, misdeed] of misdeeds) {
      const lines = await lineCount(ben)
      await misbehave(ben, misdeed)
      await say(ana, `while ${what} came`)
      said.push(`while ${what} came`)
      await expect.poll(() => lineCount(ben), what).toBe(lines + 1)
      await Promise.all([connected(ana), connected(ben)])
      await bothSay(ana, ben, said, `after ${what}`)
    }
    await reload(ana)
    await reads(ana, said)
  })

test('frames that come twice are taken once, and break nothing', async ({ people }) => {
  const [ana, ben] = await pairWithTap(people)
  const said: string[] = []
  await bothSay(ana, ben, said, 'at first')
  for (let i = 1; i <= 3; i++) {
    await misbehave(ben, { again: 'this line' })
    await bothSay(ana, ben, said, `after repetition ${i}`)
  }
  await expect(connection(ana)).toHaveAttribute('data-state', 'direct')
  expect(await lineCount(ben)).toBe(1)
  await reload(ana)
  await reads(ana, said)
})
