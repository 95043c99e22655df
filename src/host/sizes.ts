import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

export type Size = {
  /** Path in the built site, with `/`. */
  readonly file: string
  readonly bytes: number
  /** As sent with gzip -9. */
  readonly gzip: number
  /** Named by the page itself, so it is fetched before anything can be used. */
  readonly first: boolean
}

/** Sizes of all files the built page can load; what it never asks for (`_headers`, the manifest) is left out. */
export function sizes(dist: string): Size[] {
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^_|^manifest\.sha256$/.test(basename(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const file = path.slice(dist.length).replaceAll('\\', '/').replace(/^\//, '')
      const content = readFileSync(path)
      const first = file === 'index.html' || (/\.(js|css)$/.test(file) && page.includes(`="./${file}"`))
      return { file, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length, first }
    })
}

/** Bytes with gzip: before the page can be used, and all together. */
export function totals(files: readonly Size[]): { readonly first: number; readonly all: number } {
  const sum = (list: readonly Size[]) => list.reduce((bytes, { gzip }) => bytes + gzip, 0)
  return { first: sum(files.filter(({ first }) => first)), all: sum(files) }
}

/** Prints what a visitor downloads, at each build. */
export function printSizes(): Plugin {
  let report: (text: string) => void
  return {
    name: 'sotto:sizes',
    apply: 'build',
    enforce: 'post',
    configResolved(config) {
      report = (text) => config.logger.info(text)
    },
    writeBundle: {
      order: 'post',
      sequential: true,
      handler({ dir }) {
        if (dir) report(table(sizes(dir)))
      },
    },
  }
}

function table(files: readonly Size[]): string {
  const { first, all } = totals(files)
  const row = (bytes: number, name: string) => `${(bytes / 1000).toFixed(1).padStart(7)} kB  ${name}`
  return [
    'gzip -9',
    ...files.map(({ file, gzip, first: atOnce }) => row(gzip, file + (atOnce ? '  (at once)' : ''))),
    row(first, 'until ready'),
    row(all, 'everything'),
  ].join('\n')
}
