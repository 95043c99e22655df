/** Tabs with the storage alone, and what an adversary with the disk does to slots. */
import type { JSHandle, Page } from 'playwright/test'
import { test as base } from './storage-tab.ts'
import { importInto } from './vite-page.ts'

export { expect } from './storage-tab.ts'

export type Probe = typeof import('./passphrase-probe.ts')
export type Tab = { readonly page: Page; readonly probe: JSHandle<Probe> }

export const test = base.extend<{ tab: () => Promise<Tab> }>({
  tab: async ({ newTab }, use) => {
    await use(async () => {
      const { page } = await newTab()
      return { page, probe: await importInto<Probe>(page, '/tests/e2e/passphrase-probe.ts') }
    })
  },
})
