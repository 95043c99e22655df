import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'playwright/test'
import { WebSocket } from 'ws'
import { buildId, SOURCES } from '../../src/host/build-id.ts'
import { attachRelay } from '../../src/host/relay.ts'
import { RARE, sizes, totals } from '../../src/host/sizes.ts'
import { parseHeaders } from '../../src/host/static.ts'
import { ask } from './https.ts'
import { startServer, webServers } from './web-servers.ts'

/** What a phone on a slow line has to wait for, what it fetches in any case, and for a camera or a passphrase. */
const MAX_FIRST_BYTES = 60_000
const MAX_ALL_BYTES = 160_000
const MAX_RARE_BYTES = 95_000

/** Copies nothing but what the id of a build is made of, so that the id covers all that a build depends on. */
function copy(from: string, to: string): string {
  for (const name of SOURCES) cpSync(join(from, name), join(to, name), { recursive: true })
  symlinkSync(resolve('node_modules'), join(to, 'node_modules'))
  return to
}

/** Builds the sources in `root` as another person would: other folder, time zone, language, environment. */
function build(root: string, out: string, env: Record<string, string>): string {
  const vite = resolve('node_modules/vite/bin/vite.js')
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error', '--emptyOutDir', '--outDir', out], {
    cwd: root,
    env: { ...process.env, ...env },
  })
  return out
}

/** Path to hash of each file. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).sort()
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length), hash('sha256', readFileSync(path))]))
}

/** The first thing that a relay says to someone who asks it. */
function answerOf(url: string): Promise<unknown> {
  return new Promise((answered, failed) => {
    const socket = new WebSocket(url, { rejectUnauthorized: false })
    socket.once('open', () => socket.send(JSON.stringify(['REQ', 'any', { authors: ['0'.repeat(64)] }])))
    socket.once('message', (data: Buffer) => {
      answered(JSON.parse(data.toString()))
      socket.terminate()
    })
    socket.once('error', failed)
  })
}

function hash(algorithm: string, data: string | Uint8Array): string {
  return createHash(algorithm).update(data).digest('base64')
}

test.describe('the built site', () => {
  test.describe.configure({ mode: 'serial' })
  let sources: string
  let dist: string

  /** What `_headers` says for a path, in the form in which Node shows it. */
  function headersFor(path: string): Record<string, string> {
    const rules = parseHeaders(readFileSync(join(dist, '_headers'), 'utf8'))
    const covering = rules.filter((rule) =>
      rule.path.endsWith('*') ? path.startsWith(rule.path.slice(0, -1)) : rule.path === path,
    )
    const headers = covering.flatMap((rule) => rule.headers)
    expect(headers.length, path).toBeGreaterThan(covering.length)
    return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]))
  }

  test('builds', ({}, testInfo) => {
    sources = copy('.', testInfo.outputPath('sources'))
    dist = build(sources, testInfo.outputPath('dist'), { TZ: 'UTC', LC_ALL: 'C', NODE_ENV: 'test' })
  })

  test('is the same from another folder, zone, language and environment', ({}, testInfo) => {
    const again = copy(sources, testInfo.outputPath('another', 'folder'))
    const env = { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8', NODE_ENV: 'development' }
    expect(contents(build(again, testInfo.outputPath('dist'), env))).toEqual(contents(dist))
  })

  test('is served with the headers it was built with', async () => {
    const script = [resolve('src/host/run.mjs'), resolve('src/host/start.ts')]
    const server = spawn(process.execPath, script, { cwd: dirname(dist), env: { ...process.env, PORT: '0' } })
    try {
      const line = await new Promise<string>((said) =>
        server.stdout.once('data', (data: Buffer) => said(data.toString())),
      )
      const url = /^Sotto is at (http:\/\/localhost:\d+\/)\n$/.exec(line)?.[1] ?? ''
      const page = await fetch(url)
      expect(page.headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(page.headers.get('cache-control')).toBe('no-cache')
      expect(await page.text()).toBe(readFileSync(join(dist, 'index.html'), 'utf8'))
    } finally {
      server.kill()
    }
  })

  for (const server of webServers)
    test(`is served by ${server.name}, set up by the lines of the README, with the same headers and the relay`, async ({}, testInfo) => {
      const upstream = createServer()
      attachRelay(upstream, '/relay')
      await new Promise<void>((ready) => upstream.listen(0, '127.0.0.1', ready))
      const relay = `127.0.0.1:${(upstream.address() as AddressInfo).port}`
      const { port, stop } = await startServer(server, { dist, folder: testInfo.outputPath(server.name), relay })
      try {
        const page = readFileSync(join(dist, 'index.html'), 'utf8')
        expect((await ask(port, '/')).body).toBe(page)
        const [script = ''] = /assets\/index-[^"]+\.js/.exec(page) ?? []
        const [worker = ''] = readdirSync(join(dist, 'kdf'))
        const kdf = `kdf/${worker}`
        const files = ['', 'index.html', 'sw.js', 'config.json', 'turn.json', 'manifest.webmanifest', script, kdf]
        for (const path of files.map((file) => `/${file}`)) {
          const { status, headers } = await ask(port, path)
          expect(status, path).toBe(200)
          expect(headers, path).toMatchObject(headersFor(path))
        }
        for (const from of ['same-origin', 'cross-site', 'none', undefined]) {
          const { headers } = await ask(
            port,
            '/erased.html',
            from === undefined ? {} : { 'sec-fetch-site': from, 'sec-fetch-mode': 'navigate' },
          )
          expect(headers, String(from)).toMatchObject(headersFor('/erased.html'))
          expect(headers['clear-site-data'], String(from)).toBe(
            from === 'same-origin' ? '"storage", "cache"' : undefined,
          )
        }
        expect((await ask(port, '/', { 'sec-fetch-site': 'same-origin' })).headers['clear-site-data']).toBe(undefined)
        const form = { 'content-type': 'application/x-www-form-urlencoded' }
        const shared = await ask(port, '/share', form, `text=${'low+voice'.repeat(5_000)}`)
        expect([shared.status, shared.headers.location]).toEqual([303, './#/share'])
        expect(await answerOf(`wss://localhost:${port}/relay`)).toEqual(['EOSE', 'any'])
      } finally {
        await stop()
        upstream.close()
      }
    })

  test('lists every file that is not the host’s by its hash', () => {
    const lines = readFileSync(join(dist, 'manifest.sha256'), 'utf8').trimEnd().split('\n')
    const listed = lines.map((line) => /^([0-9a-f]{64}) {2}(\S+)$/.exec(line)?.slice(1))
    const files = Object.keys(contents(dist)).map((path) => path.slice(1))
    const theirs = ['config.json', 'manifest.sha256', 'turn.json']
    expect(listed.map((entry) => entry?.[1])).toEqual(files.filter((file) => !theirs.includes(file)).sort())
    for (const [sha256, file = ''] of listed.map((entry) => entry ?? []))
      expect(sha256, file).toBe(
        createHash('sha256')
          .update(readFileSync(join(dist, file)))
          .digest('hex'),
      )
  })

  test('is small', () => {
    const files = sizes(dist)
    const { first, all, rare } = totals(files)
    expect(first).toBeLessThanOrEqual(MAX_FIRST_BYTES)
    expect(all).toBeLessThanOrEqual(MAX_ALL_BYTES)
    expect(rare).toBeLessThanOrEqual(MAX_RARE_BYTES)
    expect(first).toBeGreaterThan(5_000)
    const [engine = ''] = files.filter(({ file }) => file.includes('engine')).map(({ file }) => file)
    // simple-peer is there, and what it would tell a debugger is not.
    expect(readFileSync(join(dist, engine), 'utf8')).toMatch(/ERR_WEBRTC_SUPPORT/)
    expect(readFileSync(join(dist, engine), 'utf8')).not.toMatch(/starting batched negotiation/)
    // What comes at once names nothing that would be asked for only once it is read.
    const [script = ''] = files
      .filter(({ file, first: atOnce }) => atOnce && file.endsWith('.js'))
      .map(({ file }) => file)
    expect(readFileSync(join(dist, script), 'utf8')).not.toMatch(/\bfrom\s*["'`]\.\/|^import\s*["'`]\.\//m)
    // Each name is one file, that no other names than to fetch it: `first-load.spec.ts` sees that nobody does unasked.
    expect(RARE.map((name) => files.filter(({ file }) => name.test(file)).length)).toEqual(RARE.map(() => 1))
  })

  test('names every script and style by its hash', () => {
    const page = readFileSync(join(dist, 'index.html'), 'utf8')
    const importMap = /<script type="importmap">(.*?)<\/script>/.exec(page)?.[1] ?? ''
    const { integrity } = JSON.parse(importMap) as { integrity: Record<string, string> }
    const scripts = readdirSync(join(dist, 'assets')).filter((name) => name.endsWith('.js'))
    expect(Object.keys(integrity)).toEqual(scripts.sort().map((name) => `./assets/${name}`))
    for (const [path, sri] of Object.entries(integrity))
      expect(sri).toBe(`sha256-${hash('sha256', readFileSync(join(dist, path)))}`)
    for (const [tag, path = ''] of page.matchAll(/<(?:script|link)[^>]*="([^"]+\.(?:js|css))"[^>]*>/g))
      expect(tag).toContain(`integrity="sha256-${hash('sha256', readFileSync(join(dist, path)))}"`)

    const policy = `script-src 'self' 'sha256-${hash('sha256', importMap)}';`
    expect(page).toContain(policy)
    const sent = policy.replace(/;$/, " 'wasm-unsafe-eval';")
    expect(readFileSync(join(dist, '_headers'), 'utf8')).toContain(sent)
  })

  test('has nothing that its policy would refuse, and names no other place', () => {
    const page = readFileSync(join(dist, 'index.html'), 'utf8')
    expect(page.match(/<script(?![^>]*\bsrc=)(?! type="importmap")|<style|\sstyle=|\son\w+=/g)).toBeNull()
    // Relative, so that the site works from any folder.
    expect([...page.matchAll(/(?:src|href)="(?!\.\/)([^"]*)"/g)].map(([, url]) => url)).toEqual([])
    for (const name of readdirSync(join(dist, 'assets')).filter((file) => file.endsWith('.js'))) {
      const script = readFileSync(join(dist, 'assets', name), 'utf8')
      // A constant style={{…}} in JSX ends up in a template as an attribute.
      expect(script.match(/<\w+[^<>`]*\sstyle=[^`]*/g), name).toBeNull()
    }
  })

  test('shows the id of its sources', () => {
    const id = buildId(sources)
    expect(id).toMatch(/^[0-9a-f]{4}(-[0-9a-f]{4}){3}$/)
    const scripts = readdirSync(join(dist, 'assets')).map((name) => readFileSync(join(dist, 'assets', name), 'utf8'))
    expect(scripts.some((script) => script.includes(id))).toBe(true)
  })
})
