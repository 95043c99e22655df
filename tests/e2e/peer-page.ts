/** A page with channels of ours and nothing else, which may complain of nothing. */
import type { JSHandle } from 'playwright/test'
import { expect } from 'playwright/test'
import { alias } from '../../src/net/simple-peer/alias.ts'
import { importInto, serveModules, test as base } from './vite-page.ts'

type Probe = typeof import('./peer-probe.ts')

export const test = base.extend<{ probe: JSHandle<Probe>; servers: () => Promise<readonly unknown[]> }>({
  modules: [
    async ({}, use) => {
      const site = await serveModules({ resolve: { alias }, optimizeDeps: { include: ['simple-peer'] } })
      await use(site)
      await site.close()
    },
    { scope: 'worker' },
  ],
  probe: async ({ modules, page }, use) => {
    const complaints: string[] = []
    page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
    page.on('console', (message) => complaints.push(`${message.type()}: ${message.text()}`))
    await page.addInitScript(recordConfigurations)
    await page.goto(modules.url)
    await use(await importInto<Probe>(page, '/tests/e2e/peer-probe.ts'))
    expect(
      complaints.filter((text) => !text.startsWith('debug: [vite]')),
      'what the page complained about',
    ).toEqual([])
  },
  servers: async ({ page }, use) => {
    await use(() => page.evaluate(() => (globalThis as unknown as { servers: unknown[] }).servers))
  },
})

/** Keeps the ICE servers of every connection that the page makes. */
function recordConfigurations(): void {
  const page = globalThis as unknown as { servers: unknown[] }
  page.servers = []
  globalThis.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(configuration?: RTCConfiguration) {
      super(configuration)
      page.servers.push(configuration?.iceServers)
    }
  }
}
