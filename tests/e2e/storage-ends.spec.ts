/** When a page cannot use what is kept in the browser, or it is there no more: it says which, and what to do. */
import type { BrowserContext, Page } from 'playwright/test'
import { chatLink, expect, meet, ready, reload, say, test } from './fixtures.ts'

const saying = (page: Page, text: string) => page.getByRole('heading', { name: text, exact: true })
const OLDER = 'An older Sotto is still open.'
const NEWER = 'A newer Sotto was here.'
const CLEARED = 'What was kept here was cleared.'

/** A page of the same site in which nothing of the program runs. */
async function barePage(context: BrowserContext, home: string): Promise<Page> {
  const page = await context.newPage()
  const bare = new URL('bare', home).href
  await page.route(bare, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }),
  )
  await page.goto(bare)
  return page
}

/** How many rows there are in all; without a database none. */
const rowsIn = (page: Page) =>
  page.evaluate(async () => {
    const found = (await indexedDB.databases()).some(({ name }) => name === 'sotto')
    if (!found) return 0
    const db = await new Promise<IDBDatabase>((done, failed) => {
      const opening = indexedDB.open('sotto')
      opening.onsuccess = () => done(opening.result)
      opening.onerror = () => failed(opening.error ?? new Error('no cause'))
    })
    const counts = [...db.objectStoreNames].map(
      (store) =>
        new Promise<number>((done) => {
          const counting = db.transaction(store).objectStore(store).count()
          counting.onsuccess = () => done(counting.result)
        }),
    )
    const sum = (await Promise.all(counts)).reduce((all, count) => all + count, 0)
    db.close()
    return sum
  })

test('a page of an older version keeps the profile from being upgraded: said, and it goes on once that is closed @firefox', async ({
  people,
  baseURL,
}) => {
  const ana = await people.newPerson('Ana')
  await meet(ana, await people.newPerson('Ben'))
  await say(ana, 'kept')
  // Asleep: it holds the database open, and does not let go of it when it is asked.
  const asleep = await barePage(ana.context(), baseURL ?? '')
  await asleep.evaluate(async () => {
    const opening = indexedDB.open('sotto')
    await new Promise((done) => (opening.onsuccess = done))
    Object.assign(globalThis, { held: opening.result })
  })
  await ana.addInitScript(() => {
    const open = IDBFactory.prototype.open
    // The version after this one.
    IDBFactory.prototype.open = function (name, version) {
      return open.call(this, name, name === 'sotto' && version !== undefined ? version + 1 : version)
    }
  })
  await reload(ana)
  await expect(saying(ana, OLDER)).toBeVisible()
  await expect(ana.getByText('Close that tab: this one goes on by itself.')).toBeVisible()
  await asleep.close()
  await expect(chatLink(ana, 'Ben')).toBeVisible()
  await expect(saying(ana, OLDER)).toHaveCount(0)
})

test('a newer version was here: the page says so at once, and after a reload, and touches nothing @firefox', async ({
  people,
  baseURL,
}) => {
  const ana = await people.newPerson('Ana')
  await meet(ana, await people.newPerson('Ben'))
  const other = await barePage(ana.context(), baseURL ?? '')
  const before = await rowsIn(other)
  expect(before).toBeGreaterThan(3)
  await other.evaluate(async () => {
    const opening = indexedDB.open('sotto', 1000)
    await new Promise((done) => (opening.onsuccess = done))
    opening.result.close()
  })
  await expect(saying(ana, NEWER)).toBeVisible()
  await ana.getByRole('button', { name: 'Load the newer one', exact: true }).click()
  await ready(ana)
  await expect(saying(ana, NEWER)).toBeVisible()
  await expect(ana.getByText('Nothing is lost.')).toBeVisible()
  expect(await rowsIn(other)).toBe(before)
})

const clearing: Record<string, (page: Page, other: Page) => Promise<unknown>> = {
  'by another page @firefox': (_, other) =>
    other.evaluate(async () => {
      const deleting = indexedDB.deleteDatabase('sotto')
      await new Promise((done) => (deleting.onsuccess = done))
    }),
  'in the settings of the browser': async (page) => {
    const control = await page.context().newCDPSession(page)
    const { origin } = new URL(page.url())
    await control.send('Storage.clearDataForOrigin', { origin, storageTypes: 'indexeddb' })
  },
}

for (const [how, clear] of Object.entries(clearing)) {
  test(`all was cleared under the page, ${how}: it says so, keeps nothing more, and begins anew when told to`, async ({
    people,
    baseURL,
  }) => {
    const ana = await people.newPerson('Ana')
    await meet(ana, await people.newPerson('Ben'))
    const other = await barePage(ana.context(), baseURL ?? '')
    await clear(ana, other)
    await expect(saying(ana, CLEARED)).toBeVisible()
    await expect(ana.getByText('Ben')).toHaveCount(0)
    expect(await rowsIn(other)).toBe(0)
    await ana.getByRole('button', { name: 'Start anew', exact: true }).click()
    await ready(ana)
    await expect(ana.getByRole('button', { name: 'Start a chat', exact: true })).toBeVisible()
    await expect(chatLink(ana, 'Ben')).toHaveCount(0)
  })
}
