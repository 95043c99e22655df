import type { Page } from 'playwright/test'
import { connected, connection, expect, joinChat, say, sees, startChat, visit } from './fixtures.ts'
import { openSafety } from './safety-dialog.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** Screens with all that can be pressed, each as two people come to it, at any size. */
export async function visitScreens(
  newPerson: (name: string) => Promise<Page>,
  look: (page: Page, screen: string) => Promise<void>,
): Promise<void> {
  const [mira, kenji] = await Promise.all([newPerson('Mira'), newPerson('Kenji')])
  await look(mira, 'home, empty')
  const link = await startChat(mira)
  await look(mira, 'invite')
  await visit(kenji, link)
  await look(kenji, 'join')
  await joinChat(kenji, link)
  await Promise.all([connected(mira), connected(kenji)])
  await look(mira, 'new chat')
  await say(mira, 'A message as long as some are, so that it is broken into lines, with averylongwordwithoutanyspaces.')
  await sees(
    kenji,
    'A message as long as some are, so that it is broken into lines, with averylongwordwithoutanyspaces.',
  )
  await look(kenji, 'chat')
  await button(mira, 'Chat menu').click()
  await look(mira, 'menu')
  await mira.getByRole('menuitem', { name: 'Rename', exact: true }).click()
  await expect(mira.getByRole('textbox', { name: 'Name', exact: true })).toBeFocused()
  await look(mira, 'rename')
  await mira.keyboard.press('Escape')
  await button(mira, 'Chat menu').click()
  await mira.getByRole('menuitem', { name: 'Remove contact', exact: true }).click()
  await expect(mira.getByRole('heading', { name: 'Remove Kenji?' })).toBeFocused()
  await look(mira, 'remove')
  await mira.keyboard.press('Escape')
  const safety = await openSafety(mira)
  await look(mira, 'safety number')
  await safety.getByRole('button', { name: 'Mark as verified', exact: true }).click()
  await look(mira, 'safety number, verified')
  await safety.getByRole('button', { name: 'Scan their code', exact: true }).click()
  await expect(safety.getByRole('alert')).toBeVisible()
  await look(mira, 'scan, no camera')
  await mira.keyboard.press('Escape')
  await kenji.goto('about:blank')
  await expect(connection(mira)).toHaveAttribute('data-state', 'waiting')
  await look(mira, 'waiting')
  const back = mira.getByRole('link', { name: 'Back', exact: true })
  if (await back.isVisible()) await back.click()
  await look(mira, 'home')
  await mira.getByRole('link', { name: 'Settings', exact: true }).click()
  await look(mira, 'settings')
  await visit(kenji, `${link.slice(0, -3)}abc`)
  await look(kenji, 'damaged link')
}
