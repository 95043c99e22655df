/** From an opened link to the first message, and from a reload to the next one; beside a page with a bare channel. */
import type { Browser } from 'playwright/test'
import { test } from './bench.ts'
import { inTurn } from './in-turn.ts'
import { inApp, onFloor } from './invite.ts'
import type { Invite } from './invite.ts'
import { joinAndSpeak, noteMessages, onceMore, untilRead } from './robot.ts'
import { median } from './rows.ts'

test('a link is opened; a page is reloaded', async ({ browser, baseURL, floor, report }) => {
  const { ours, alone } = await inTurn(1, {
    ours: () => meet(browser, baseURL ?? '', inApp),
    alone: () => onceMore(() => meet(browser, floor.url('peer'), onFloor)),
  })
  const row = { unit: 'ms', baselineName: 'bare simple-peer over the same relay' }
  report({
    ...row,
    name: 'link opened → first message at the inviter',
    ours: median(ours.map(({ opened }) => opened)),
    baseline: median(alone.map(({ opened }) => opened)),
    goal: { atMostTimes: 1.4 },
  })
  report({
    ...row,
    name: 'reload → message at the other side',
    ours: median(ours.map(({ reloaded }) => reloaded)),
    baseline: median(alone.map(({ reloaded }) => reloaded)),
    goal: { atMostTimes: 2 },
  })
})

async function meet(browser: Browser, url: string, invite: Invite): Promise<{ opened: number; reloaded: number }> {
  const [inviter, joiner] = await Promise.all([browser.newPage(), browser.newPage()])
  try {
    await Promise.all([noteMessages(inviter), joinAndSpeak(joiner)])
    await inviter.goto(url)
    const link = await invite(inviter)
    await inviter.evaluate((ms) => new Promise((waited) => setTimeout(waited, ms)), WAITING_MS)
    await joiner.goto(link)
    const opened = await untilRead(joiner, inviter)
    await joiner.reload()
    return { opened, reloaded: await untilRead(joiner, inviter) }
  } finally {
    await Promise.all([inviter.context().close(), joiner.context().close()])
  }
}

/** Who sends a link waits: by then their page has done whatever it does at its start. */
const WAITING_MS = 1_000
