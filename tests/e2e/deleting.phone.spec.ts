/** With a finger: one that rests on a message asks what can be done with it, one that scrolls does not. */
import type { Page } from 'playwright/test'
import { article, expect, messages, say, test } from './fixtures.ts'

/** Puts a finger in the middle of a message, moves it by so much and lifts it after a while. */
async function press(page: Page, text: string, move: number): Promise<void> {
  const box = await article(page, text).locator('.bubble').boundingBox()
  const at = { x: (box?.x ?? 0) + (box?.width ?? 0) / 2, y: (box?.y ?? 0) + (box?.height ?? 0) / 2 }
  const touch = await page.context().newCDPSession(page)
  await touch.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [at] })
  await touch.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: [{ x: at.x, y: at.y + move }] })
  // As long as a finger rests: what is to be seen is whether something comes of it.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 700)))
  await touch.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
}

test('a message is deleted by a long press; a finger that moves on asks for nothing', async ({ people }) => {
  const [ana] = await people.pair('Ana', 'Ben')
  await say(ana, 'one')
  await say(ana, 'two')
  await press(ana, 'two', 40)
  const menu = ana.getByRole('menu', { name: 'Message menu', exact: true })
  await expect(menu).toHaveCount(0)
  await press(ana, 'two', 2)
  await expect(menu).toBeVisible()
  await menu.getByRole('menuitem', { name: 'Delete for me', exact: true }).tap()
  await menu.getByRole('menuitem', { name: 'Yes, delete it', exact: true }).tap()
  await expect(messages(ana).getByRole('article').locator('.bubble')).toHaveText(['one'])
  await press(ana, 'one', 2)
  await expect(menu).toBeVisible()
  await messages(ana).tap({ position: { x: 5, y: 5 } })
  await expect(menu).toHaveCount(0)
})
