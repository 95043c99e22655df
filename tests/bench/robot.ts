/** Hands faster than any person's: they act inside the page, in the moment something shows. Work on the app and on `floor/peer`. */
import type { Page } from 'playwright/test'

declare global {
  interface Window {
    /** When a message with this text came to stand in the page, by the clock that also gives `performance.timeOrigin`. */
    whenSeen(text: string): Promise<number>
    /** When the frame after that was painted. */
    whenPainted(text: string): Promise<number>
  }
}

/** Nothing takes this long that works. */
const PATIENCE_MS = 30_000

/** Presses Join as soon as it shows, and as soon as there is a box to write in sends the time at which this page began. */
export async function joinAndSpeak(page: Page): Promise<void> {
  await page.addInitScript(() => {
    let joined = false
    let spoken = false
    const act = (): void => {
      const join = [...document.querySelectorAll('button')].find((button) => button.textContent?.trim() === 'Join chat')
      if (join && !join.disabled && !joined) {
        joined = true
        join.click()
      }
      const box = document.querySelector<HTMLTextAreaElement>('textarea[aria-label="Message"]')
      if (spoken || !box?.form || box.form.hidden) return
      spoken = true
      box.value = String(performance.timeOrigin)
      box.dispatchEvent(new Event('input', { bubbles: true }))
      box.form.requestSubmit()
    }
    new MutationObserver(act).observe(document, { childList: true, subtree: true, attributes: true })
  })
}

/** Notes when each message comes to stand in the page. */
export async function noteMessages(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const seen = new Map<string, number>()
    const painted = new Map<string, number>()
    let noted: () => void = () => undefined
    const now = (): number => performance.timeOrigin + performance.now()
    const note = (): void => {
      for (const article of document.querySelectorAll('[role="log"] article')) {
        const text = article.textContent ?? ''
        if (seen.has(text)) continue
        seen.set(text, now())
        requestAnimationFrame(() => {
          const { port1, port2 } = new MessageChannel()
          port1.onmessage = () => {
            painted.set(text, now())
            noted()
          }
          port2.postMessage(undefined)
        })
      }
      noted()
    }
    const when = (times: ReadonlyMap<string, number>, text: string): Promise<number> =>
      new Promise((resolve) => {
        const before = noted
        noted = () => {
          before()
          for (const [known, at] of times) if (known.includes(text)) resolve(at)
        }
        noted()
      })
    window.whenSeen = (text) => when(seen, text)
    window.whenPainted = (text) => when(painted, text)
    new MutationObserver(note).observe(document, { childList: true, subtree: true, characterData: true })
  })
}

/** A bare page has one try, and now and then nothing comes of it: that counts for nothing. Not for the app, which must not have that. */
export async function onceMore<T>(meeting: () => Promise<T>): Promise<T> {
  return await meeting().catch(meeting)
}

/** Milliseconds from the beginning of the speaker's present page to its first text in the reader's. */
export async function untilRead(speaker: Page, reader: Page): Promise<number> {
  const began = await speaker.evaluate(() => performance.timeOrigin)
  const late = new Promise<never>((_, fail) =>
    setTimeout(() => fail(new Error(`no message within ${PATIENCE_MS} ms at ${speaker.url()}`)), PATIENCE_MS).unref(),
  )
  const seen = await Promise.race([reader.evaluate((text) => window.whenSeen(text), String(began)), late])
  return seen - began
}
