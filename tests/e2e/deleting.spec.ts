/** Somebody deletes a message, or all of a chat, for themselves: by mouse and by keys. */
import type { BrowserContext, Page } from 'playwright/test'
import { article, composer, connected, expect, meet, messages, reads, reload, say, test } from './fixtures.ts'

const texts = (page: Page) => messages(page).getByRole('article').locator('.bubble')

test('a message deleted for me is gone here, by mouse or by keys, and stays with the other @firefox', async ({
  people,
}) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  for (const text of ['one', 'two', 'three']) await say(ana, text)
  await reads(ben, ['one', 'two', 'three'])
  // Firefox gives its focus to one window at a time.
  await ana.bringToFront()
  await article(ana, 'two').hover()
  await article(ana, 'two').getByRole('button', { name: 'More', exact: true }).click()
  const menu = ana.getByRole('menu', { name: 'Message menu', exact: true })
  const item = menu.getByRole('menuitem', { name: 'Delete for me', exact: true })
  await expect(item).toHaveAccessibleDescription('On this device only: Ben keeps it.')
  await expect(article(ana, 'two')).toContainClass('asked')
  await ana.keyboard.press('Escape')
  await expect(menu).toHaveCount(0)
  await expect(article(ana, 'two')).not.toContainClass('asked')
  await expect(article(ana, 'two').getByRole('button', { name: 'More', exact: true })).toBeFocused()
  await ana.keyboard.press('Enter')
  // One press asks, so that nothing goes by a slip.
  await item.dblclick()
  const sure = menu.getByRole('menuitem', { name: 'Yes, delete it', exact: true })
  await expect(sure).toBeFocused()
  await expect(texts(ana)).toHaveText(['one', 'two', 'three'])
  await sure.click()
  await expect(texts(ana)).toHaveText(['one', 'three'])
  await expect(messages(ana)).toBeFocused()

  // The one stop of the Tab key is the newest one; from there arrows lead to the others.
  await composer(ana).focus()
  await ana.keyboard.press('Shift+Tab')
  await ana.keyboard.press('ArrowUp')
  await ana.keyboard.press('Enter')
  await ana.keyboard.press('End')
  await ana.keyboard.press('Enter')
  await expect(sure).toBeFocused()
  await expect(sure).toBeEnabled()
  await ana.keyboard.press('Enter')
  await expect(texts(ana)).toHaveText(['three'])
  await reload(ana)
  await connected(ana)
  await expect(texts(ana)).toHaveText(['three'])
  await expect(texts(ben)).toHaveText(['one', 'two', 'three'])
})

test('clearing asks once, empties the chat here, and the two go on talking', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await say(ana, 'mine')
  await say(ben, 'theirs')
  await expect(texts(ana)).toHaveText(['mine', 'theirs'])
  await ana.getByRole('button', { name: 'Chat menu', exact: true }).click()
  await ana.getByRole('menuitem', { name: 'Clear messages', exact: true }).click()
  const asked = ana.getByRole('dialog', { name: 'Clear messages?', exact: true })
  await asked.getByRole('button', { name: 'Clear messages', exact: true }).click()
  await expect(asked).toHaveCount(0)
  await expect(texts(ana)).toHaveCount(0)
  await expect(ana.getByRole('link', { name: 'Ben' })).not.toContainText('theirs')
  await reload(ana)
  await connected(ana)
  await expect(texts(ana)).toHaveCount(0)
  await say(ben, 'still there?')
  await expect(texts(ana)).toHaveText(['still there?'])
  await expect(texts(ben)).toHaveText(['mine', 'theirs', 'still there?'])
})

/** Lets the device's clock go ahead at once, as it does while a device sleeps. */
function makeClockMovable(context: BrowserContext): Promise<unknown> {
  return context.addInitScript(() => {
    const Right = Date
    const ahead = () => Number(document.documentElement.dataset['ahead'] ?? 0)
    globalThis.Date = class extends Right {
      constructor(...parts: []) {
        if (parts.length > 0) super(...parts)
        else super(Right.now() + ahead())
      }
      static override now(): number {
        return Right.now() + ahead()
      }
    } as DateConstructor
  })
}

test('a chat that keeps for an hour loses what is older, on this device', async ({ people }) => {
  const ana = await people.newPerson('Ana', { prepare: makeClockMovable })
  const ben = await people.newPerson('Ben')
  await meet(ana, ben)
  await say(ben, 'one')
  await expect(texts(ana)).toHaveText(['one'])
  await ana.getByRole('button', { name: 'Chat menu', exact: true }).click()
  await ana.getByRole('menuitem', { name: 'How long messages stay', exact: true }).click()
  const dialog = ana.getByRole('dialog', { name: 'How long messages stay', exact: true })
  const choice = dialog.getByRole('combobox', { name: 'On this device, for', exact: true })
  await expect(choice).toHaveValue('0')
  await choice.selectOption('1 hour')
  await dialog.getByRole('button', { name: 'Done', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await expect(texts(ana)).toHaveText(['one'])
  await ana.evaluate(() => (document.documentElement.dataset['ahead'] = String(2 * 3_600_000)))
  await expect(texts(ana)).toHaveCount(0, { timeout: 30_000 })
  await reload(ana)
  await expect(messages(ana)).toBeVisible()
  await expect(texts(ana)).toHaveCount(0)
  await expect(texts(ben)).toHaveText(['one'])
  await ana.getByRole('button', { name: 'Chat menu', exact: true }).click()
  await ana.getByRole('menuitem', { name: 'How long messages stay', exact: true }).click()
  await expect(choice).toHaveValue('3600')
})

test('messages disappear on both sides once both agreed, by mouse or by keys, and end when one of them says so', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana', { prepare: makeClockMovable })
  const ben = await people.newPerson('Ben')
  await meet(ana, ben)
  await say(ana, 'before')
  const open = async (page: Page) => {
    await page.getByRole('button', { name: 'Chat menu', exact: true }).click()
    await page.getByRole('menuitem', { name: 'How long messages stay', exact: true }).click()
    return page.getByRole('dialog', { name: 'How long messages stay', exact: true })
  }
  const dialog = await open(ana)
  const group = dialog.getByRole('group', { name: 'Disappearing messages', exact: true })
  await group.getByRole('combobox', { name: 'Disappear after', exact: true }).selectOption('1 hour')
  await group.getByRole('button', { name: 'Suggest', exact: true }).click()
  await expect(group).toContainText('You suggested 1 hour.')
  await dialog.getByRole('button', { name: 'Done', exact: true }).click()
  const suggested = messages(ben)
    .getByRole('article')
    .filter({ hasText: 'Ana suggests that messages disappear after 1 hour' })
  await suggested.getByRole('button', { name: 'Agree', exact: true }).press('Enter')
  await expect(suggested.getByRole('button', { name: 'Agree', exact: true })).toHaveCount(0)
  await expect(messages(ana)).toContainText('Ben agreed: what is said from now on disappears after 1 hour.')
  await say(ana, 'goes')
  await say(ben, 'goes too')
  await expect(article(ana, 'goes too')).toContainText('Disappears after 1 hour')
  await ana.evaluate(() => (document.documentElement.dataset['ahead'] = String(2 * 3_600_000)))
  await expect(article(ana, 'goes')).toHaveCount(0, { timeout: 30_000 })
  await expect(article(ana, 'before')).toHaveCount(1)
  await expect(article(ben, 'goes')).toHaveCount(1)
  const theirs = await open(ben)
  await expect(theirs).toContainText('What is said now disappears after 1 hour, on both sides.')
  await theirs.getByRole('button', { name: 'End disappearing messages', exact: true }).click()
  await theirs.getByRole('button', { name: 'Done', exact: true }).click()
  await say(ben, 'stays')
  await expect(article(ana, 'stays')).not.toContainText('Disappears')
})
