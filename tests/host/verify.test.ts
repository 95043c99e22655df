/** A live host beside a build. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { expect, test as base } from 'playwright/test'
import { compare, type Comparison } from '../../src/host/comparison.ts'
import { serveFolder } from '../../src/host/static.ts'

const HEADERS = `# All
/*
  X-Content-Type-Options: nosniff
  Content-Security-Policy: default-src 'none'; frame-ancestors 'none'
/index.html
  Cache-Control: no-cache
`

type Site = {
  /** Where the live copy lies. */
  readonly live: string
  look(headers?: string): Promise<Comparison>
}

/** A build, and a host that serves a copy of it from a folder. */
const test = base.extend<{ site: Site }>({
  site: async ({}, use, testInfo) => {
    const [built, live] = [testInfo.outputPath('built'), testInfo.outputPath('live')]
    mkdirSync(join(built, 'assets'), { recursive: true })
    const files = { 'index.html': '<p>', 'assets/a.js': 'run()', 'config.json': '{}', _headers: HEADERS }
    for (const [file, text] of Object.entries(files)) writeFileSync(join(built, file), text)
    cpSync(built, live, { recursive: true })
    let headers = HEADERS
    const server = createServer((request, response) => {
      request.url = request.url?.replace(/^\/chat/, '')
      serveFolder(live, headers)(request, response)
    })
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    await use({
      live,
      look(sent = HEADERS) {
        headers = sent
        return compare(built, new URL(`http://127.0.0.1:${port}/chat`))
      },
    })
    server.close()
  },
})

test('a host that serves the build, with settings of its own, is found to do so', async ({ site }) => {
  writeFileSync(join(site.live, 'config.json'), '{"relays":["wss://relay.example"]}')
  expect(await site.look()).toEqual({
    files: [
      { file: 'assets/a.js', found: 'same' },
      { file: 'index.html', found: 'same' },
    ],
    own: [
      { file: 'config.json', text: '{"relays":["wss://relay.example"]}' },
      { file: 'turn.json', text: undefined },
    ],
    headers: [],
  })
})

test('what the host writes cannot steer the terminal it is shown on', async ({ site }) => {
  writeFileSync(join(site.live, 'config.json'), `\u001B[2J{\n"a": "\u202E${'x'.repeat(9_000)}"}`)
  const { own } = await site.look()
  expect(own[0]?.text).toMatch(/^\uFFFD\[2J\{ "a": "\uFFFDx{1900,2000}$/)
})

test('one byte more, less or other is found, in the page as in a part of it', async ({ site }) => {
  for (const [file, text] of [
    ['index.html', '<p> '],
    ['assets/a.js', 'run('],
    ['assets/a.js', 'ruN()'],
  ] as const) {
    const before = readFileSync(join(site.live, file))
    writeFileSync(join(site.live, file), text)
    const { files } = await site.look()
    expect(files.filter(({ found }) => found !== 'same')).toEqual([{ file, found: 'other', why: 'other bytes' }])
    writeFileSync(join(site.live, file), before)
  }
})

test('a file that is not there, and headers that are not sent, are named', async ({ site }) => {
  writeFileSync(join(site.live, 'index.html'), Buffer.alloc(17 * 1024 * 1024))
  cpSync(join(site.live, 'assets', 'a.js'), join(site.live, 'assets', 'b.js'))
  const { files, headers } = await site.look('/*\n  X-Content-Type-Options: nosniff\n')
  expect(files.at(-1)).toEqual({ file: 'index.html', found: 'missing', why: 'more bytes than any file of Sotto has' })
  expect(headers).toEqual(['Content-Security-Policy'])
})
