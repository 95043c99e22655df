/** One person, several tabs: the newest has the profile, the others say so. */
import type { Page } from 'playwright/test'
import {
  composer,
  connected,
  expect,
  hasState,
  messages,
  newTab,
  pressJoin,
  reads,
  reload,
  say,
  sees,
  startChat,
  test,
} from './fixtures.ts'

const useHere = (page: Page) => page.getByRole('button', { name: 'Use here', exact: true })

/** The one thing that an outdated tab offers; nothing personal is left in it. */
async function isElsewhere(page: Page): Promise<void> {
  await expect(useHere(page)).toHaveCount(1)
  await expect(page.getByRole('button')).toHaveCount(1)
  await expect(page.getByRole('heading', { name: 'Sotto is open in another tab.', exact: true })).toBeVisible()
  await expect(messages(page)).toHaveCount(0)
  expect(await page.locator('body').innerText()).not.toMatch(/Ben|Ana|word/)
}

test('the newest tab takes over, and Use here moves back', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await say(ben, 'word one')
  await sees(ana, 'word one')
  const second = await newTab(ana)
  await isElsewhere(ana)
  await reads(second, ['word one'])
  await Promise.all([connected(second), connected(ben)])
  await say(ben, 'word two')
  await say(second, 'word three')
  await hasState(second, 'word three', 'delivered')
  await isElsewhere(ana)

  await useHere(ana).click()
  await isElsewhere(second)
  await reads(ana, ['word one', 'word two', 'word three'])
  await Promise.all([connected(ana), connected(ben)])
  await say(ana, 'word four')
  await hasState(ana, 'word four', 'delivered')
  await reads(ben, ['word one', 'word two', 'word three', 'word four'])
})

test('what was begun in the old tab goes on in the new one', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await composer(ana).fill('half a sentence')
  await expect(composer(ana)).toHaveValue('half a sentence')
  const second = await newTab(ana)
  await expect(composer(second)).toHaveValue('half a sentence')
  await isElsewhere(ana)
  // Nobody has to ask for it when the other tab is gone.
  await second.close()
  await Promise.all([connected(ana), connected(ben)])
  await say(ana, 'all of it')
  await sees(ben, 'all of it')
})

test('an outdated tab that is reloaded takes over', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  const second = await newTab(ana)
  await isElsewhere(ana)
  await reload(ana)
  await isElsewhere(second)
  await Promise.all([connected(ana), connected(ben)])
  await say(ben, 'found you')
  await reads(ana, ['found you'])
})

test('three tabs opened at once: one has the profile, two say so', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  const tabs = [ana, ...(await Promise.all([newTab(ana), newTab(ana)]))]
  const owners = async () => {
    const shows = await Promise.all(tabs.map((tab) => messages(tab).isVisible()))
    return tabs.filter((_, i) => shows[i])
  }
  await expect.poll(async () => (await owners()).length).toBe(1)
  const [owner] = await owners()
  if (!owner) throw new Error('there is one')
  await Promise.all([connected(owner), connected(ben)])
  for (const tab of tabs) if (tab !== owner) await isElsewhere(tab)
  await say(ben, 'to one of you')
  await reads(owner, ['to one of you'])
})

test('an invite link opens in a new tab while Sotto is open elsewhere @firefox', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  const cleo = await people.newPerson('Cleo')
  const link = await startChat(cleo)
  const tab = await ana.context().newPage()
  await pressJoin(tab, link)
  await Promise.all([connected(tab), connected(cleo)])
  await isElsewhere(ana)
  await say(cleo, 'welcome')
  await reads(tab, ['welcome'])
  // The old conversation goes on here as well.
  await tab.getByRole('list', { name: 'Chats', exact: true }).getByRole('link', { name: 'Ben', exact: true }).click()
  await Promise.all([connected(tab), connected(ben)])
  await say(ben, 'and me?')
  await reads(tab, ['and me?'])
})
