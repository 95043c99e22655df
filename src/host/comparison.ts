/** A live host beside a build: which of its files are the built ones, byte by byte, and which headers it sends. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { entries, OF_THE_HOST, sha256 } from './manifest.ts'
import { parseHeaders } from './static.ts'

/** Of one answer; the largest file of a build is far smaller. */
const MAX_BYTES = 16 * 1024 * 1024
const TIMEOUT_MS = 30_000
const MAX_SHOWN = 2_000
/** Said in `public/_headers` for every file. */
const FOR_ALL = '/*'

export type Finding = {
  readonly file: string
  readonly found: 'same' | 'other' | 'missing'
  /** For `other` and `missing`: what the host answered. */
  readonly why?: string
}

export type Comparison = {
  readonly files: readonly Finding[]
  /** What the host wrote itself, as text; undefined: not there. */
  readonly own: readonly { readonly file: string; readonly text: string | undefined }[]
  /** Headers of `_headers` that the page does not come with, or not so. */
  readonly headers: readonly string[]
}

/**
 * Asks the host for each file of `dist` but those that hosts read and need not serve (`_headers` and its like): these are
 * compared by what they send.
 * @param site the address of the page; `index.html` is asked for by it, as browsers do
 */
export async function compare(dist: string, site: URL): Promise<Comparison> {
  const base = new URL(site.pathname.endsWith('/') ? site : `${site.href}/`)
  const files: Finding[] = []
  for (const { file, sha256: hash } of entries(dist)) {
    if (file.startsWith('_')) continue
    files.push({ file, ...(await look(new URL(file === 'index.html' ? '' : file, base), hash)) })
  }
  const own = []
  for (const file of OF_THE_HOST) own.push({ file, text: await textOf(new URL(file, base)) })
  return { files, own, headers: await missingHeaders(base, readFileSync(join(dist, '_headers'), 'utf8')) }
}

async function look(url: URL, hash: string): Promise<Omit<Finding, 'file'>> {
  try {
    const response = await get(url)
    if (!response.ok) return { found: 'missing', why: `status ${response.status}` }
    return sha256(await bytesOf(response)) === hash ? { found: 'same' } : { found: 'other', why: 'other bytes' }
  } catch (error) {
    return { found: 'missing', why: reasonOf(error) }
  }
}

async function textOf(url: URL): Promise<string | undefined> {
  try {
    const response = await get(url)
    return response.ok ? oneLine(new TextDecoder().decode(await bytesOf(response))) : undefined
  } catch {
    return undefined
  }
}

/** What a host writes is shown on a terminal: no more than a screen of it, and nothing that steers one. */
function oneLine(text: string): string {
  const plain = text
    .slice(0, MAX_SHOWN)
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '\uFFFD')
  return plain.trim()
}

async function missingHeaders(url: URL, text: string): Promise<string[]> {
  const wanted = parseHeaders(text).find(({ path }) => path === FOR_ALL)?.headers ?? []
  const response = await get(url).catch(() => undefined)
  return wanted.filter(([name, value]) => response?.headers.get(name) !== value).map(([name]) => name)
}

function get(url: URL): Promise<Response> {
  return fetch(url, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT_MS) })
}

/** @throws Error if there is more than any built file has */
async function bytesOf(response: Response): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += part.length
    if (length > MAX_BYTES) throw new Error('more bytes than any file of Sotto has')
    parts.push(part)
  }
  return Buffer.concat(parts)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? error.cause.message : error.message
}
