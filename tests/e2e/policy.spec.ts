/** The page's own guards: what its content policy refuses, and that the other tests would notice. */
import { expect, test as base } from 'playwright/test'
import { ready } from './fixtures.ts'
import { Watch } from './watch.ts'

const test = base.extend<{ watch: Watch }>({
  watch: async ({ context, baseURL }, use) => {
    const watch = new Watch(baseURL ?? '')
    await watch.follow(context)
    await use(watch)
  },
})

/** Not yet in the compiler's library. */
type TrustedTypes = { trustedTypes: { createPolicy(name: string, rules: object): unknown } }

const misdeeds: readonly [what: string, seen: RegExp, act: () => unknown][] = [
  ['an uncaught error', /uncaught: oops/, () => dispatchEvent(new Event('oops'))],
  [
    'an unhandled rejection',
    /unhandled rejection: .*nope/,
    () => void setTimeout(() => void Promise.reject(new Error('nope'))),
  ],
  ['HTML from text', /require-trusted-types-for/, () => (document.body.innerHTML = '<b>text</b>')],
  [
    'a handler in an attribute',
    /require-trusted-types-for|script-src/,
    () => document.body.setAttribute('onclick', 'run()'),
  ],
  // oxlint-disable-next-line typescript/no-implied-eval -- it is what the policy has to refuse
  ['code from text', /script-src|require-trusted-types-for/, () => setTimeout('run()')],
  [
    'another Trusted Types policy',
    /trusted-types/,
    () => (globalThis as unknown as TrustedTypes).trustedTypes.createPolicy('mine', {}),
  ],
  ['a request elsewhere', /connect-src/, () => fetch('https://elsewhere.example/')],
  ['a picture from elsewhere', /img-src/, () => (new Image().src = 'https://elsewhere.example/x.png')],
  ['a socket to elsewhere', /foreign request/, () => void new WebSocket('wss://elsewhere.example/')],
  [
    'a frame',
    /frame-src/,
    () => document.body.append(Object.assign(document.createElement('iframe'), { src: location.href })),
  ],
  ['a style in an attribute', /style-src/, () => document.body.setAttribute('style', 'color: red')],
]

test('what a page must not do is refused, and noticed by the tests @firefox', async ({ page, baseURL, watch }) => {
  await page.addInitScript(() =>
    addEventListener('oops', () => {
      throw new Error('oops')
    }),
  )
  await page.goto(baseURL ?? '')
  await ready(page)
  expect(watch.complaints()).toEqual([])
  for (const [what, seen, act] of misdeeds) {
    const before = watch.complaints().length
    await page.evaluate(act).catch(() => undefined)
    const complaints = () => watch.complaints().slice(before).join('\n')
    await expect.poll(complaints, what).toMatch(seen)
  }
})

test('a changed script does not run, at once or later @firefox', async ({ page, baseURL, watch }) => {
  const { atOnce, later } = scripts(await (await page.request.get(baseURL ?? '')).text())
  const refusals = () => watch.complaints().filter((text) => /integrity/i.test(text)).length
  const change = (path: string) =>
    page.route(path, async (route) => {
      const response = await route.fetch()
      await route.fulfill({ response, body: `${await response.text()}\ndocument.title = 'changed'` })
    })

  await change(later)
  await page.goto(baseURL ?? '')
  await ready(page)
  expect(await page.evaluate((url) => import(url).catch(() => 'refused'), later)).toBe('refused')
  await expect.poll(refusals).toBeGreaterThan(0)

  const before = refusals()
  await change(atOnce)
  await page.reload()
  await expect.poll(refusals).toBeGreaterThan(before)
  await expect(page).not.toHaveTitle('changed')

  /** URLs of a script that the page names in a tag, and of one that it loads when needed. */
  function scripts(html: string): { atOnce: string; later: string } {
    const tag = /<script type="module"[^>]* src="([^"]+)"/.exec(html)?.[1] ?? ''
    const map = /<script type="importmap">(.*?)<\/script>/.exec(html)?.[1] ?? ''
    const all = Object.keys((JSON.parse(map) as { integrity: Record<string, string> }).integrity)
    const lazy = all.find((path) => !html.includes(`="${path}"`)) ?? ''
    return { atOnce: new URL(tag, baseURL).href, later: new URL(lazy, baseURL).href }
  }
})
