/** What can be added to a passphrase, on the built page. */
import type { Page } from 'playwright/test'
import { chatLink, connected, expect, meet, newTab, reads, reload, say, startChat, test } from './fixtures.ts'
import { field, give, isLocked, lockNow, setPassphrase, unlock } from './lock-screen.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const poster = (page: Page) => page.getByRole('heading', { name: 'Say it in a low voice.', exact: true })
const ten = (page: Page) => page.getByRole('switch', { name: 'Erase after ten wrong passphrases', exact: true })

/** As after so many wrong ones, the last of them long ago. */
async function setTries(page: Page, count: number): Promise<void> {
  await page.evaluate(async (to) => {
    const ended = <T>(request: IDBRequest<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error ?? new Error('no cause'))
      })
    const db = await ended(indexedDB.open('sotto'))
    const slots = db.transaction('slots', 'readwrite').objectStore('slots')
    const before = (await ended(slots.get(4))) as object
    await ended(slots.put({ ...before, count: to, at: 0 }, 4))
    db.close()
  }, count)
}

test('ten wrong passphrases erase everything in every tab, where that is wanted, and it says how many are left', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana')
  await startChat(ana)
  await setPassphrase(ana, 'open sesame')
  await expect(ten(ana)).not.toBeChecked()
  await ten(ana).check()
  await lockNow(ana)
  await setTries(ana, 3)
  await give(ana, 'wrong')
  await expect(ana.getByRole('alert')).toContainText('That is not the passphrase.')
  await expect(ana.getByText(/left\. After/)).toHaveCount(0)
  await setTries(ana, 4)
  await reload(ana)
  await give(ana, 'wrong')
  await expect(ana.getByText('5 tries are left. After them, everything here is erased.')).toBeVisible()
  await reload(ana)
  await expect(ana.getByText('5 tries are left.')).toBeVisible()
  // The right one begins anew, and the choice stays.
  await setTries(ana, 8)
  await unlock(ana, 'open sesame')
  await expect(ten(ana)).toBeChecked()
  await lockNow(ana)
  await expect(ana.getByText(/left\. After/)).toHaveCount(0)

  await setTries(ana, 9)
  const other = await newTab(ana)
  await isLocked(other)
  await expect(other.getByText('1 try is left. After it, everything here is erased.')).toBeVisible()
  await give(ana, 'wrong')
  for (const page of [ana, other]) {
    await expect(poster(page)).toBeVisible()
    expect(await page.evaluate(async () => (await indexedDB.databases()).map(({ name }) => name))).toEqual([])
  }
})

test('where it is not wanted, the tenth wrong passphrase is like any other', async ({ people }) => {
  const ana = await people.newPerson('Ana')
  await setPassphrase(ana, 'open sesame')
  await lockNow(ana)
  await setTries(ana, 9)
  await give(ana, 'wrong')
  await expect(ana.getByRole('alert')).toContainText('You can try again in 300 seconds.')
  await setTries(ana, 10)
  await reload(ana)
  await unlock(ana, 'open sesame')
  await expect(button(ana, 'Change passphrase')).toBeVisible()
  await expect(field(ana, 'Passphrase')).toHaveCount(0)
})

test('a change of the lock that is not kept says why, and only of a full disk that room is wanted', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana')
  await setPassphrase(ana, 'open sesame')
  for (const [cause, says] of [
    ['QuotaExceededError', 'Free some space'],
    ['UnknownError', 'Try again, or reload this page first.'],
  ] as const) {
    await refusePuts(ana, cause)
    await button(ana, 'Remove passphrase').click()
    await expect(ana.getByRole('alert')).toContainText('nothing has changed')
    await expect(ana.getByRole('alert')).toContainText(says)
  }
  await isStillSealed(ana)
})

/** The browser puts nothing into the table of slots any more. */
async function refusePuts(page: Page, cause: string): Promise<void> {
  await page.evaluate((name) => {
    const put = IDBObjectStore.prototype.put
    IDBObjectStore.prototype.put = function (...row: Parameters<typeof put>) {
      if (this.name === 'slots') throw new DOMException('stub', name)
      return put.apply(this, row)
    }
  }, cause)
}

async function isStillSealed(page: Page): Promise<void> {
  await reload(page)
  await isLocked(page)
  await unlock(page, 'open sesame')
}

/** By way of the settings; ends there. */
async function setDuress(page: Page, passphrase: string, erases = false): Promise<void> {
  await page.goto(new URL('#/settings', page.url()).href)
  await button(page, 'Set a duress passphrase').click()
  const dialog = page.getByRole('dialog', { name: 'Set a duress passphrase', exact: true })
  await expect(dialog.getByText('A passkey defeats it')).toBeVisible()
  await field(dialog, 'Passphrase').fill(passphrase)
  await field(dialog, 'Repeat passphrase').fill(passphrase)
  if (erases) await dialog.getByRole('switch', { name: 'Erase mine when it is used', exact: true }).check()
  await button(page, 'Save').click()
  await expect(button(page, 'Change duress passphrase')).toBeVisible()
  await expect(dialog).toHaveCount(0)
}

/** All that the page holds as text, the address with it. */
const wholePage = (page: Page) =>
  page.evaluate(() => {
    const fields = [...document.querySelectorAll('input')].map(({ value }) => value)
    return [location.href, document.title, document.documentElement.outerHTML, ...fields].join('\n')
  })

test('the duress passphrase opens an empty Sotto that works like any other, and the real one is as it was', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana Needle')
  const ben = await people.newPerson('Ben Needle')
  await meet(ana, ben)
  await say(ana, 'needle in the hay')
  const chat = ana.url()
  const chatId = new URL(chat).hash.split('/').at(-1) ?? 'none'
  await setPassphrase(ana, 'open sesame')
  await setDuress(ana, 'open barley')

  await ana.goto(chat)
  await reads(ana, ['needle in the hay'])
  await reload(ana)
  await isLocked(ana)
  await unlock(ana, 'open barley')
  await expect(poster(ana)).toBeVisible()
  expect(await wholePage(ana)).not.toMatch(/needle/i)
  expect(await wholePage(ana)).not.toContain(chatId)
  // It has links and a lock of its own.
  await button(ana, 'Start a chat').click()
  await expect(field(ana, 'Invite link')).toHaveValue(/#\/join\/./)
  await expect(field(ana, 'Your name')).toHaveValue('')
  await ana.goto(new URL('#/settings', ana.url()).href)
  await expect(button(ana, 'Set a duress passphrase')).toBeVisible()
  await expect(button(ana, 'Change passphrase')).toBeVisible()
  await expect(ana.getByText('There is enough.', { exact: true })).toBeVisible()
  await expect(ana.getByText(/\d .?B of \d/)).toHaveCount(0)
  expect(await wholePage(ana)).not.toMatch(/needle/i)
  await lockNow(ana)
  await unlock(ana, 'open sesame')
  await chatLink(ana, 'Ben Needle').click()
  await connected(ana)
  await reads(ana, ['needle in the hay'])
  await expect(ana.getByRole('list', { name: 'Waiting invites' })).toHaveCount(0)
})

test('a duress passphrase that erases makes an end of the real profile, and the table looks as before', async ({
  people,
}) => {
  const ana = await people.newPerson('Ana Needle')
  await startChat(ana)
  await setPassphrase(ana, 'open sesame')
  // Two passphrases that are the same would open one profile only.
  await button(ana, 'Set a duress passphrase').click()
  const dialog = ana.getByRole('dialog', { name: 'Set a duress passphrase', exact: true })
  for (const name of ['Passphrase', 'Repeat passphrase']) await field(dialog, name).fill('open sesame')
  await button(ana, 'Save').click()
  await expect(dialog.getByRole('alert')).toHaveText('Choose another one: this one cannot be used here.')
  await button(ana, 'Not now').click()
  // It was counted, as on the lock screen.
  await setTries(ana, 0)
  await setDuress(ana, 'open barley', true)
  const lengths = () =>
    ana.evaluate(async () => {
      const ended = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result)
          request.onerror = () => reject(request.error ?? new Error('no cause'))
        })
      const db = await ended(indexedDB.open('sotto'))
      const rows = (await ended(db.transaction('slots').objectStore('slots').getAll())) as object[]
      db.close()
      return rows.map((row) => Object.entries(row).map(([name, part]) => `${name} ${(part as Uint8Array).length}`))
    })
  const before = await lengths()
  expect(before).toHaveLength(5)
  await lockNow(ana)
  await unlock(ana, 'open barley')
  await expect(button(ana, 'Set a duress passphrase')).toBeVisible()
  expect(await wholePage(ana)).not.toMatch(/needle/i)
  expect(await lengths()).toEqual(before)
  await lockNow(ana)
  await give(ana, 'open sesame')
  await expect(ana.getByRole('alert')).toContainText('That is not the passphrase.')
  await unlock(ana, 'open barley')
  await expect(button(ana, 'Set a duress passphrase')).toBeVisible()
})
