/** A phone: one pane, thumbs, a narrow screen, large letters. */
import type { BrowserContext, Page } from 'playwright/test'
import {
  bubbles,
  chatLink,
  composer,
  connected,
  expect,
  joinChat,
  messages,
  say,
  sees,
  startChat,
  test,
} from './fixtures.ts'
import { cutOff } from './inspect.ts'
import { visitScreens } from './screens.ts'
import { settled } from './settled.ts'

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('link, join, talk; one pane; back leads to the list', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await say(mira, 'Hello Kenji')
  await sees(kenji, 'Hello Kenji')
  await say(kenji, 'Hello Mira')
  await sees(mira, 'Hello Mira')
  for (const [page, name] of [
    [mira, 'Kenji'],
    [kenji, 'Mira'],
  ] as const) {
    await expect(chatLink(page, name)).toHaveCount(0)
    await page.getByRole('link', { name: 'Back', exact: true }).click()
    await expect(chatLink(page, name)).toBeVisible()
    await expect(messages(page)).toHaveCount(0)
    await chatLink(page, name).click()
    await sees(page, `Hello ${name === 'Mira' ? 'Kenji' : 'Mira'}`)
    await page.goBack()
    await expect(chatLink(page, name)).toBeVisible()
    await expect(messages(page)).toHaveCount(0)
    await page.goForward()
    await connected(page)
  }
})

test('back leads from a chat that a link has become to the list', async ({ people }) => {
  const [mira] = await people.pair('Mira', 'Kenji')
  await mira.goBack()
  await expect(chatLink(mira, 'Kenji')).toBeVisible()
  await expect(messages(mira)).toHaveCount(0)
})

test('Enter breaks the line, the button sends', async ({ people }) => {
  const [mira, kenji] = await people.pair('Mira', 'Kenji')
  await composer(mira).tap()
  await mira.keyboard.type('first')
  await mira.keyboard.press('Enter')
  await mira.keyboard.type('second')
  await expect(composer(mira)).toHaveValue('first\nsecond')
  await expect(bubbles(mira)).toHaveCount(0)
  await button(mira, 'Send').tap()
  await expect(bubbles(mira)).toHaveText(['first\nsecond'], { useInnerText: true })
  await expect(bubbles(kenji)).toHaveText(['first\nsecond'], { useInnerText: true })
  // The keyboard of the phone stays up.
  await expect(composer(mira)).toBeFocused()
  await expect(composer(mira)).toHaveValue('')
})

test('whatever is pressed is large enough for a thumb', async ({ people }) => {
  await visitScreens(people.newPerson, async (page, screen) => {
    expect.soft(await smallTargets(page), screen).toEqual([])
  })
})

/** What can be pressed and catches no press 21 px from its middle. Links in running text are exempt. */
async function smallTargets(page: Page): Promise<string[]> {
  await settled(page)
  return page.evaluate(() => {
    const REACH_PX = 44 / 2 - 1 // the browser rounds to its own pixels
    const all = [...document.querySelectorAll<HTMLElement>('a, button, input, textarea, [role="menuitem"]')]
    const top = document.querySelector('dialog[open], [popover]:popover-open') ?? document.body
    const shown = all.filter(
      (element) => top.contains(element) && element.checkVisibility() && element.getBoundingClientRect().width > 1,
    )
    return shown
      .filter((element) => !element.matches('p a, small a, .bubble a'))
      .flatMap((element) => {
        element.scrollIntoView({ block: 'center', inline: 'center' })
        const { left, top, width, height } = element.getBoundingClientRect()
        const [x, y] = [left + width / 2, top + height / 2]
        const catches = (dx: number, dy: number) => {
          const [atX, atY] = [x + dx * REACH_PX, y + dy * REACH_PX]
          const outside = atX < 0 || atY < 0 || atX > innerWidth || atY > innerHeight
          const hit = document.elementFromPoint(atX, atY)
          const label = hit?.closest('label') as HTMLLabelElement | null
          return outside || (hit !== null && element.contains(hit)) || label?.control === element
        }
        const large = catches(-1, 0) && catches(1, 0) && catches(0, -1) && catches(0, 1)
        return large ? [] : [`${Math.round(width)} × ${Math.round(height)}: ${element.outerHTML.slice(0, 100)}`]
      })
  })
}

test('nothing is wider than a small phone, or than a phone with letters twice as large', async ({ people }) => {
  await visitScreens(people.newPerson, async (page, screen) => {
    const before = page.viewportSize()
    await page.setViewportSize({ width: 320, height: 640 })
    expect.soft(await cutOff(page), `${screen}, 320 px`).toEqual([])
    if (before) await page.setViewportSize(before)
    await page.evaluate(() => (document.documentElement.style.fontSize = '32px'))
    expect.soft(await cutOff(page), `${screen}, 200 %`).toEqual([])
    await page.evaluate(() => document.documentElement.removeAttribute('style'))
  })
})

test('nothing jumps while two people meet and talk', async ({ people }) => {
  const [mira, kenji] = await Promise.all([
    people.newPerson('Mira', { prepare: countShifts }),
    people.newPerson('Kenji', { prepare: countShifts }),
  ])
  await joinChat(kenji, await startChat(mira))
  await Promise.all([connected(mira), connected(kenji)])
  for (const page of [mira, kenji]) await expectStill(page)

  // Until the log is full the first messages make room for the next ones; from then on it scrolls.
  const long = Array.from({ length: 40 }, (_, line) => `line ${line}`).join('\n')
  await say(mira, long)
  await sees(kenji, long)
  const before = await Promise.all([mira, kenji].map(shifts))
  for (let i = 0; i < 15; i++) await say(kenji, `from Kenji ${i}`)
  await sees(mira, 'from Kenji 14')
  await say(mira, 'from Mira')
  await sees(kenji, 'from Mira')
  await expectStill(mira, before[0])
  await expectStill(kenji, before[1])
})

type Shift = PerformanceEntry & {
  readonly value: number
  readonly hadRecentInput: boolean
  readonly sources: readonly { readonly node: Node | null }[]
}

/** Counts what moves in the pages of somebody though nobody asked it to. */
async function countShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const seen: string[] = []
    const count = (entries: PerformanceEntryList) => {
      for (const { value, hadRecentInput, sources } of entries as Shift[])
        if (!hadRecentInput) seen.push(`${value} ${sources.map(({ node }) => node?.nodeName).join(' ')}`)
    }
    const observer = new PerformanceObserver((list) => count(list.getEntries()))
    observer.observe({ type: 'layout-shift', buffered: true })
    const shifts = () => {
      count(observer.takeRecords())
      return seen
    }
    Object.assign(globalThis, { shifts })
  })
}

/** Each begins with its score. */
function shifts(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { shifts(): string[] }).shifts())
}

async function expectStill(page: Page, before: readonly string[] = []): Promise<void> {
  const since = (await shifts(page)).slice(before.length)
  const sum = since.reduce((sum, shift) => sum + parseFloat(shift), 0)
  expect(sum, since.join('\n')).toBeLessThanOrEqual(0.05)
}
