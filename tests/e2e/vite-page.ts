/**
 * Modules of `src/` alone in a real browser, without the app: a blank page of the development server that imports them.
 * For rooms whose platform Node does not have (IndexedDB, Web Locks, WebRTC).
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test as base, type JSHandle, type Page } from 'playwright/test'
import { createServer, mergeConfig, type InlineConfig, type Plugin } from 'vite'

export type ModuleSite = {
  /** URL of a blank page from which `/src/…` and `/tests/…` can be imported. */
  readonly url: string
  close(): Promise<void>
}

/**
 * Serves the repository's modules from a free port of 127.0.0.1. Nothing is bundled or reloaded behind the test's back.
 * @param extra merged over this, e.g. `{ optimizeDeps: { include: ['a-commonjs-package'] } }`
 */
export async function serveModules(extra: InlineConfig = {}): Promise<ModuleSite> {
  const cacheDir = await mkdtemp(join(tmpdir(), 'sotto-modules-'))
  const config: InlineConfig = {
    configFile: false,
    root: fileURLToPath(new URL('../..', import.meta.url)),
    cacheDir,
    appType: 'custom',
    logLevel: 'error',
    publicDir: false,
    server: { host: '127.0.0.1', port: 0, strictPort: false, hmr: false, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true, include: [] },
    plugins: [blankPage],
  }
  const server = await createServer(mergeConfig(config, extra))
  await server.listen()
  const address = server.httpServer?.address()
  if (typeof address !== 'object' || address === null) throw new Error('the module server has no port')
  return {
    url: `http://127.0.0.1:${address.port}/`,
    async close() {
      await server.close()
      await rm(cacheDir, { recursive: true, force: true })
    },
  }
}

const blankPage: Plugin = {
  name: 'blank-page',
  configureServer(server) {
    server.middlewares.use((request, response, next) => {
      if (request.url !== '/') return next()
      response.setHeader('Content-Type', 'text/html')
      response.end('<!doctype html><meta charset="utf-8"><title>Modules</title><link rel="icon" href="data:,">')
    })
  },
}

/**
 * Imports a module in a page that shows the blank page.
 * @param path from the root of the repository, e.g. `/src/storage/history.ts`
 * @returns a handle on its namespace: `handle.evaluate((module) => module.something())`
 */
export async function importInto<Module>(page: Page, path: string): Promise<JSHandle<Module>> {
  return await page.evaluateHandle((url) => import(url) as Promise<Module>, path)
}

/** `test` with one such server a worker. */
export const test = base.extend<object, { modules: ModuleSite }>({
  modules: [
    async ({}, use) => {
      const site = await serveModules()
      await use(site)
      await site.close()
    },
    { scope: 'worker' },
  ],
})
