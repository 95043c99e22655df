/** The list of chats: what is unread, what was begun, other names, and an end. */
import type { Page } from 'playwright/test'
import {
  article,
  chatLink,
  composer,
  connected,
  connection,
  expect,
  goHome,
  hasState,
  joinChat,
  meet,
  messages,
  pressJoin,
  reads,
  reload,
  say,
  sees,
  startChat,
  test,
  visit,
  type People,
} from './fixtures.ts'

/** Ana with Ben and Cleo, in that order; Ana looks at the chat with Cleo. */
async function three(people: People): Promise<[ana: Page, ben: Page, cleo: Page]> {
  const [ana, ben, cleo] = await Promise.all([
    people.newPerson('Ana'),
    people.newPerson('Ben'),
    people.newPerson('Cleo'),
  ])
  await meet(ana, ben)
  await goHome(ana)
  await meet(ana, cleo)
  return [ana, ben, cleo]
}

test('what was not seen is counted in the list and in the title, until it is read', async ({ people }) => {
  const [ana, ben, cleo] = await three(people)
  await expect(chatLink(ana, 'Ben')).toHaveAttribute('data-unread', '0')
  await say(ben, 'one')
  await say(ben, 'two')
  await expect(chatLink(ana, 'Ben')).toHaveAttribute('data-unread', '2')
  await expect(chatLink(ana, 'Ben')).toHaveAccessibleDescription(/2 unread/)
  await expect(chatLink(ana, 'Ben')).toHaveAccessibleDescription(/two/)
  // Whose chat it is does not stand there: browsers keep titles in their history.
  await expect(ana).toHaveTitle('(2) Messages · Sotto')
  await say(cleo, 'seen at once')
  await sees(ana, 'seen at once')
  await expect(chatLink(ana, 'Cleo')).toHaveAttribute('data-unread', '0')

  await goHome(ana)
  await say(cleo, 'not seen')
  await expect(ana).toHaveTitle(/^\(3\) /)
  await reload(ana)
  await expect(ana).toHaveTitle(/^\(3\) /)
  await chatLink(ana, 'Ben').click()
  await reads(ana, ['one', 'two'])
  await expect(messages(ana).getByText('New', { exact: true })).toBeVisible()
  await expect(chatLink(ana, 'Ben')).toHaveAttribute('data-unread', '0')
  await expect(ana).toHaveTitle('(1) Messages · Sotto')
  await chatLink(ana, 'Cleo').click()
  await expect(ana).toHaveTitle('Messages · Sotto')
})

test('what was begun waits in its chat, through switching and reloading', async ({ people }) => {
  const [ana] = await three(people)
  await composer(ana).fill('for Cleo,\nnot finished')
  await chatLink(ana, 'Ben').click()
  await expect(composer(ana)).toHaveValue('')
  await composer(ana).fill('for Ben')
  await chatLink(ana, 'Cleo').click()
  await expect(composer(ana)).toHaveValue('for Cleo,\nnot finished')
  await reload(ana)
  await expect(composer(ana)).toHaveValue('for Cleo,\nnot finished')
  await composer(ana).press('Enter')
  await expect(composer(ana)).toHaveValue('')
  await chatLink(ana, 'Ben').click()
  await expect(composer(ana)).toHaveValue('for Ben')
  await chatLink(ana, 'Cleo').click()
  await reads(ana, ['for Cleo,\nnot finished'])
  await expect(composer(ana)).toHaveValue('')
})

test('a name of one’s own for somebody stays here', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await rename(ana, 'My neighbour')
  await expect(chatLink(ana, 'My neighbour')).toBeVisible()
  await expect(ana.getByRole('heading', { name: 'My neighbour', exact: true })).toBeVisible()
  await reload(ana)
  await expect(chatLink(ana, 'My neighbour')).toBeVisible()
  await Promise.all([connected(ana), connected(ben)])
  await say(ana, 'Good morning')
  await sees(ben, 'Good morning')
  await expect(chatLink(ben, 'Ana')).toBeVisible()
  await expect(ben.getByText('My neighbour')).toHaveCount(0)
  await rename(ana, '')
  await expect(chatLink(ana, 'Ben')).toBeVisible()
})

test('removing somebody asks once; then there is silence, for good', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await say(ben, 'hello')
  await sees(ana, 'hello')
  const dialog = ana.getByRole('dialog', { name: 'Remove Ben?', exact: true })
  await menu(ana, 'Remove contact')
  await dialog.getByRole('button', { name: 'Keep', exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await expect(messages(ana)).toBeVisible()
  await menu(ana, 'Remove contact')
  await dialog.getByRole('button', { name: 'Remove contact', exact: true }).click()
  await expect(chatLink(ana, 'Ben')).toHaveCount(0)

  await expect(connection(ben)).toHaveAttribute('data-state', 'waiting')
  await say(ben, 'are you there?')
  await reload(ben)
  await hasState(ben, 'are you there?', 'queued')

  // Nor does a new link let him in, and it is still good for somebody else.
  const link = await startChat(ana)
  const cleo = await people.newPerson('Cleo')
  const place = ben.url()
  await pressJoin(ben, link)
  await expect(connection(ben)).toContainText('The person who made this link is not here yet')
  await joinChat(cleo, link)
  await Promise.all([connected(ana), connected(cleo)])
  await say(cleo, 'it is me')
  await reads(ana, ['it is me'])

  await visit(ben, place)
  await hasState(ben, 'are you there?', 'queued')
  await expect(article(ben, 'are you there?')).toHaveCount(1)
  await reload(ana)
  await reads(ana, ['it is me'])
  await expect(ana.getByRole('list', { name: 'Chats', exact: true }).getByRole('link')).toHaveCount(1)
  await expect(ana.getByText('hello')).toHaveCount(0)
})

async function menu(page: Page, item: string): Promise<void> {
  await page.getByRole('button', { name: 'Chat menu', exact: true }).click()
  await page.getByRole('menuitem', { name: item, exact: true }).click()
}

async function rename(page: Page, name: string): Promise<void> {
  await menu(page, 'Rename')
  const dialog = page.getByRole('dialog', { name: 'Rename', exact: true })
  await dialog.getByRole('textbox').fill(name)
  await dialog.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(dialog).toHaveCount(0)
}
