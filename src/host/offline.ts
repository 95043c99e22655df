/** Writes `sw.js`, the service worker, into the built site: `worker.ts` with the hashes of all files it has to keep. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transformWithOxc, type Plugin } from 'vite'
import { entries } from './manifest.ts'
import type { Files } from './worker.ts'

export const WORKER = 'sw.js'
const SOURCE = fileURLToPath(new URL('worker.ts', import.meta.url))

/** Vite plugin: behind everything that changes files. */
export function offline(build: string): Plugin {
  return {
    name: 'sotto:offline',
    apply: 'build',
    enforce: 'post',
    writeBundle: {
      sequential: true,
      async handler({ dir }) {
        if (dir) await writeWorker(dir, build)
      },
    },
  }
}

/** @param build the id that a page with these files shows */
export async function writeWorker(dist: string, build: string): Promise<void> {
  const files: Files = Object.fromEntries(
    entries(dist)
      .map(({ file }) => file)
      // Nobody goes to `erased.html` but who has erased all this, and what a host says of it must reach no worker.
      .filter((file) => file !== WORKER && file !== 'erased.html' && !file.startsWith('_'))
      .map((file) => [file === 'index.html' ? './' : file, integrityOf(join(dist, file))]),
  )
  const { code } = await transformWithOxc(readFileSync(SOURCE, 'utf8'), SOURCE)
  const constants = `const __FILES__ = ${JSON.stringify(files)}, __BUILD__ = ${JSON.stringify(build)};\n`
  writeFileSync(join(dist, WORKER), constants + plain(code))
}

/** Only whole lines and blocks: nothing else in the file begins like a comment. A classic script exports nothing. */
function plain(code: string): string {
  return code.replaceAll(/^\s*(\/\*\*[\s\S]*?\*\/|\/\/.*)\n/gm, '').replace(/^export \{\s*\};?\n/m, '')
}

function integrityOf(path: string): string {
  return `sha256-${createHash('sha256').update(readFileSync(path)).digest('base64')}`
}
