/** What can be added to a passphrase, on the built page. */
import type { Page } from 'playwright/test'
import { expect, meet, newTab, reload, test } from './fixtures.ts'
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
  const ana = await people.newPerson('Ana Needle')
  await meet(ana, await people.newPerson('Ben Needle'))
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
