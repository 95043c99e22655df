/** For the tests with relays that do not do what they should: relays and pages that go when the test ends. */
import { test as base, expect } from 'playwright/test'
import type { WebSocket } from 'ws'
import type { Random } from '../../src/chat/ports.ts'
import { Page, random, startOddRelay, topic } from './support.ts'
import type { Received } from './support.ts'

export type Odd = Awaited<ReturnType<typeof startOddRelay>>

type Fixtures = {
  odd(answer: (received: Received) => void, welcome?: (socket: WebSocket) => void): Promise<Odd>
  /** A page that listens on one topic there. */
  pageAt(relay: Odd, source?: Random): Page
}

export const test = base.extend<Fixtures>({
  odd: async ({}, use) => {
    const open: Odd[] = []
    await use(async (answer, welcome) => {
      const relay = await startOddRelay(answer, welcome)
      open.push(relay)
      return relay
    })
    await Promise.all(open.map((one) => one.close()))
  },
  pageAt: async ({}, use) => {
    const pages: Page[] = []
    await use((relay, source = random) => {
      const page = new Page(source)
      pages.push(page)
      page.rendezvous.listen([topic()])
      return page.start(relay.url)
    })
    for (const page of pages) page.rendezvous.stop()
  },
})

/** A round trip: everything sent before it has been read on both sides. */
export async function ping(page: Page, relay: Odd): Promise<void> {
  const before = relay.messages.filter((m) => m[0] === 'CLOSE').length
  page.rendezvous.nudge()
  await expect.poll(() => relay.messages.filter((m) => m[0] === 'CLOSE').length).toBeGreaterThan(before)
}
