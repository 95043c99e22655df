/** Locking: at once, after a while, when hidden. Nothing of a person is left on the page. */
import type { Page } from 'playwright/test'
import { composer, connected, connection, expect, meet, reads, say, test } from './fixtures.ts'
import { hide, isLocked, lockNow, setPassphrase, unlock } from './lock-screen.ts'

/** Init script: what the icon of the app was last told. */
function watchBadge(): void {
  const told = Object.assign(globalThis, { badge: 0 })
  Object.assign(navigator, { setAppBadge: (count: number) => Promise.resolve(void (told.badge = count)) })
}

/** Everything that the page shows or has in it as text, and what fields hold. */
async function wholePage(page: Page): Promise<string> {
  return await page.evaluate(() => {
    const fields = [...document.querySelectorAll<HTMLInputElement>('input, textarea, select')].map((one) => one.value)
    const badge = (globalThis as unknown as { badge: number }).badge
    return [document.title, document.documentElement.outerHTML, ...fields, `badge ${badge}`].join('\n')
  })
}

/** Which of these texts live in the page's memory. */
async function remembers(page: Page, texts: readonly string[]): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page)
  const chunks: string[] = []
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => chunks.push(chunk))
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false })
  await session.detach()
  const whole = chunks.join('')
  return texts.filter((text) => whole.includes(text))
}

test('locked, nothing personal is on the page, in its title, its badge or its memory; the line ends, and comes back', async ({
  people,
}) => {
  test.setTimeout(150_000)
  const ana = await people.newPerson('Ana Needle', { prepare: (context) => context.addInitScript(watchBadge) })
  const ben = await people.newPerson('Ben Needle')
  await meet(ana, ben)
  await say(ana, 'needle in the hay')
  const chat = ana.url()
  await setPassphrase(ana, 'open sesame')
  await say(ben, 'needle unread')
  await expect.poll(() => wholePage(ana)).toContain('badge 1')
  expect(await wholePage(ana)).toMatch(/Ben Needle[^]*needle unread/)
  const said = ['needle unread', 'Ben Needle']
  expect(await remembers(ana, said)).toEqual(said)

  await lockNow(ana)
  const page = await wholePage(ana)
  expect(page).not.toMatch(/needle/i)
  expect(page).toContain('badge 0')
  // The other side was told, and does not wait for it to be noticed.
  await expect(connection(ben)).not.toHaveAttribute('data-state', /direct|relayed/, { timeout: 5_000 })
  // To look through a whole memory takes seconds, and more where the cores are shared.
  await expect.poll(() => remembers(ana, said), { timeout: 45_000 }).toEqual([])

  await say(ben, 'said meanwhile')
  await unlock(ana, 'open sesame')
  await ana.goto(chat)
  await connected(ana)
  await reads(ana, ['needle in the hay', 'needle unread', 'said meanwhile'])
})

test('a page locks by itself when it is hidden, and keeps what was written a moment before', async ({ people }) => {
  const [ana] = await people.pair('Ana', 'Ben')
  const chat = ana.url()
  await setPassphrase(ana, 'open sesame')
  await hide(ana, true)
  await hide(ana, false)
  await expect(ana.getByRole('button', { name: 'Lock now', exact: true })).toBeVisible()
  await ana.getByRole('switch', { name: 'Lock when hidden', exact: true }).check()
  await ana.goto(chat)
  await composer(ana).fill('half a sentence')
  await hide(ana, true)
  await isLocked(ana)
  await hide(ana, false)
  await unlock(ana, 'open sesame')
  await expect(composer(ana)).toHaveValue('half a sentence')
})

test('a page locks by itself when nobody has touched it, also if the device slept through it', async ({ people }) => {
  const ana = await people.newPerson('Ana', { prepare: (context) => context.clock.install() })
  await setPassphrase(ana, 'open sesame')
  await ana.getByRole('combobox', { name: 'Lock by itself', exact: true }).selectOption('After 5 minutes')
  await expect(ana.getByRole('combobox', { name: 'Lock by itself', exact: true })).toHaveAttribute('aria-busy', 'false')
  await ana.clock.fastForward('04:00')
  await ana.keyboard.press('Tab')
  await ana.clock.fastForward('04:00')
  await expect(ana.getByRole('button', { name: 'Lock now', exact: true })).toBeVisible()
  await ana.clock.fastForward('01:01')
  await isLocked(ana)
  await unlock(ana, 'open sesame')
  await expect(ana.getByRole('combobox', { name: 'Lock by itself', exact: true })).toHaveValue('5')
  // No timer runs while a device sleeps: the first touch finds out.
  await ana.clock.setSystemTime(Date.now() + 3_600_000)
  await ana.keyboard.press('Tab')
  await isLocked(ana)
})
