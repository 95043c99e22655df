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
  /** Asked for by what few people do, and not before: see `RARE`. The service worker keeps it beforehand, once all else is done. */
  readonly rare: boolean
}

/** The decoder of QR codes, for the camera; Argon2id, in a worker and without one, and what a passphrase needs besides; what storage
 * needs now and then (backups, a database of a former version); the end; tests of servers; a move to another device; screens that few see; the search. */
export const RARE: readonly RegExp[] = [
  /^assets\/decode-[\w-]+\.js$/,
  /^kdf\/kdf-worker-[\w-]+\.js$/,
  /^assets\/kdf-slow-[\w-]+\.js$/,
  /^assets\/keyring-[\w-]+\.js$/,
  /^assets\/keys-[\w-]+\.js$/,
  /^assets\/erase-[\w-]+\.js$/,
  /^assets\/probe-[\w-]+\.js$/,
  /^assets\/move-[\w-]+\.js$/,
  /^assets\/moving-[\w-]+\.js$/,
  /^assets\/rare-[\w-]+\.js$/,
  /^assets\/search-(?!worker-)[\w-]+\.js$/,
  /^assets\/search-worker-[\w-]+\.js$/,
  /^kdf\/search-worker-[\w-]+\.js$/,
]

/** Sizes of all files the built page can load; what it never asks for (`_headers`, the manifest) is left out. */
export function sizes(dist: string): Size[] {
  const first = namedFirst(dist)
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !/^_|^manifest\.sha256$/.test(basename(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => {
      const file = path.slice(dist.length).replaceAll('\\', '/').replace(/^\//, '')
      const content = readFileSync(path)
      const rare = RARE.some((name) => name.test(file))
      return { file, bytes: content.length, gzip: gzipSync(content, { level: 9 }).length, first: first.has(file), rare }
    })
}

/** The page, what it names, and what its script imports before it runs. */
function namedFirst(dist: string): ReadonlySet<string> {
  const first = new Set(['index.html'])
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  for (const [, file] of page.matchAll(/="\.\/(assets\/[\w-]+\.(?:js|css))"/g)) if (file) first.add(file)
  // A set is walked on while it grows.
  for (const file of first) {
    if (!file.endsWith('.js')) continue
    const code = readFileSync(join(dist, file), 'utf8')
    for (const [, name] of code.matchAll(/(?:from|import)"\.\/([\w-]+\.js)"/g)) first.add(`assets/${name}`)
  }
  return first
}

/** Bytes with gzip: before the page can be used, all but what is rarely used, and that. */
export function totals(files: readonly Size[]): {
  readonly first: number
  readonly all: number
  readonly rare: number
} {
  const sum = (list: readonly Size[]) => list.reduce((bytes, { gzip }) => bytes + gzip, 0)
  const [first, all, rare] = [
    files.filter((file) => file.first),
    files.filter((file) => !file.rare),
    files.filter((file) => file.rare),
  ]
  return { first: sum(first), all: sum(all), rare: sum(rare) }
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
  const { first, all, rare } = totals(files)
  const row = (bytes: number, name: string) => `${(bytes / 1000).toFixed(1).padStart(7)} kB  ${name}`
  return [
    'gzip -9',
    ...files.map((one) => row(one.gzip, one.file + (one.first ? '  (at once)' : one.rare ? '  (when used)' : ''))),
    row(first, 'until ready'),
    row(all, 'everything but'),
    row(rare, 'what is fetched when used'),
  ].join('\n')
}
