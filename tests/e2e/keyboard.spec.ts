/** Everything without a pointer: what has the focus is seen, and goes back where it came from. And calm for those who ask for it. */
import type { Locator, Page } from 'playwright/test'
import { chatLink, composer, connected, expect, reads, reload, test, visit } from './fixtures.ts'
import { choosePicture, openSafety, photograph, seal } from './safety-dialog.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Presses Tab, or Shift+Tab, until this has the focus, and looks whether one sees so. */
async function tabTo(page: Page, target: Locator, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  const MOST = 25
  const focused = () => target.evaluate((element) => element === document.activeElement)
  for (let i = 0; i < MOST && !(await focused()); i++) await page.keyboard.press(key)
  await expectSeen(target)
}

/** Has the focus, stands within the window, and a ring says so: around itself, or around the row it stands for. */
async function expectSeen(target: Locator): Promise<void> {
  await expect(target).toBeFocused()
  await expect(target).toBeInViewport({ ratio: 0.9 })
  const ring = await target.evaluate((element) => {
    const around = [element, ...(element.matches('li a') ? [element.closest('li')] : [])]
    const rings = around.flatMap((one) => (one ? [getComputedStyle(one)] : []))
    return rings.filter(({ outlineStyle }) => outlineStyle !== 'none').map(({ outlineWidth }) => outlineWidth)
  })
  expect(ring).toEqual(['2px'])
}

test('a link, a chat and what belongs to it, by keys alone', async ({ people }) => {
  const [mira, kenji] = await Promise.all([people.newPerson(), people.newPerson()])
  await mira.context().grantPermissions(['clipboard-read', 'clipboard-write'])

  await tabTo(mira, button(mira, 'Start a chat'))
  await mira.keyboard.press('Enter')
  await expect(mira.getByRole('heading', { name: 'New chat', exact: true })).toBeFocused()
  await tabTo(mira, button(mira, 'Copy link'))
  await mira.keyboard.press('Enter')
  await expect(mira.getByText('Copied. Now send it to one person.')).toBeVisible()
  const link = await mira.evaluate(() => navigator.clipboard.readText())
  await expect(mira.getByRole('textbox', { name: 'Invite link', exact: true })).toHaveValue(link)
  await tabTo(mira, mira.getByRole('textbox', { name: 'Your name', exact: true }))
  await mira.keyboard.type('Mira')
  const hide = mira.getByRole('switch', { name: 'Hide my IP address', exact: true })
  await tabTo(mira, hide)
  await mira.keyboard.press('Space')
  await expect(hide).toBeChecked()
  await mira.keyboard.press('Space')
  await expect(hide).not.toBeChecked()

  await visit(kenji, link)
  await tabTo(kenji, kenji.getByRole('textbox', { name: 'Your name', exact: true }))
  await kenji.keyboard.type('Kenji')
  await tabTo(kenji, button(kenji, 'Join chat'))
  await kenji.keyboard.press('Enter')
  await Promise.all([connected(mira), connected(kenji)])

  await expectSeen(composer(kenji))
  await kenji.keyboard.type('first')
  await kenji.keyboard.press('Shift+Enter')
  await kenji.keyboard.type('second')
  await kenji.keyboard.press('Enter')
  await reads(mira, ['first\nsecond'])
  await kenji.keyboard.type('third')
  await tabTo(kenji, button(kenji, 'Send'))
  await kenji.keyboard.press('Enter')
  await reads(mira, ['first\nsecond', 'third'])

  await tabTo(kenji, button(kenji, 'Chat menu'), 'Shift+Tab')
  await tabTo(kenji, chatLink(kenji, 'Mira'), 'Shift+Tab')
  await tabTo(kenji, kenji.getByRole('link', { name: 'Settings', exact: true }), 'Shift+Tab')
  await kenji.keyboard.press('Enter')
  await expect(kenji.getByRole('heading', { name: 'Settings', exact: true })).toBeFocused()
  await tabTo(kenji, chatLink(kenji, 'Mira'), 'Shift+Tab')
  await kenji.keyboard.press('Enter')
  await expectSeen(composer(kenji))
})

test('the menu and its dialogs give the focus back', async ({ people }) => {
  const [, kenji] = await people.pair('Mira', 'Kenji')
  const menu = button(kenji, 'Chat menu')
  const item = (name: string) => kenji.getByRole('menuitem', { name, exact: true })
  await tabTo(kenji, menu, 'Shift+Tab')
  await kenji.keyboard.press('Enter')
  await expectSeen(item('Rename'))
  await kenji.keyboard.press('ArrowDown')
  await expectSeen(item('Go to a date'))
  await kenji.keyboard.press('ArrowDown')
  await expectSeen(kenji.getByRole('menuitemcheckbox', { name: 'Hide my IP address', exact: true }))
  for (const name of ['How long messages stay', 'Clear messages']) {
    await kenji.keyboard.press('ArrowDown')
    await expectSeen(item(name))
  }
  await kenji.keyboard.press('ArrowDown')
  await expectSeen(item('Remove contact'))
  await kenji.keyboard.press('ArrowDown')
  await expectSeen(item('Rename'))
  await kenji.keyboard.press('End')
  await expectSeen(item('Remove contact'))
  await kenji.keyboard.press('Escape')
  await expectSeen(menu)
  await expect(item('Rename')).toHaveCount(0)

  await kenji.keyboard.press('Space')
  await expectSeen(item('Rename'))
  await kenji.keyboard.press('Enter')
  await expectSeen(kenji.getByRole('textbox', { name: 'Name', exact: true }))
  await kenji.keyboard.type('Mira from work')
  await kenji.keyboard.press('Enter')
  await expect(kenji.getByRole('heading', { name: 'Mira from work', exact: true })).toBeVisible()
  await expectSeen(menu)

  // The focus stays within a dialog, and a press beside it or Escape leaves everything as it was.
  await kenji.keyboard.press('Enter')
  await kenji.keyboard.press('ArrowUp')
  await kenji.keyboard.press('Enter')
  const remove = kenji.getByRole('dialog', { name: 'Remove Mira from work?', exact: true })
  await expect(remove.getByRole('heading')).toBeFocused()
  for (const name of ['Close', 'Keep', 'Remove contact']) {
    await kenji.keyboard.press('Tab')
    await expectSeen(remove.getByRole('button', { name, exact: true }))
  }
  await kenji.keyboard.press('Tab')
  await expect(composer(kenji)).not.toBeFocused()
  await kenji.keyboard.press('Escape')
  await expect(remove).toHaveCount(0)
  await expectSeen(menu)
  await tabTo(kenji, composer(kenji))
})

test('the safety number opens, closes and opens again as fast as one presses', async ({ people }) => {
  const [, kenji] = await people.pair('Mira', 'Kenji')
  const dialog = kenji.getByRole('dialog', { name: 'Safety number', exact: true })
  await tabTo(kenji, seal(kenji), 'Shift+Tab')
  for (let i = 0; i < 3; i++) {
    await kenji.keyboard.press('Enter')
    await expect(dialog.getByRole('heading', { name: 'Safety number', exact: true })).toBeFocused()
    await kenji.keyboard.press('Escape')
    await expectSeen(seal(kenji))
  }
  await expect(dialog).toHaveCount(0)

  await kenji.keyboard.press('Enter')
  await tabTo(kenji, dialog.getByRole('button', { name: 'Scan their code', exact: true }))
  await tabTo(kenji, dialog.getByRole('button', { name: 'Choose a picture', exact: true }))
  await tabTo(kenji, dialog.getByRole('button', { name: 'Mark as verified', exact: true }))
  await kenji.keyboard.press('Enter')
  await expect(dialog.getByRole('button', { name: 'Clear verification', exact: true })).toBeVisible()
  // What was pressed is gone; the focus must not be lost with it.
  await expectSeen(dialog.getByRole('button', { name: 'Clear verification', exact: true }))
  await tabTo(kenji, dialog.getByRole('button', { name: 'Close', exact: true }), 'Shift+Tab')
  await kenji.keyboard.press('Enter')
  await expect(dialog).toHaveCount(0)
  await expectSeen(seal(kenji))
  await tabTo(kenji, composer(kenji))
})

/** How long what moves now will move, in ms. */
function moving(page: Page): Promise<number> {
  return page.evaluate(() =>
    Math.max(0, ...document.getAnimations().map((one) => Number(one.effect?.getComputedTiming().endTime))),
  )
}

test('the two halves meet; a key ends the movement', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await mira.emulateMedia({ reducedMotion: 'no-preference' })
  await Promise.all([openSafety(mira), openSafety(kenji)])
  await choosePicture(mira, { name: 'screen.png', buffer: await photograph(kenji) })
  const met = mira.getByRole('heading', { name: 'It is Kenji.', exact: true })
  await expect(met).toBeFocused()
  expect(await moving(mira)).toBeGreaterThan(700)
  await mira.keyboard.press('Shift')
  expect(await moving(mira)).toBe(0)
  await mira.keyboard.press('Tab')
  await expectSeen(button(mira, 'Back to the chat'))
  await mira.keyboard.press('Enter')
  await expectSeen(seal(mira))
})

test('without motion everything arrives in its end state', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await mira.emulateMedia({ reducedMotion: 'reduce' })
  await Promise.all([openSafety(mira), openSafety(kenji)])
  expect(await moving(mira)).toBeLessThanOrEqual(1)
  await choosePicture(mira, { name: 'screen.png', buffer: await photograph(kenji) })
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toBeFocused()
  expect(await moving(mira)).toBeLessThanOrEqual(1)
  await expect(mira.getByRole('heading', { name: 'It is Kenji.', exact: true })).toHaveCSS('opacity', '1')
  await reload(mira)
  await connected(mira)
  expect(await moving(mira)).toBeLessThanOrEqual(1)
})
