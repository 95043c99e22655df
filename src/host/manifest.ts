/** The list of all files of a build with their hashes, in the form that `sha256sum --check` reads. */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

export const MANIFEST = 'manifest.sha256'
/** What a host writes itself. */
export const OF_THE_HOST: readonly string[] = ['config.json', 'turn.json']

export type Entry = {
  /** Path in the built site, with `/`. */
  readonly file: string
  /** SHA-256, hex. */
  readonly sha256: string
}

/** All files of the built site but the manifest and what the host writes, in the order of their paths. */
export function entries(dist: string): Entry[] {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(dist.length).replaceAll('\\', '/').replace(/^\//, ''))
    .filter((file) => file !== MANIFEST && !OF_THE_HOST.includes(file))
    .sort()
    .map((file) => ({ file, sha256: sha256(readFileSync(join(dist, file))) }))
}

export function sha256(data: Uint8Array): string {
  return createHash('sha256').update(data).digest('hex')
}

/** Vite plugin: writes the manifest beside the finished files. */
export function manifest(): Plugin {
  return {
    name: 'sotto:manifest',
    apply: 'build',
    enforce: 'post',
    writeBundle: {
      order: 'post',
      sequential: true,
      handler({ dir }) {
        if (!dir) return
        const lines = entries(dir).map(({ file, sha256: hash }) => `${hash}  ${file}\n`)
        writeFileSync(join(dir, MANIFEST), lines.join(''))
      },
    },
  }
}
