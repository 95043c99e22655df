/**
 * Time that the page's own thread was running, by the browser's account: what else the machine does at that moment hardly
 * shows. Chromium only.
 */
import type { CDPSession, Page } from 'playwright/test'

export class CpuClock {
  readonly #session: CDPSession

  private constructor(session: CDPSession) {
    this.#session = session
  }

  static async of(page: Page): Promise<CpuClock> {
    const session = await page.context().newCDPSession(page)
    await session.send('Performance.enable', { timeDomain: 'threadTicks' })
    return new CpuClock(session)
  }

  /** Milliseconds that `work` in the page took, with some 0.3 ms for asking. */
  async time(work: () => Promise<unknown>): Promise<number> {
    const from = await this.#now()
    await work()
    return ((await this.#now()) - from) * 1000
  }

  async #now(): Promise<number> {
    const { metrics } = await this.#session.send('Performance.getMetrics')
    const seconds = metrics.find(({ name }) => name === 'ThreadTime')?.value
    if (seconds === undefined) throw new Error('the browser does not tell the time of a thread')
    return seconds
  }
}
