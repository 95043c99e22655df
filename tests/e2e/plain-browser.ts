/**
 * A Chromium as people have it: a profile on disk, tabs that are hidden when another one is before them, and that can
 * be frozen. Where the test runner starts the browser, every tab believes to be looked at, and none ever sleeps.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, BrowserType, Page } from 'playwright/test'
import { expect } from 'playwright/test'
import { wholeChromium } from '../run/engines.ts'

export type PlainBrowser = { readonly context: BrowserContext; close(): Promise<void> }

export async function plainBrowser(chromium: BrowserType): Promise<PlainBrowser> {
  const directory = mkdtempSync(join(tmpdir(), 'sotto-plain-'))
  const child = spawn(
    wholeChromium.executablePath ?? chromium.executablePath(),
    [
      ...(wholeChromium.args ?? []),
      '--headless',
      '--remote-debugging-port=0',
      `--user-data-dir=${directory}`,
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const ended = once(child, 'close')
  const address = await new Promise<string>((listening, failed) => {
    let said = ''
    child.once('error', failed)
    child.once('close', () => failed(new Error(`the browser ended: ${said}`)))
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString()
      const [, found] = /DevTools listening on (\S+)/.exec(said) ?? []
      if (found !== undefined) listening(found)
    })
  })
  const browser = await chromium.connectOverCDP(address, { noDefaults: true })
  const [context] = browser.contexts()
  if (!context) throw new Error('a browser without its profile')
  return {
    context,
    async close() {
      await browser.close()
      child.kill('SIGKILL')
      await ended
      rmSync(directory, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

export type Frozen = { thaw(): Promise<void> }

/** As a browser does it with a tab that was hidden for long: its timers and locks stand still. */
export async function freeze(page: Page): Promise<Frozen> {
  const control = await page.context().newCDPSession(page)
  await page.evaluate(() => {
    document.addEventListener('freeze', () => Object.assign(globalThis, { sleeps: true }), { once: true })
  })
  await control.send('Page.setWebLifecycleState', { state: 'frozen' })
  // Not every page that is told to sleep does.
  await expect.poll(() => page.evaluate(() => 'sleeps' in globalThis)).toBe(true)
  return { thaw: async () => void (await control.send('Page.setWebLifecycleState', { state: 'active' })) }
}

/** The tab's renderer dies. */
export async function crash(page: Page): Promise<void> {
  const control = await page.context().newCDPSession(page)
  const crashed = page.waitForEvent('crash')
  // Nobody is left to answer.
  control.send('Page.crash').catch(() => undefined)
  await crashed
}
