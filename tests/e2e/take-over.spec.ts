/** The tab that has the profile goes in every way a tab can go, and the next one takes up what it left. */
import type { BrowserContext, Page } from 'playwright/test'
import {
  composer,
  connected,
  expect,
  hasState,
  meet,
  messages,
  newTab,
  reads,
  ready,
  reload,
  say,
  sees,
  test as base,
  type People,
} from './fixtures.ts'
import { crash, freeze, plainBrowser } from './plain-browser.ts'
import { connectionsOf, dropHeld, holdLine, letGo, watchConnections } from './wire.ts'

// Browsers start here beside the other tests.
base.setTimeout(180_000)

/** Ana's profile, in a browser as people have it. */
const test = base.extend<{ profile: BrowserContext }>({
  profile: async ({ playwright }, use) => {
    const { context, close } = await plainBrowser(playwright.chromium)
    await use(context)
    await close()
  },
})

const useHere = (page: Page) => page.getByRole('button', { name: 'Use here', exact: true })

async function isElsewhere(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Sotto is open in another tab.', exact: true })).toBeVisible()
  await expect(useHere(page)).toHaveCount(1)
  await expect(messages(page)).toHaveCount(0)
}

/** Ana and Ben, who have said hello. Ben's page counts its connections, and can keep what it says to itself. */
async function pair(people: People, profile: BrowserContext): Promise<[ana: Page, ben: Page]> {
  const ana = await people.newPerson('Ana', {
    context: profile,
    prepare: (context) => context.addInitScript(countCommits),
  })
  const ben = await people.newPerson('Ben', {
    prepare: async (context) => {
      await context.addInitScript(holdLine)
      await context.addInitScript(watchConnections)
    },
  })
  await meet(ana, ben)
  await say(ana, 'hello')
  await hasState(ana, 'hello', 'delivered')
  return [ana, ben]
}

async function everyIs(page: Page, state: RegExp, count: number): Promise<void> {
  await expect(messages(page).locator('article[data-mine="true"]')).toHaveCount(count)
  for (const article of await messages(page).locator('article[data-mine="true"]').all())
    await expect(article).toHaveAttribute('data-state', state)
}

/** What Chromium says of the sockets of a page that falls asleep. */
const CUT_BY_SLEEP = /Page entered Back-Forward Cache/
/** The other side has it. */
const HELD = /^(delivered|read)$/

/** Init script: counts what was written to disk. */
function countCommits(): void {
  const counts = Object.assign(globalThis, { commits: 0 })
  const open = IDBDatabase.prototype.transaction
  IDBDatabase.prototype.transaction = function (...how) {
    const transaction = open.apply(this, how)
    if (how[1] === 'readwrite') transaction.addEventListener('complete', () => counts.commits++)
    return transaction
  }
}

const commits = (page: Page) => page.evaluate(() => (globalThis as unknown as { commits: number }).commits)

/** Writes half a message, and waits until it is on disk. */
async function begin(page: Page, text: string): Promise<void> {
  const before = await commits(page)
  await composer(page).fill(text)
  await expect.poll(() => commits(page)).toBeGreaterThan(before)
}

/** How the owner's tab goes. */
const ENDS: readonly [how: string, end: (owner: Page) => Promise<unknown>][] = [
  ['is asked to leave', () => Promise.resolve()],
  ['was closed', (owner) => owner.close()],
  ['crashed', crash],
  ['is frozen', freeze],
]

/** Two in a row: more would be more calls than one makes in a minute. */
for (const ends of [ENDS.slice(0, 2), ENDS.slice(2)])
  test(`attack 61: the owner's tab ${ends.map(([how]) => how).join(', the next one ')}: one handshake more each, and all arrives once, in order`, async ({
    people,
    profile,
  }) => {
    people.expectError(CUT_BY_SLEEP)
    const [first, ben] = await pair(people, profile)
    let owner = first
    const place = owner.url()
    const told = ['hello']
    let written = 1
    for (const [how, end] of ends) {
      // Kept at Ben's, unacknowledged at Ana's.
      await letGo(ben, false)
      const texts = ['one', 'two', 'three'].map((text) => `${text}, before it ${how}`)
      for (const text of texts) await say(owner, text)
      told.push(...texts)
      await reads(ben, told)
      await hasState(owner, texts.at(-1)!, 'sent')
      await begin(owner, `half a sentence when it ${how}`)
      await end(owner)
      await dropHeld(ben)

      const next = await profile.newPage()
      await next.goto(place)
      await ready(next)
      await reads(next, told)
      await expect(composer(next)).toHaveValue(`half a sentence when it ${how}`)
      written += texts.length
      await everyIs(next, HELD, written)
      await say(ben, `I heard that it ${how}`)
      await sees(next, `I heard that it ${how}`)
      await composer(next).press('Enter')
      await everyIs(next, HELD, ++written)
      told.push(`I heard that it ${how}`, `half a sentence when it ${how}`)
      for (const page of [next, ben]) await reads(page, told)
      // In view once the next one is closed, it may be quicker to come back than the one after that: a handshake more.
      if (how === 'is asked to leave') await owner.close()
      owner = next
    }
    expect((await connectionsOf(ben)).made, 'connections of Ben').toBe(1 + ends.length)
  })

test('attack 61: what waited in a frozen tab is sent by the next one, and not again when it thaws', async ({
  people,
  profile,
}) => {
  people.expectError(CUT_BY_SLEEP)
  const [ana, ben] = await pair(people, profile)
  const [place, conversation] = [ben.url(), ana.url()]
  await ben.goto('about:blank')
  for (const text of ['one', 'two']) await say(ana, text)
  await everyIs(ana, /^(delivered|read|queued)$/, 3)
  await begin(ana, 'begun in the old tab')
  const frozen = await freeze(ana)

  const next = await profile.newPage()
  await next.goto(conversation)
  await ready(next)
  await reads(next, ['hello', 'one', 'two'])
  await expect(composer(next)).toHaveValue('begun in the old tab')
  await composer(next).fill('three')
  await composer(next).press('Enter')
  await begin(next, 'begun in the new tab')
  await frozen.thaw()
  await isElsewhere(ana)

  await ben.goto(place)
  await Promise.all([connected(next), connected(ben)])
  await everyIs(next, HELD, 4)
  await say(ben, 'four')
  for (const page of [next, ben]) await reads(page, ['hello', 'one', 'two', 'three', 'four'])
  expect((await connectionsOf(ben)).made, 'connections of Ben').toBe(1)

  await ana.bringToFront()
  await useHere(ana).click()
  await isElsewhere(next)
  await reads(ana, ['hello', 'one', 'two', 'three', 'four'])
  await expect(composer(ana)).toHaveValue('begun in the new tab')
})

/** So many letters, by hands that are as fast on a busy machine. */
function typeOn(page: Page, letters: number): Promise<void> {
  return composer(page).evaluate((box: HTMLTextAreaElement, last) => {
    return new Promise<void>((done) => {
      const hand = setInterval(() => {
        box.value += 'x'
        box.dispatchEvent(new Event('input', { bubbles: true }))
        if (box.value.length < last) return
        clearInterval(hand)
        done()
      }, 30)
    })
  }, letters)
}

test('half a sentence of somebody who never pauses outlives the tab', async ({ people, profile }) => {
  const [ana] = await pair(people, profile)
  const place = ana.url()
  await typeOn(ana, 80)
  await crash(ana)
  const next = await profile.newPage()
  await next.goto(place)
  await ready(next)
  await expect(composer(next)).toHaveValue(/^x{10,80}$/)
})

/** Init script: this tab never hears that it was taken from, neither by message nor by its lock. */
function deaf(): void {
  const request = navigator.locks.request.bind(navigator.locks) as (...how: unknown[]) => Promise<unknown>
  const hear = Object.getOwnPropertyDescriptor(BroadcastChannel.prototype, 'onmessage')
  if (!hear) return
  Object.defineProperty(BroadcastChannel.prototype, 'onmessage', { ...hear, set() {} })
  navigator.locks.request = (...how: unknown[]) => request(...how).catch(() => new Promise(() => undefined))
}

test('attack 61: a tab that never heard of it can write nothing, says so, and offers Use here', async ({
  people,
  profile,
}) => {
  const [ana, ben] = await pair(people, profile)
  await ana.addInitScript(deaf)
  await reload(ana)
  await Promise.all([connected(ana), connected(ben)])
  // With somebody there it would soon write by itself, and learn it then.
  const place = ben.url()
  await ben.goto('about:blank')
  const next = await newTab(ana)
  await reads(next, ['hello'])
  await ana.bringToFront()
  await composer(ana).fill('from the past')
  await composer(ana).press('Enter')
  await isElsewhere(ana)
  await next.bringToFront()
  await say(next, 'from the present')
  await ben.goto(place)
  await hasState(next, 'from the present', 'delivered')
  for (const page of [next, ben]) await reads(page, ['hello', 'from the present'])
})
