/** A long life of messages: opening a chat of a million, looking for words in a hundred thousand, scrolling through ten thousand. */
import type { Page } from 'playwright/test'
import { plantLife } from '../large/plant.ts'
import { expect, test } from './bench.ts'
import { inTurn } from './in-turn.ts'
import { median } from './rows.ts'

const UNTIL = Date.UTC(2026, 9, 20, 12)

const chat = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Chats', exact: true }).getByRole('link', { name, exact: true })
const home = (page: Page) => page.getByRole('link', { name: 'Sotto', exact: true }).click()

test('a chat of a million messages', async ({ browser, baseURL, report }) => {
  // To write them takes minutes.
  test.setTimeout(3_600_000)
  const context = await browser.newContext()
  await plantLife(context, baseURL ?? '', { seed: 1, chats: { Million: 1_000_000, Thousand: 1_000 }, until: UNTIL })
  const page = await context.newPage()
  await page.goto(baseURL ?? '')
  // What is drawn is alike in both: only once its code is compiled do the disks differ.
  const { million, thousand } = await inTurn(4, {
    million: () => open(page, 'Million', 1_000_000),
    thousand: () => open(page, 'Thousand', 1_000),
  })
  report({
    name: 'open a chat of 1,000,000, to the last page drawn',
    unit: 'ms',
    ours: median(million),
    baseline: median(thousand),
    baselineName: 'the same with 1,000',
    goal: { atMostTimes: 1.2 },
  })
  await context.close()
})

/** From the press on a chat to a frame with its newest message. */
async function open(page: Page, name: string, count: number): Promise<number> {
  await home(page)
  await expect(page.getByRole('log')).toHaveCount(0)
  const link = await chat(page, name).elementHandle()
  const took = await page.evaluate(
    ([row, end]) =>
      new Promise<number>((drawn) => {
        const start = performance.now()
        const look = (): void => {
          const last = [...document.querySelectorAll('[role="log"] article')].at(-1)
          if (last?.querySelector('.bubble')?.textContent?.endsWith(end))
            return void requestAnimationFrame(() => setTimeout(() => drawn(performance.now() - start)))
          requestAnimationFrame(look)
        }
        ;(row as HTMLElement).click()
        look()
      }),
    [link, ` ${count}`] as const,
  )
  return took
}

test('words in a hundred thousand messages', async ({ browser, baseURL, report }) => {
  const context = await browser.newContext()
  await plantLife(context, baseURL ?? '', { seed: 2, chats: { Mira: 60_000, Kenji: 40_000 }, until: UNTIL })
  const first: number[] = []
  const again: number[] = []
  const plain: number[] = []
  for (let run = 0; run < 5; run++) {
    const page = await context.newPage()
    await page.goto(baseURL ?? '')
    await page.locator('html[data-ready]').waitFor()
    first.push(await search(page, '54321'))
    again.push(await search(page, '43210'))
    again.push(await search(page, '32109'))
    plain.push(await scan(page))
    await page.close()
  }
  report({
    name: 'search 100,000 messages, first',
    unit: 'ms',
    ours: median(first),
    baseline: median(plain),
    baselineName: 'a plain scan of as many texts in memory',
    goal: { atMost: 600 },
  })
  report({
    name: 'search 100,000 messages, again',
    unit: 'ms',
    ours: median(again),
    baseline: median(plain),
    baselineName: 'a plain scan of as many texts in memory',
    goal: { atMost: 10 },
  })
  await context.close()
})

/** From the moment the search begins, behind the pause for typing, to the last answer on the screen. The word must be in one. */
function search(page: Page, word: string): Promise<number> {
  return page.evaluate(
    (wanted) =>
      new Promise<number>((found) => {
        const field = document.querySelector<HTMLInputElement>('input[type="search"]')
        if (!field) throw new Error('no field')
        const pause = 120
        const start = performance.now()
        field.value = wanted
        field.dispatchEvent(new Event('input', { bubbles: true }))
        new MutationObserver((_, observer) => {
          const section = document.querySelector('.findings')
          // What was found before stays until there is something else.
          const isAnswer = section?.querySelector('mark')?.textContent === wanted
          if (!isAnswer || section?.getAttribute('aria-busy') !== 'false') return
          observer.disconnect()
          found(performance.now() - start - pause)
        }).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true })
      }),
    word,
  )
}

function scan(page: Page): Promise<number> {
  return page.evaluate(() => {
    const texts = Array.from({ length: 100_000 }, (_, i) => `some words that somebody said to somebody else ${i}`)
    const start = performance.now()
    let count = 0
    for (const text of texts) if (text.includes('nobody') || text.includes(' 7777')) count++
    if (count === 0) throw new Error('nothing was found')
    return performance.now() - start
  })
}

test('scrolling through ten thousand messages', async ({ browser, baseURL, report }) => {
  const context = await browser.newContext()
  await plantLife(context, baseURL ?? '', { seed: 3, chats: { Mira: 12_000 }, until: UNTIL })
  const page = await context.newPage()
  await page.goto(baseURL ?? '')
  await chat(page, 'Mira').click()
  await expect(page.locator('[role="log"] article').last()).toContainText('12000')
  const session = await context.newCDPSession(page)
  const heap = async (): Promise<number> => {
    await session.send('HeapProfiler.collectGarbage')
    return ((await session.send('Runtime.getHeapUsage')) as { usedSize: number }).usedSize / 2 ** 20
  }
  const first = await page.evaluate(scrollBack, 10_000)
  const before = await heap()
  const frames = [...first, ...(await page.evaluate(scrollBack, 2_000))]
  const after = await heap()
  report({
    name: 'scrolling 10,000 rows: frames over 34 ms, of a hundred',
    unit: '%',
    ours: (frames.filter((ms) => ms > 34).length / frames.length) * 100,
    baseline: 1,
    baselineName: 'one in a hundred',
    goal: { atMost: 5 },
  })
  report({
    name: 'scrolling 10,000 rows: heap',
    unit: 'MiB',
    ours: after,
    baseline: before,
    baselineName: 'after 2,000',
    goal: { atMostTimes: 1.2 },
  })
  await context.close()
})

/** Upwards, as fast as frames come, until this number. @returns how long each frame took, ms */
function scrollBack(until: number): Promise<number[]> {
  return new Promise((done) => {
    const log = document.querySelector('[role="log"]')
    if (!log) throw new Error('no log')
    const frames: number[] = []
    let last = performance.now()
    const step = (now: number): void => {
      frames.push(now - last)
      last = now
      const first = Number(log.querySelector('article .bubble')?.textContent?.split(' ').at(-1))
      if (first <= until) return done(frames.slice(2))
      log.scrollTop -= 180
      requestAnimationFrame(step)
    }
    requestAnimationFrame(step)
  })
}
