/** A host of the test's own, with a copy of the built site that can be changed, replaced by a newer build, and shut. */
import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { writeWorker } from '../../src/host/offline.ts'
import { attachRelay } from '../../src/host/relay.ts'
import { serveFolder } from '../../src/host/static.ts'
import { test as base } from './fixtures.ts'

/** The site works from any folder of a host. */
const PLACE = '/some/where/'

export type Site = {
  readonly home: string
  /** Where a file of it lies. */
  path(file: string): string
  /** Replaces a file. */
  put(file: string, content: string): void
  /** The same program under another id: every file that holds it or a hash of such a file is changed, as by a build. */
  release(id: string): Promise<void>
  /** Every request that came, as `GET /some/where/`. */
  readonly asked: readonly string[]
  /** Nothing answers any more. */
  shut(): Promise<void>
}

export const test = base.extend<{ site: Site }>({
  site: async ({}, use, testInfo) => {
    const folder = testInfo.outputPath('site')
    cpSync('dist', folder, { recursive: true })
    const asked: string[] = []
    const server = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`)
      // Whatever asks outside of the folder finds nothing.
      request.url = request.url?.startsWith(PLACE) ? request.url.slice(PLACE.length - 1) : '/nothing'
      serveFolder(folder, readFileSync(join(folder, '_headers'), 'utf8'))(request, response)
    })
    attachRelay(server, '/relay')
    const sockets = new Set<Socket>()
    server.on('connection', (socket: Socket) => sockets.add(socket))
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
    const shut = async (): Promise<void> => {
      if (!server.listening) return
      const closed = new Promise((done) => server.close(done))
      for (const socket of sockets) socket.destroy()
      await closed
    }
    await use({
      home: `http://127.0.0.1:${(server.address() as AddressInfo).port}${PLACE}`,
      path: (file) => join(folder, file),
      put: (file, content) => writeFileSync(join(folder, file), content),
      asked,
      release: (id) => release(folder, id),
      shut,
    })
    await shut()
  },
  baseURL: ({ site }, use) => use(site.home),
})

const hash = (algorithm: string, text: string): string =>
  `${algorithm}-${createHash(algorithm).update(text).digest('base64')}`

async function release(folder: string, id: string): Promise<void> {
  const page = readFileSync(join(folder, 'index.html'), 'utf8')
  const names = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'))
  const changes: [from: string, to: string][] = []
  for (const name of names) {
    const path = join(folder, 'assets', name)
    const before = readFileSync(path, 'utf8')
    const after = before.replaceAll(/\b[0-9a-f]{4}(-[0-9a-f]{4}){3}\b/g, id)
    writeFileSync(path, after)
    changes.push([hash('sha256', before), hash('sha256', after)])
  }
  const changed = changes.reduce((text, [from, to]) => text.replaceAll(from, to), page)
  const maps = [page, changed].map((text) => /<script type="importmap">(.*?)<\/script>/.exec(text)?.[1] ?? '')
  const [before = '', after = ''] = maps.map((map) => hash('sha256', map))
  writeFileSync(join(folder, 'index.html'), changed.replaceAll(before, after))
  const headers = join(folder, '_headers')
  writeFileSync(headers, readFileSync(headers, 'utf8').replaceAll(before, after))
  await writeWorker(folder, id)
}
