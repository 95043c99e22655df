/** Tabs with nothing but the storage in them, watched for anything they complain about. */
import type { BrowserContext, JSHandle, Page } from 'playwright/test'
import { expect } from 'playwright/test'
import { importInto, test as base } from './vite-page.ts'

export { expect }

/** What a tab's page holds. */
export type Probe = typeof import('./storage-probe.ts')

export type Tab = { readonly page: Page; readonly probe: JSHandle<Probe> }

type Storage = {
  /** A new tab of the test's one profile. */
  newTab(): Promise<Tab>
  /** A tab of another profile, to be closed by the test. */
  tabIn(context: BrowserContext): Promise<Tab>
  /** One tab that has claimed an empty profile. */
  owner: Tab
}

export const test = base.extend<Storage>({
  tabIn: async ({ modules }, use) => {
    const complaints: string[] = []
    await use(async (context) => {
      const page = await context.newPage()
      page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(`console: ${message.text()}`)
      })
      await page.goto(modules.url)
      return { page, probe: await importInto<Probe>(page, '/tests/e2e/storage-probe.ts') }
    })
    expect(complaints, 'what the pages complained about').toEqual([])
  },
  newTab: async ({ context, tabIn }, use) => {
    await use(() => tabIn(context))
  },
  owner: async ({ newTab }, use) => {
    const tab = await newTab()
    await tab.probe.evaluate((p) => p.claim())
    await use(tab)
  },
})
