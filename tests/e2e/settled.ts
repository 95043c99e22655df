import type { Page } from 'playwright/test'

/** Waits until nothing on the page moves any more, but for what moves for ever. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const moving = () =>
      document.getAnimations().filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity)
    while (moving().some((animation) => animation.playState === 'running'))
      await Promise.allSettled(moving().map((animation) => animation.finished))
  })
}
