import { mkdirSync, writeFileSync } from 'node:fs'
import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { expect, test as base } from 'playwright/test'
import { parseHeaders, serveFolder } from '../../src/host/static.ts'

const HEADERS = `# a comment
/*
  X-All: yes
/assets/*
  Cache-Control: public, immutable
/index.html
  X-Page: a: b
`

type Answer = { readonly status: number; readonly headers: IncomingMessage['headers']; readonly body: Buffer }
type Ask = (path: string, options?: { method?: string; headers?: Record<string, string> }) => Promise<Answer>

/** `ask` sends a path as it is, which fetch would tidy up first. */
const test = base.extend<{ ask: Ask }>({
  ask: async ({}, use, testInfo) => {
    const site = testInfo.outputPath('site')
    mkdirSync(join(site, 'assets'), { recursive: true })
    writeFileSync(join(site, 'index.html'), '<p>page</p>')
    writeFileSync(join(site, 'assets', 'a b.js'), 'run()')
    writeFileSync(join(site, 'erased.html'), '')
    writeFileSync(join(site, 'config.json'), '{}')
    writeFileSync(testInfo.outputPath('secret.txt'), 'secret')
    mkdirSync(testInfo.outputPath('site-two'))
    writeFileSync(testInfo.outputPath('site-two', 'secret.txt'), 'secret')
    const server = createServer(serveFolder(site, HEADERS))
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    await use(
      (path, options = {}) =>
        new Promise((answered, failed) => {
          const sent = request({ host: '127.0.0.1', port, path, ...options }, (response) => {
            const parts: Buffer[] = []
            response.on('data', (part: Buffer) => parts.push(part))
            response.on('end', () =>
              answered({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(parts) }),
            )
          })
          sent.on('error', failed).end()
        }),
    )
    server.close()
  },
})

test('a folder is served with types and with the headers of its paths', async ({ ask }) => {
  const page = await ask('/?x=1')
  expect([page.status, page.headers['content-type'], page.body.toString()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<p>page</p>',
  ])
  expect([page.headers['x-all'], page.headers['x-page'], page.headers['cache-control']]).toEqual([
    'yes',
    undefined,
    undefined,
  ])
  expect((await ask('/index.html')).headers['x-page']).toBe('a: b')

  const script = await ask('/assets/a%20b.js')
  expect(script.headers['content-type']).toBe('text/javascript; charset=utf-8')
  expect(script.headers['cache-control']).toBe('public, immutable')
  expect((await ask('/config.json')).headers['content-type']).toBe('application/json')
})

test('the browser is told to clear its storage by a page of the same origin only', async ({ ask }) => {
  const told = async (path: string, from?: string, mode = 'navigate') =>
    (await ask(path, from === undefined ? {} : { headers: { 'sec-fetch-site': from, 'sec-fetch-mode': mode } }))
      .headers['clear-site-data']
  expect(await told('/erased.html', 'same-origin')).toBe('"storage", "cache"')
  // What is only fetched erases nothing.
  for (const mode of ['cors', 'no-cors', 'same-origin'])
    expect(await told('/erased.html', 'same-origin', mode)).toBe(undefined)
  for (const from of [undefined, 'none', 'same-site', 'cross-site'])
    expect(await told('/erased.html', from)).toBe(undefined)
  expect(await told('/index.html', 'same-origin')).toBe(undefined)
})

test('any Host header is accepted', async ({ ask }) => {
  expect((await ask('/', { headers: { host: 'sotto.example:80' } })).status).toBe(200)
})

test('text is compressed for who takes it', async ({ ask }) => {
  const page = await ask('/', { headers: { 'accept-encoding': 'br, gzip' } })
  expect(page.headers['content-encoding']).toBe('gzip')
  expect(gunzipSync(page.body).toString()).toBe('<p>page</p>')
})

test('HEAD has no body, other methods are refused', async ({ ask }) => {
  const head = await ask('/', { method: 'HEAD' })
  expect([head.status, head.headers['content-length'], head.body.length]).toEqual([200, '11', 0])
  expect((await ask('/', { method: 'POST' })).status).toBe(405)
})

test('what is shared without a worker opens the page, which says so', async ({ ask }) => {
  const { status, headers } = await ask('/share', { method: 'POST' })
  expect([status, headers.location]).toEqual([303, './#/share'])
  expect((await ask('/share')).status).toBe(404)
  expect((await ask('/assets/share', { method: 'POST' })).status).toBe(405)
})

for (const path of [
  '/missing',
  '/assets',
  '/assets/',
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/..%2f..%2fsecret.txt',
  '/..%2fsite-two/secret.txt',
  '/..%5csecret.txt',
  '/%00',
  '/index.html%00.js',
  '/%zz',
  '//secret.txt',
])
  test(`nothing is found at ${path}`, async ({ ask }) => {
    const answer = await ask(path)
    expect(answer.status).toBe(404)
    expect(answer.body.toString()).not.toContain('secret')
  })

test('a _headers file is read as its hosts read it', () => {
  expect(parseHeaders(HEADERS)).toEqual([
    { path: '/*', headers: [['X-All', 'yes']] },
    { path: '/assets/*', headers: [['Cache-Control', 'public, immutable']] },
    { path: '/index.html', headers: [['X-Page', 'a: b']] },
  ])
})
