import type { Browser, Page } from 'playwright/test'
import { test } from './bench.ts'
import type { Bench } from './floor/texts/main.ts'
import { inTurn } from './in-turn.ts'
import { median } from './rows.ts'

declare const bench: Bench

type Way = keyof Bench

const TEXTS = { ours: 500, raw: 5_000 }

test('texts of 256 B', async ({ browser, floor, report }) => {
  const [ours, raw] = [
    await connect(browser, floor.url('texts'), 'ours'),
    await connect(browser, floor.url('texts'), 'raw'),
  ]
  const seconds = await inTurn(1, {
    ours: () => send(ours.sender, 'ours'),
    alone: () => send(raw.sender, 'raw'),
  })
  report({
    name: 'texts of 256 B, in both histories, acknowledged',
    unit: '/s',
    ours: TEXTS.ours / median(seconds.ours),
    baseline: TEXTS.raw / median(seconds.alone),
    baselineName: 'raw channel, receipts of 16 B',
    goal: { atLeastTimes: 0.3 },
  })
  await Promise.all([ours.close(), raw.close()])
})

async function connect(browser: Browser, url: string, way: Way): Promise<{ sender: Page; close(): Promise<unknown> }> {
  const [one, other] = await Promise.all([browser.newPage(), browser.newPage()])
  await Promise.all([one.goto(url), other.goto(url)])
  const link = await one.evaluate((w) => bench[w].invite(), way)
  await other.evaluate(([w, l]) => bench[w].join(l), [way, link] as const)
  return { sender: other, close: () => Promise.all([one.context().close(), other.context().close()]) }
}

function send(page: Page, way: Way): Promise<number> {
  return page.evaluate(([w, count]) => bench[w].send(count), [way, TEXTS[way]] as const)
}
