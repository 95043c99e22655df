/** The page's own guards: what its content policy refuses, and that the other tests would notice. */
import { readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'playwright/test'
import { ready } from './fixtures.ts'
import { test as base, type Site } from './own-site.ts'
import { Watch } from './watch.ts'

/** Another origin, and who came to it. */
type Elsewhere = { readonly home: string; readonly seen: string[] }

const test = base.extend<{ watch: Watch; elsewhere: Elsewhere }>({
  watch: async ({ context, site }, use) => {
    const watch = new Watch(site.home)
    await watch.follow(context)
    await use(watch)
  },
  elsewhere: async ({}, use) => {
    const seen: string[] = []
    const server = createServer((request, response) => {
      seen.push(request.url ?? '')
      response.writeHead(200, { 'access-control-allow-origin': '*' }).end()
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    await use({ home: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, seen })
    server.close()
  },
})

/** Not yet in the compiler's library. */
type TrustedTypes = { trustedTypes: { createPolicy(name: string, rules: object): unknown } }

/** Each is given an address on another origin. */
const misdeeds: readonly [what: string, seen: RegExp, act: (elsewhere: string) => unknown][] = [
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
  // oxlint-disable-next-line no-eval -- likewise; later, for what a test calls itself may do this
  ['eval', /script-src|require-trusted-types-for/, () => void setTimeout(() => void (0, eval)('run()'))],
  [
    'a function from text',
    /script-src|require-trusted-types-for/,
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval -- likewise
    () => void setTimeout(() => new Function('run()')),
  ],
  [
    'WebAssembly',
    /script-src/,
    () => void setTimeout(() => void WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0))),
  ],
  [
    'a script in the page',
    /script-src|require-trusted-types-for/,
    () => {
      const script = document.createElement('script')
      script.append('document.title = "injected"')
      document.head.append(script)
    },
  ],
  ['a module from elsewhere', /script-src/, (elsewhere) => import(elsewhere)],
  [
    'a module in an address',
    /script-src/,
    () => {
      const address: string = 'data:text/javascript,document.title="injected"'
      return import(address)
    },
  ],
  ['another worker', /require-trusted-types-for|worker-src/, () => new Worker('./other.js')],
  [
    'another Trusted Types policy',
    /trusted-types/,
    () => (globalThis as unknown as TrustedTypes).trustedTypes.createPolicy('mine', {}),
  ],
  ['a request elsewhere', /connect-src/, (elsewhere) => fetch(elsewhere)],
  ['a last word elsewhere', /connect-src/, (elsewhere) => navigator.sendBeacon(elsewhere, 'all')],
  ['a picture from elsewhere', /img-src/, (elsewhere) => (new Image().src = elsewhere)],
  ['a font from elsewhere', /font-src|default-src/, (elsewhere) => new FontFace('x', `url(${elsewhere})`).load()],
  ['a film from elsewhere', /media-src/, (elsewhere) => new Audio(elsewhere).load()],
  [
    'a style sheet from elsewhere',
    /style-src/,
    (elsewhere) =>
      document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: elsewhere })),
  ],
  ['a socket to elsewhere', /foreign request/, () => void new WebSocket('wss://elsewhere.example/')],
  [
    'a frame',
    /frame-src/,
    () => document.body.append(Object.assign(document.createElement('iframe'), { src: location.href })),
  ],
  [
    'a form',
    /form-action/,
    (elsewhere) => {
      const form = Object.assign(document.createElement('form'), { action: elsewhere, method: 'post' })
      document.body.append(form)
      form.submit()
    },
  ],
  [
    'another base of all addresses',
    /base-uri/,
    (elsewhere) => document.head.append(Object.assign(document.createElement('base'), { href: elsewhere })),
  ],
  ['a style in an attribute', /style-src/, () => document.body.setAttribute('style', 'color: red')],
]

for (const headers of ['with', 'without'] as const)
  test(`what a page must not do is refused ${headers} headers, and noticed by the tests${headers === 'with' ? '' : ' @firefox'}`, async ({
    page,
    site,
    elsewhere,
    watch,
  }) => {
    if (headers === 'without') site.put('_headers', '')
    await page.addInitScript(() =>
      addEventListener('oops', () => {
        throw new Error('oops')
      }),
    )
    const response = await page.goto(site.home)
    expect(response?.headers()['content-security-policy'] !== undefined).toBe(headers === 'with')
    await ready(page)
    expect(watch.complaints()).toEqual([])
    for (const [what, seen, act] of misdeeds) {
      const before = watch.complaints().length
      await page.evaluate(act, elsewhere.home).catch(() => undefined)
      const complaints = () => watch.complaints().slice(before).join('\n')
      await expect.poll(complaints, what).toMatch(seen)
    }
    expect(elsewhere.seen).toEqual([])
    expect(await page.evaluate(() => document.title)).not.toBe('injected')
    // Control: that server would have noticed.
    await page.request.get(elsewhere.home)
    expect(elsewhere.seen).toEqual(['/'])
  })

test('a script that something on the way writes into the page does not run, and the page goes on', async ({
  page,
  site,
  watch,
}) => {
  site.put('_headers', '')
  const html = htmlOf(site)
  site.put('index.html', html.replace('</head>', '<script>document.title = "injected"</script></head>'))
  await page.goto(site.home)
  await ready(page)
  expect(watch.complaints().join('\n')).toMatch(/script-src-elem refused inline/)
  await expect(page).not.toHaveTitle('injected')
})

test('a changed script does not run, at once or later, and the page says that it did not start @firefox', async ({
  page,
  site,
  watch,
}) => {
  // Else a browser would keep the first copy of each.
  site.put('_headers', '')
  const { atOnce, later } = scripts(htmlOf(site))
  const refusals = () => watch.complaints().filter((text) => /integrity/i.test(text)).length
  const change = (file: string) =>
    site.put(file, `${readFileSync(site.path(file), 'utf8')}\ndocument.title = 'changed'`)

  change(later)
  await page.goto(site.home)
  await ready(page)
  expect(await page.evaluate((url) => import(url).catch(() => 'refused'), site.home + later)).toBe('refused')
  await expect.poll(refusals).toBeGreaterThan(0)

  const before = refusals()
  change(atOnce)
  await page.reload()
  await expect.poll(refusals).toBeGreaterThan(before)
  await expect(page.getByRole('alert')).toContainText('Sotto has not started.')
  await expect(page).not.toHaveTitle('changed')
})

for (const headers of ['with', 'without'] as const)
  test(`the worker for a passphrase may use WebAssembly, and ${headers === 'with' ? 'nothing else' : 'without headers more'}`, async ({
    page,
    site,
    elsewhere,
  }) => {
    if (headers === 'without') site.put('_headers', '')
    // In its place one that does not answer: so that there is time to ask it.
    for (const name of readdirSync(site.path('kdf'))) site.put(`kdf/${name}`, 'onmessage = () => undefined')
    await page.goto(`${site.home}#/settings`)
    await ready(page)
    await page.getByRole('button', { name: 'Set a passphrase', exact: true }).click()
    for (const name of ['Passphrase', 'Repeat passphrase'])
      await page.getByRole('textbox', { name, exact: true }).fill('six ordinary words')
    const started = page.waitForEvent('worker')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    const worker = await started
    const compile = () => WebAssembly.compile(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)).then(() => 'compiled')
    expect(await worker.evaluate(compile)).toBe('compiled')
    const script = `${elsewhere.home}any.js`
    await worker.evaluate((url) => fetch(url, { mode: 'no-cors' }).catch(() => undefined), script)
    const here = () =>
      fetch('./').then(
        () => 'answered',
        () => 'refused',
      )
    expect(await worker.evaluate(here)).toBe(headers === 'with' ? 'refused' : 'answered')
    expect(elsewhere.seen).toEqual(headers === 'with' ? [] : ['/any.js'])
  })

test.describe('the worker that keeps the page', () => {
  test.use({ serviceWorkers: 'allow' })

  for (const headers of ['with', 'without'] as const)
    test(`has ${headers === 'with' ? 'the policy of' : 'no policy without'} its headers`, async ({
      context,
      page,
      site,
      elsewhere,
    }) => {
      if (headers === 'without') site.put('_headers', '')
      const started = context.waitForEvent('serviceworker')
      await page.goto(site.home)
      const worker = await started
      const other = () => navigator.serviceWorker.register('./other.js').catch((error: Error) => error.name)
      expect(await page.evaluate(other)).toBe('TypeError')
      const script = `${elsewhere.home}any.js`
      await worker.evaluate((url) => fetch(url, { mode: 'no-cors' }).catch(() => undefined), script)
      // Sockets go anywhere, so `connect-src` names no origin but this one for the rest.
      expect(elsewhere.seen).toEqual(headers === 'with' ? [] : ['/any.js'])
    })
})

function htmlOf(site: Site): string {
  return readFileSync(site.path('index.html'), 'utf8')
}

/** A script that the page names in a tag, and one that it loads when needed. */
function scripts(html: string): { atOnce: string; later: string } {
  const tag = /<script type="module"[^>]* src="\.\/([^"]+)"/.exec(html)?.[1] ?? ''
  const map = /<script type="importmap">(.*?)<\/script>/.exec(html)?.[1] ?? ''
  const all = Object.keys((JSON.parse(map) as { integrity: Record<string, string> }).integrity)
  const lazy = all.find((path) => !html.includes(`="${path}"`)) ?? ''
  return { atOnce: tag, later: lazy.slice(2) }
}
