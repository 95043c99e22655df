import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Everything the built page is made of, and nothing that differs between two clones. */
export const SOURCES = [
  'index.html',
  'package-lock.json',
  'package.json',
  'public',
  'src',
  'tsconfig.json',
  'vite.config.ts',
]

/**
 * Names the sources of a build, so that two people can tell whether they run the same program: the first 64 bits of
 * SHA-256 over every path and content, as `0123-4567-89ab-cdef`. No time and no machine enters, so that a rebuild of
 * the same sources has the same name.
 * @throws Error if `root` holds no such source tree
 */
export function buildId(root: string): string {
  const all = createHash('sha256')
  for (const path of SOURCES.flatMap((name) => filesBelow(root, name))) {
    // Hashes of fixed length, so that no content can pass for another path.
    all.update(sha256(path)).update(sha256(readFileSync(join(root, path))))
  }
  return all
    .digest('hex')
    .slice(0, 16)
    .replace(/(.{4})(?=.)/g, '$1-')
}

/** The file itself, or all files below a folder, with `/` between names and in the same order everywhere. */
function filesBelow(root: string, path: string): string[] {
  const children = listing(join(root, path))
  if (!children) return [path]
  return children.sort().flatMap((name) => filesBelow(root, `${path}/${name}`))
}

function listing(path: string): string[] | undefined {
  try {
    return readdirSync(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}

function sha256(data: string | Uint8Array): Buffer {
  return createHash('sha256').update(data).digest()
}
