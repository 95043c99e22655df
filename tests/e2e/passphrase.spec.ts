/** A passphrase as people set, give, change and take it away, on the built page with its real headers. */
import type { Page } from 'playwright/test'
import { chatLink, connected, expect, goHome, newTab, reads, reload, say, startChat, test, visit } from './fixtures.ts'
import { field, give, isLocked, lockNow, setPassphrase, unlock } from './lock-screen.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('a passphrase is set, asked for, changed and taken away; a link waits until it is given', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana Needle', 'Ben Needle')
  await say(ana, 'needle in the hay')
  const chat = ana.url()
  const workers: string[] = []
  ana.on('worker', (worker) => workers.push(new URL(worker.url()).pathname))

  await visit(ana, new URL('#/settings', chat).href)
  await expect(button(ana, 'Lock now')).toBeDisabled()
  await expect(ana.getByText('Not set. Anyone who can use this browser, or copies this disk')).toBeVisible()
  await button(ana, 'Set a passphrase').click()
  const dialog = ana.getByRole('dialog', { name: 'Set a passphrase', exact: true })
  await expect(dialog.getByText('the browser may leave old copies there for a while')).toBeVisible()
  await field(dialog, 'Passphrase').fill('orchard velvet nine lantern')
  await expect(dialog.getByText('Fair. 2 more words make it strong.')).toBeVisible()
  await field(dialog, 'Repeat passphrase').fill('orchard velvet nine')
  await expect(dialog.getByText('The two are not the same yet.')).toBeVisible()
  await button(ana, 'Save').click()
  await expect(dialog).toBeVisible()
  await field(dialog, 'Repeat passphrase').fill('orchard velvet nine lantern')
  await button(ana, 'Save').click()
  await expect(dialog).toHaveCount(0)
  await expect(button(ana, 'Change passphrase')).toBeVisible()
  expect(workers.filter((path) => /^\/kdf\/kdf-worker-[\w-]+\.js$/.test(path))).toHaveLength(1)

  await visit(ana, chat)
  await isLocked(ana)
  await give(ana, 'orchard velvet nine')
  await expect(ana.getByRole('alert')).toHaveText(/^That is not the passphrase\. You can try again in 1 second\.$/)
  await expect(button(ana, 'Unlock')).toBeDisabled()
  await isLocked(ana)
  await unlock(ana, 'orchard velvet nine lantern')
  await connected(ana)
  await reads(ana, ['needle in the hay'])

  // A link that is opened meanwhile is still there afterwards.
  await goHome(ben)
  const link = await startChat(ben)
  await visit(ana, link)
  await isLocked(ana)
  await expect(ana.getByText('The link you opened is still in the address bar')).toBeVisible()
  expect(ana.url()).toBe(link)
  await unlock(ana, 'orchard velvet nine lantern')
  await expect(button(ana, 'Join chat')).toBeVisible()
  expect(ana.url()).not.toContain(link.split('#')[1])

  await setPassphrase(ana, 'another one', 'Change passphrase')
  await reload(ana)
  await unlock(ana, 'another one')
  await button(ana, 'Remove passphrase').click()
  await expect(button(ana, 'Set a passphrase')).toBeVisible()
  await visit(ana, chat)
  await reads(ana, ['needle in the hay'])
})

test('the newest tab asks by itself, and the older one goes on until it is answered', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await setPassphrase(ana, 'open sesame')
  await visit(ana, ana.url().replace(/#.*/, ''))
  await unlock(ana, 'open sesame')
  await chatLink(ana, 'Ben').click()
  await connected(ana)
  const second = await newTab(ana)
  await isLocked(second)
  await say(ben, 'to the first')
  await reads(ana, ['to the first'])
  await unlock(second, 'open sesame')
  await reads(second, ['to the first'])
  await expect(ana.getByRole('heading', { name: 'Sotto is open in another tab.', exact: true })).toBeVisible()
  // What was locked there is locked here.
  await lockNow(second)
  await ana.bringToFront()
  await isLocked(ana)
  await unlock(ana, 'open sesame')
  await reads(ana, ['to the first'])
})
