/** Builds the pages of `floor/` and serves them as `npm start` serves the app: the same server, headers and relay. */
import { spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build, type Plugin } from 'vite'
import { alias } from '../../src/net/simple-peer/alias.ts'
import { libraryModule } from './libraries.ts'
import { DIST, ROOT } from './paths.ts'

const PAGES = ['backup', 'libraries', 'peer', 'protocol', 'texts'] as const
type Page = (typeof PAGES)[number]

export type Floor = {
  /** Where a page is served. */
  readonly url: (page: Page) => string
  /** Its files. */
  readonly folder: (page: Page) => string
  close(): Promise<void>
}

export async function serveFloor(): Promise<Floor> {
  const home = await mkdtemp(join(tmpdir(), 'sotto-floor-'))
  // Solid's development version would be another library.
  process.env['NODE_ENV'] = 'production'
  const libraries = await libraryModule()
  for (const page of PAGES) await buildPage(page, join(home, 'dist', page), libraries)
  cpSync(join(DIST, '_headers'), join(home, 'dist', '_headers'))
  const script = [join(ROOT, 'src/host/run.mjs'), join(ROOT, 'src/host/start.ts')]
  const server = spawn(process.execPath, script, {
    cwd: home,
    env: { ...process.env, HOST: 'localhost', PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const line = await new Promise<string>((said, failed) => {
    server.stdout.once('data', (data: Buffer) => said(data.toString()))
    server.once('exit', (code) => failed(new Error(`the server of the floor pages ended with ${code}`)))
  })
  const origin = /http:\S+\//.exec(line)?.[0] ?? ''
  return {
    url: (page) => `${origin}${page}/`,
    folder: (page) => join(home, 'dist', page),
    async close() {
      server.removeAllListeners('exit').kill()
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** With the settings of the app's own build that decide about size and speed. */
async function buildPage(page: Page, outDir: string, libraries: string): Promise<void> {
  await build({
    configFile: false,
    root: fileURLToPath(new URL(`./floor/${page}`, import.meta.url)),
    base: './',
    logLevel: 'error',
    resolve: { alias },
    plugins: [virtual('virtual:libraries', libraries)],
    build: {
      outDir,
      target: 'es2022',
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      reportCompressedSize: false,
    },
  })
}

function virtual(name: string, code: string): Plugin {
  return {
    name,
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? code : undefined),
  }
}
