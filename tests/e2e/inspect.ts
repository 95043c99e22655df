/** What a screen must keep in every size, scheme and direction: the WCAG rules that axe can check, and nothing cut off. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type axe from 'axe-core'
import { expect, type Page } from 'playwright/test'
import { settled } from './settled.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const EVERY: axe.RunOnly = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] }
/** A scheme changes nothing but colours. */
const COLOURS: axe.RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }
const SIZES = [
  { size: 'phone', colorScheme: 'light', viewport: { width: 390, height: 844 } },
  { size: 'desktop', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
] as const

/** Looks at the screen that is shown, small and large, in both schemes, and from right to left. Leaves it as it was. */
export async function inspect(page: Page, screen: string): Promise<void> {
  const before = page.viewportSize()
  for (const { size, colorScheme, viewport } of SIZES) {
    await page.setViewportSize(viewport)
    await page.emulateMedia({ colorScheme })
    expect.soft(await violations(page, EVERY), `${screen}, ${size}, ${colorScheme}`).toEqual([])
    expect.soft(await cutOff(page), `${screen}, ${size}`).toEqual([])
    await page.evaluate(() => (document.documentElement.dir = 'rtl'))
    expect.soft(await cutOff(page), `${screen}, ${size}, right to left`).toEqual([])
    await page.evaluate(() => (document.documentElement.dir = 'ltr'))
    await page.emulateMedia({ colorScheme: colorScheme === 'light' ? 'dark' : 'light' })
    expect.soft(await violations(page, COLOURS), `${screen}, ${size}, the other scheme`).toEqual([])
  }
  await page.emulateMedia({ colorScheme: null })
  if (before) await page.setViewportSize(before)
}

/** Broken rules, each with the elements that break it. The page's policy admits no script element: it is evaluated. */
async function violations(page: Page, rules: axe.RunOnly): Promise<string[]> {
  await settled(page)
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE)
  return page.evaluate(async (runOnly) => {
    const { run } = (globalThis as unknown as { axe: typeof axe }).axe
    const { passes, violations } = await run(document, {
      runOnly,
      resultTypes: ['violations'],
    })
    if (passes.length === 0) throw new Error('nothing was checked')
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(({ html, any, all }) => `${id}: ${html} ${[...any, ...all].map(({ message }) => message).join('; ')}`),
    )
  }, rules)
}

/** What one would have to scroll sideways for, or cannot reach at all. */
export async function cutOff(page: Page): Promise<string[]> {
  await settled(page)
  return page.evaluate(() => {
    const SLACK_PX = 1
    const shown = (element: Element) => {
      const { width, height } = element.getBoundingClientRect()
      return width > SLACK_PX && height > SLACK_PX && element.checkVisibility({ visibilityProperty: true })
    }
    /** Only to be heard: it is clipped away where it stands. */
    const unseen = (element: Element | null): boolean =>
      !!element && (getComputedStyle(element).clipPath !== 'none' || unseen(element.parentElement))
    /** Text that ends in “…” is as long as what shortens it. */
    const shortened = (element: Element): Element =>
      all.find((one) => one.contains(element) && getComputedStyle(one).textOverflow === 'ellipsis') ?? element
    const speaks = (element: Element) =>
      element.matches('button, a, input, textarea, [role="img"]') ||
      [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim())
    const name = (element: Element) => element.outerHTML.slice(0, 120)
    const all = [...document.querySelectorAll('body, body *')].filter((element) => shown(element) && !unseen(element))
    const outside = all.filter((element) => {
      const { left, right } = shortened(element).getBoundingClientRect()
      const out = left < -SLACK_PX || right > innerWidth + SLACK_PX
      return out && speaks(element) && !element.closest('[aria-hidden="true"]')
    })
    const sideways = all.filter(
      (element) =>
        element.scrollWidth > element.clientWidth + SLACK_PX &&
        /auto|scroll/.test(getComputedStyle(element).overflowX) &&
        !element.matches('input, textarea'),
    )
    return [
      ...outside.map((element) => `outside: ${name(element)}`),
      ...sideways.map((element) => `scrolls sideways: ${name(element)}`),
    ]
  })
}
