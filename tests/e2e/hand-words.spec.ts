/** By hand, where it does not go as it should: what is said is so, and there is a way on. */
import type { BrowserContext } from 'playwright/test'
import { expect, startChat, visit } from './fixtures.ts'
import { byHand, codeOf, CONFIG, next, own, paste, step, theirs } from './hand-steps.ts'
import { test } from './own-site.ts'
import { choosePicture, openSafety, photograph } from './safety-dialog.ts'

test.describe.configure({ timeout: 120_000 })

test('one’s own link is named as such; who has the answer and hears nothing is told what there is to wait for', async ({
  people,
  site,
}) => {
  site.put('config.json', CONFIG)
  const prepare = (context: BrowserContext): Promise<void> => context.clock.install()
  const [mira, kenji] = [await people.newPerson('Mira'), await people.newPerson('Kenji', { prepare })]
  const link = await startChat(mira)
  await byHand(mira).click()
  await next(mira).click()
  await paste(mira, link)
  await expect(mira.getByRole('alert')).toHaveText(
    'That is your own link. They open it, and then their screen shows a code for you.',
  )
  await expect(theirs(mira)).toHaveAttribute('aria-invalid', 'true')
  await visit(kenji, link)
  await byHand(kenji).click()
  const call = await codeOf(kenji)
  await paste(mira, call)
  const answer = await codeOf(mira)
  // Nobody is there any more to look for.
  await mira.close()
  await next(kenji).click()
  await paste(kenji, answer)
  await expect(kenji.getByText('Looking for each other…')).toBeVisible()
  // What was given is of no more use.
  await expect(kenji.getByRole('button', { name: 'Show it again', exact: true })).toHaveCount(0)
  // By the page's own clock: the browser's, which gives up as soon, is not turned.
  await kenji.clock.fastForward(15_000)
  await expect(kenji.getByText('Fifteen seconds are over.')).toBeVisible()
  await expect(kenji.getByText('Looking for each other…')).toHaveCount(0)
  await kenji.clock.fastForward(10_000)
  await expect(kenji.getByRole('alert')).toContainText('Your two networks keep you apart')
})

test('what tells somebody that they came too late is not called an answer', async ({ people, site }) => {
  site.put('config.json', CONFIG)
  const [mira, kenji, thief] = [
    await people.newPerson('Mira'),
    await people.newPerson('Kenji'),
    await people.newPerson('Thief'),
  ]
  const link = await startChat(mira)
  await byHand(mira).click()
  await next(mira).click()
  for (const page of [kenji, thief]) {
    await visit(page, link)
    await byHand(page).click()
  }
  await paste(mira, await codeOf(kenji))
  await codeOf(mira)
  await mira.getByRole('button', { name: 'Begin anew', exact: true }).click()
  await expect(step(mira)).toHaveText('Step 1 of 4')
  await next(thief).click()
  await paste(thief, await codeOf(mira))
  const call = await codeOf(thief)
  await next(mira).click()
  await paste(mira, call)
  await expect(mira.getByRole('heading', { name: 'Tell them why not', exact: true })).toBeVisible()
  await expect(mira.getByText('Give them your answer')).toHaveCount(0)
  await expect(step(mira)).toHaveText('Step 3 of 3')
  await expect(own(mira)).not.toHaveValue('')
  await next(thief).click()
  await paste(thief, await codeOf(mira))
  await expect(thief.getByRole('heading', { name: 'This link was already opened.', exact: true })).toBeVisible()
})

test('a stopped chat says that it is one, and leads back to it', async ({ people }) => {
  const [mira] = await people.pair('Mira', 'Kenji')
  const [, other] = await people.pair('Ola', 'Ben')
  await openSafety(other)
  const wrong = await photograph(other)
  await openSafety(mira)
  await choosePicture(mira, { name: 'wrong.png', buffer: wrong })
  await expect(mira.getByRole('alertdialog')).toBeVisible()
  const chat = mira.url()
  await visit(mira, chat.replace('#/chat/', '#/hand/'))
  await expect(mira.getByRole('alert')).toContainText('Sotto has stopped sending')
  await expect(mira.getByText('Making your code…')).toHaveCount(0)
  await mira.getByRole('link', { name: 'Back to the chat', exact: true }).click()
  await expect(mira.getByRole('alert')).toContainText('Nothing is sent in this chat')
  expect(mira.url()).toBe(chat)
})
