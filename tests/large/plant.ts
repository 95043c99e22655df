/** Fills the profile of a browser with a long life, at the address where the app is, before the app is opened there. */
import { fileURLToPath } from 'node:url'
import type { BrowserContext } from 'playwright/test'
import { build } from 'vite'
import type { Life } from './life.ts'

type Module = typeof import('./life.ts')

let made: Promise<string> | undefined

/** One script that sets `life`. */
async function bundle(): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'error',
    publicDir: false,
    define: { 'import.meta.env.MODE': '"single"' },
    build: {
      write: false,
      target: 'es2022',
      lib: { entry: fileURLToPath(new URL('life.ts', import.meta.url)), formats: ['iife'], name: 'life' },
      rolldownOptions: { output: { codeSplitting: false } },
    },
  })
  const [output] = Array.isArray(built) ? built : [built]
  const file = output && 'output' in output ? output.output[0] : undefined
  if (file?.type !== 'chunk') throw new Error('nothing was built')
  return file.code
}

/** @returns the ids of the chats, by name */
export async function plantLife(
  context: BrowserContext,
  home: string,
  life: Life,
): Promise<Readonly<Record<string, string>>> {
  made ??= bundle()
  const code = await made
  const page = await context.newPage()
  const bare = new URL('bare', home).href
  await page.route(bare, (route) =>
    route.fulfill({ contentType: 'text/html', body: '<link rel="icon" href="data:,">' }),
  )
  await page.goto(bare)
  await page.evaluate(`${code}; globalThis.life = life`)
  const ids = await page.evaluate((given) => (globalThis as unknown as { life: Module }).life.live(given), life)
  await page.close()
  return ids
}
