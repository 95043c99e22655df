/**
 * What every earlier version of the schema left on disk, recorded when it was the present one, opens in this one: whole, in order,
 * and as the chat knows it.
 */
import type { Page } from 'playwright/test'
import { SCHEMA_VERSION } from '../../src/storage/schema.ts'
import type { Fixture, Said } from '../storage/fixtures/packed.ts'
import { fixtureOf, plant } from '../storage/fixtures/plant.ts'
import { article, bubbles, chatLink, composer, connection, expect, messages, ready, reload, test } from './fixtures.ts'
import { test as storageTest } from './storage-tab.ts'

/** Version 1 is also the first to be opened by itself. */
const VERSIONS = Array.from({ length: Math.max(SCHEMA_VERSION - 1, 1) }, (_, i) => i + 1)

type Says = Fixture['says']
const nameOf = ({ petname, claimedName }: Says['contacts'][number]) => petname || claimedName
const saidIn = ({ messages: all }: Says, id: string) => all.filter(({ contactId }) => contactId === id)

const byId = <T extends { readonly id: string }>(rows: readonly T[]) =>
  [...rows].sort((a, b) => a.id.localeCompare(b.id))

for (const version of VERSIONS) {
  const fixture = fixtureOf(version)
  const { says } = fixture

  storageTest(`every row of version ${version} is read, in order @firefox`, async ({ newTab }) => {
    const { page, probe } = await newTab()
    await plant(page, fixture, 'sotto-test')
    const loaded = await probe.evaluate((p) => p.claim())
    expect(loaded).toMatchObject({
      profile: says.profile,
      contacts: byId(says.contacts),
      invites: byId(says.invites),
      joins: says.joins,
      blocked: says.blocked,
      damaged: 0,
    })
    const tops = says.contacts.map(({ id }) => [id, saidIn(says, id).at(-1)?.seq] as const)
    expect(new Map(loaded.tops)).toEqual(new Map(tops.filter(([, seq]) => seq !== undefined)))
    for (const { id } of says.contacts) {
      const said = saidIn(says, id)
      const rows = await probe.evaluate((p, chat) => p.outcome(() => p.history.page(chat, Infinity, 1000)), id)
      expect(rows).toEqual(said)
      expect(loaded.last.filter(([chat]) => chat === id)).toEqual(said.slice(-1).map((row) => [id, row]))
      const waiting = said.filter(({ state }) => state === 'queued').map(({ seq }) => seq)
      expect(await probe.evaluate((p, chat) => p.outbox(chat, 0, 1000), id)).toEqual(waiting)
      const ids = said.map((row) => row.id)
      const found = await probe.evaluate((p, [chat, all]) => p.outcome(() => p.history.find(chat, all)), [
        id,
        ids,
      ] as const)
      expect(found).toEqual(said)
    }
  })

  storageTest(`no id of version ${version} is taken for a new one, and it goes on @firefox`, async ({ newTab }) => {
    const { page, probe } = await newTab()
    await plant(page, fixture, 'sotto-test')
    await probe.evaluate((p) => p.claim())
    const again = ({ contactId, id }: Said) =>
      probe.evaluate(
        (p, [chat, known]) => {
          const message = { ...p.received(chat, 5_000), id: known }
          return p.commit({ op: 'message', message, unasked: true })
        },
        [contactId, id] as const,
      )
    for (const row of [says.gone, ...says.messages.slice(0, 3)]) expect(await again(row), row.id).toBe('known')

    const [first] = says.contacts
    const [chat, said] = [first?.id ?? '', saidIn(says, first?.id ?? '')]
    const next = (said.at(-1)?.seq ?? 0) + 1
    const [waits] = said.filter(({ state }) => state === 'queued')
    expect(
      await probe.evaluate(
        (p, [id, seq, old]) => {
          const sent = { ...p.own(id, old.seq, 'delivered'), id: old.id }
          const rows = [1, 2].map((n) => ({ op: 'message' as const, message: p.received(id, seq + n - 1) }))
          return p.commit(...rows, { op: 'message-state', message: sent })
        },
        [chat, next, waits!] as const,
      ),
    ).toBe('done')
    await probe.evaluate((p) => p.claim())
    const seqs = await probe.evaluate((p, id) => p.page(id, Infinity, 1000), chat)
    expect(seqs).toEqual([...said.map(({ seq }) => seq), next, next + 1])
    const waiting = said.filter(({ state }) => state === 'queued').map(({ seq }) => seq)
    expect(await probe.evaluate((p, id) => p.outbox(id, 0, 99), chat)).toEqual(waiting.slice(1))
  })

  storageTest(
    `a profile of version ${version} in which nothing was said is whole, also the second time`,
    async ({ newTab }) => {
      const { page, probe } = await newTab()
      await plant(page, { ...fixture, stores: { ...fixture.stores, messages: [], ids: [], outbox: [] } }, 'sotto-test')
      expect((await probe.evaluate((p) => p.claim())).damaged).toBe(0)
      await page.close()
      const next = await newTab()
      expect((await next.probe.evaluate((p) => p.claim())).damaged).toBe(0)
    },
  )

  test(`a profile of version ${version} opens as it was left @firefox`, async ({ people, baseURL }) => {
    const page = await people.newPerson(undefined, { prepare: (context) => plantAt(context, baseURL ?? '', fixture) })
    await looksAsLeft(page, says)
    // Upgraded once, it is opened like any other.
    await reload(page)
    const [, bruno] = says.contacts
    await expect(chatLink(page, nameOf(bruno!))).toBeVisible()
  })
}

test('without room for the upgrade it says so, nothing is lost, and it goes on where it was', async ({
  people,
  baseURL,
}) => {
  const fixture = fixtureOf(1)
  const page = await people.newPerson(undefined, {
    async prepare(context) {
      await plantAt(context, baseURL ?? '', fixture)
      await context.addInitScript(fillDisk)
    },
  })
  await expect(page.getByRole('heading', { name: 'This device is full.', exact: true })).toBeVisible()
  await expect(page).toHaveTitle('Sotto')
  await page.evaluate(() => (window.name = 'room again'))
  await page.getByRole('button', { name: 'Try again', exact: true }).click()
  await looksAsLeft(page, fixture.says)
})

/** Init script: until the window is given a name, there is room for one page of each chat only. */
function fillDisk(): void {
  const put = IDBObjectStore.prototype.put
  let left = 1
  IDBObjectStore.prototype.put = function (...row: Parameters<typeof put>) {
    if (this.name === 'pages' && window.name === '' && left-- <= 0) throw new DOMException('full', 'QuotaExceededError')
    return put.apply(this, row)
  }
}

/** On a page of the site that has nothing of the program in it. */
async function plantAt(context: ReturnType<Page['context']>, home: string, fixture: Fixture): Promise<void> {
  const page = await context.newPage()
  const bare = new URL('bare', home).href
  await page.route(bare, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }),
  )
  await page.goto(bare)
  await plant(page, fixture)
  await page.close()
}

async function looksAsLeft(page: Page, says: Says): Promise<void> {
  await ready(page)
  for (const contact of says.contacts) {
    await expect(chatLink(page, nameOf(contact))).toHaveAttribute('data-unread', String(contact['unread']))
  }
  await expect(page.getByRole('list', { name: 'Waiting invites', exact: true }).getByRole('link')).toHaveCount(1)
  await expect(page.getByRole('alert')).toHaveCount(0)
  for (const contact of says.contacts) {
    await chatLink(page, nameOf(contact)).click()
    await readsWhole(page, saidIn(says, contact.id))
    if (contact['stopped'] === true) await expect(connection(page)).toContainText('has stopped sending')
    else await expect(composer(page)).toHaveValue(String(contact['draft']))
    await page.getByRole('link', { name: 'Sotto', exact: true }).click()
  }
  await page.goto('#/settings')
  await expect(page.getByRole('textbox', { name: 'Your name', exact: true })).toHaveValue(says.profile.name)
}

/** The end of it, with the states, and its beginning, however much lies between the two. */
async function readsWhole(page: Page, said: readonly Said[]): Promise<void> {
  const text = ({ body }: Said) => (body.kind === 'text' ? body.text : /needs a newer Sotto/)
  const waits = said.filter(({ state }) => state === 'queued')
  for (const row of waits) {
    if (row.body.kind === 'text') await expect(article(page, row.body.text)).toHaveAttribute('data-state', 'queued')
  }
  const shown = async (rows: readonly Said[], from: 'first' | 'last') => {
    const all = await bubbles(page).allInnerTexts()
    const some = from === 'last' ? all.slice(-rows.length) : all.slice(0, rows.length)
    return rows.every((row, i) => {
      const wanted = text(row)
      const seen = some[i]?.trim() ?? ''
      return typeof wanted === 'string' ? seen === wanted.trim() : wanted.test(seen)
    })
  }
  await expect.poll(() => shown(said.slice(-20), 'last')).toBe(true)
  await expect
    .poll(async () => {
      await messages(page).evaluate((log) => log.scrollTo({ top: 0 }))
      return await shown(said.slice(0, 20), 'first')
    })
    .toBe(true)
  for (const row of said.filter(({ state }) => state === 'failed')) {
    if (row.body.kind === 'text') await expect(article(page, row.body.text)).toHaveAttribute('data-state', 'failed')
  }
}
