/** Everything out of one browser and into another, as people do it, on the built page with its real headers. */
import type { Page } from 'playwright/test'
import { button, exportBackup, give, openImport } from './backup-dialogs.ts'
import {
  bubbles,
  chatLink,
  connected,
  connection,
  expect,
  hasState,
  newTab,
  reads,
  reload,
  say,
  sees,
  test,
} from './fixtures.ts'
import { lockNow, setPassphrase, unlock } from './lock-screen.ts'

const PASSPHRASE = 'orchard velvet nine lantern'

async function asksAboutCopy(page: Page): Promise<void> {
  await expect(connection(page)).toHaveAttribute('data-state', 'failed', { timeout: 30_000 })
  await expect(page.getByText('A restored backup or a copied device does this')).toBeVisible()
}

test('restored in another browser, the others are asked once, and the conversation goes on, whole', async ({
  people,
}) => {
  test.setTimeout(240_000)
  const [ana, ben] = await people.pair('Ana', 'Ben')
  for (const text of ['one', 'two']) await say(ana, text)
  await say(ben, 'three')
  await sees(ana, 'three')
  const there = ben.url()
  await ben.goto('about:blank')
  await expect(connection(ana)).not.toHaveAttribute('data-state', /^(direct|relayed)$/)
  await say(ana, 'while you were away')
  await hasState(ana, 'while you were away', 'queued')
  const chat = new URL(ana.url())
  const file = await exportBackup(ana, PASSPHRASE)
  expect(file.includes('while you')).toBe(false)

  // What waits in the file arrives from the old place meanwhile.
  await ana.goto(chat.href)
  await ben.goto(there)
  await connected(ben)
  await sees(ben, 'while you were away')
  await hasState(ana, 'while you were away', 'delivered')
  // Says goodbye.
  await ana.goto('about:blank')

  const anew = await people.newPerson()
  const asking = await openImport(anew)
  await expect(asking.getByText('The people you talk with are asked once')).toBeVisible()
  await give(asking, file, PASSPHRASE)
  await expect(anew.getByText('Your chats are here')).toBeVisible()
  await chatLink(anew, 'Ben').click()
  expect(new URL(anew.url()).hash).toBe(chat.hash)
  const before = ['one', 'two', 'three', 'while you were away']
  await reads(anew, before)

  await Promise.all([asksAboutCopy(anew), asksAboutCopy(ben)])
  await button(ben, 'Continue').click()
  await expect(ben.getByText('Ana has ten minutes to continue, too.')).toBeVisible()
  await button(anew, 'Continue').click()
  // The calls that a page makes in a minute may be spent on what was not known.
  for (const page of [anew, ben])
    await expect(connection(page)).toHaveAttribute('data-state', /^(direct|relayed)$/, { timeout: 75_000 })
  await hasState(anew, 'while you were away', 'delivered')
  await say(anew, 'from the new one')
  await sees(ben, 'from the new one')
  await say(ben, 'welcome back')
  await sees(anew, 'welcome back')
  const whole = [...before, 'from the new one', 'welcome back']
  await Promise.all([reads(anew, whole), reads(ben, whole)])

  // Asked once. Both anew: so many calls in a minute are all that a page makes.
  await Promise.all([reload(anew), reload(ben)])
  await Promise.all([connected(anew), connected(ben)])
  await Promise.all([reads(anew, whole), reads(ben, whole)])
})

test('a wrong passphrase and a file that is not whole are told, nothing of them is kept, and the right one is taken', async ({
  people,
}) => {
  const [ana] = await people.pair('Ana', 'Ben')
  await say(ana, 'needle')
  const file = await exportBackup(ana, PASSPHRASE)
  const changed = (at: number): Buffer => Buffer.from(file.map((byte, i) => (i === at ? byte ^ 1 : byte)))

  const anew = await people.newPerson()
  const asking = await openImport(anew)
  await button(asking, 'Restore').click()
  await expect(asking.getByText('Choose a file first.')).toBeVisible()
  const refused: readonly (readonly [file: Buffer, passphrase: string, says: string])[] = [
    [file, 'orchard velvet nine', 'That is not the passphrase of this file.'],
    [file.subarray(0, -9), PASSPHRASE, 'The end of this file is missing'],
    [Buffer.concat([file, file.subarray(0, 5)]), PASSPHRASE, 'or something stands behind it'],
    [changed(file.length - 20), PASSPHRASE, 'This file was changed or damaged'],
    [changed(8), PASSPHRASE, 'Another version of Sotto wrote this file.'],
    [Buffer.from('an ordinary picture, say'), PASSPHRASE, 'This file is not a backup of Sotto.'],
  ]
  for (const [bytes, passphrase, says] of refused) {
    await give(asking, bytes, passphrase)
    await expect(asking.getByRole('status')).toContainText(says)
  }
  await reload(anew)
  await expect(button(anew, 'Start a chat')).toBeVisible()
  await give(await openImport(anew), file, PASSPHRASE)
  await chatLink(anew, 'Ben').click()
  await expect(bubbles(anew)).toHaveText(['needle'])

  // Who has chats is told so, and may begin anew.
  await anew.goto(new URL('#/settings', anew.url()).href)
  const occupied = await openImport(anew)
  await expect(occupied.getByText('There are chats in this browser already')).toBeVisible()
  await expect(occupied.getByLabel('Backup file')).toHaveCount(0)
  await button(occupied, 'Erase everything').click()
  await expect(anew.getByRole('dialog', { name: 'Erase everything', exact: true })).toBeVisible()
})

test('cut short, nothing of it is used in any tab, and with the same file it goes on', async ({ people }) => {
  const [ana] = await people.pair('Ana', 'Ben')
  await say(ana, 'needle')
  const [file, other] = [await exportBackup(ana, PASSPHRASE), await exportBackup(ana, PASSPHRASE)]

  const anew = await people.newPerson()
  await reload(anew)
  await begunWith(anew, [...file.subarray(32, 48)])
  await anew.reload()
  await expect(anew.getByRole('heading', { name: 'Only a part of your backup is here.', exact: true })).toBeVisible()
  await expect(anew).toHaveTitle('Sotto')
  const second = await newTab(anew)
  await expect(second.getByRole('heading', { name: 'Only a part of your backup is here.', exact: true })).toBeVisible()
  await expect(anew.getByRole('heading', { name: 'Sotto is open in another tab.', exact: true })).toBeVisible()
  await button(anew, 'Use here').click()
  await give(anew, other, PASSPHRASE)
  await expect(anew.getByRole('status')).toContainText('This is another file than the one you began with.')
  await give(anew, file, PASSPHRASE)
  await chatLink(anew, 'Ben').click()
  await expect(bubbles(anew)).toHaveText(['needle'])

  await begunWith(anew, [...file.subarray(32, 48)])
  await reload(anew)
  await button(anew, 'Start over').click()
  await expect(button(anew, 'Start a chat')).toBeVisible()
  await reload(anew)
  await expect(button(anew, 'Start a chat')).toBeVisible()
})

/** As a page leaves it that is closed after the first transaction. */
async function begunWith(page: Page, fileId: readonly number[]): Promise<void> {
  await page.evaluate(async (id) => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => (request.onsuccess = () => resolve(request.result)))
    const db = await settled(indexedDB.open('sotto'))
    const store = db.transaction('owner', 'readwrite').objectStore('owner')
    const owner = (await settled(store.get('owner'))) as object
    await settled(store.put({ ...owner, restoring: { fileId: new Uint8Array(id), messages: 0, pages: 0 } }, 'owner'))
    db.close()
  }, fileId)
}

test('that a backup is back is told until it was read, and never behind a lock: another profile may open there', async ({
  people,
}) => {
  const [ana] = await people.pair('Ana', 'Ben')
  const file = await exportBackup(ana, PASSPHRASE)
  const anew = await people.newPerson()
  await give(await openImport(anew), file, PASSPHRASE)
  const told = anew.getByText('Your chats are here')
  await expect(told).toBeVisible()
  await anew.getByRole('link', { name: 'Set a passphrase for it', exact: true }).click()
  await setPassphrase(anew, 'open sesame')
  await lockNow(anew)
  await unlock(anew, 'open sesame')
  await expect(chatLink(anew, 'Ben')).toBeVisible()
  await expect(told).toHaveCount(0)
})
