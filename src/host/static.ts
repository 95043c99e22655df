/** A static file server for one folder, for development and tests: what any static host does, and no more. */
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { extname, join, resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.wasm': 'application/wasm',
}
/** Types that are not compressed already. */
const COMPRESSIBLE = /^(text|application\/(json|manifest))|svg/

const compress = promisify(gzip)

/** Far more than the site has; a disk may call one file by many names. */
const MAX_ZIPPED = 500

/** A file as it was when it was last asked for, and compressed. */
type Zipped = { readonly content: Buffer; readonly zipped: Promise<Buffer> }

/**
 * A page that comes here has erased everything, and the browser is to do the same for the whole origin. Only a page of this
 * origin that goes there: else any other page could have it erased, by a link, and whatever fetches the file by the way.
 */
export const CLEARING = {
  path: '/erased.html',
  from: 'same-origin',
  mode: 'navigate',
  header: ['Clear-Site-Data', '"storage", "cache"'],
} as const

/**
 * What is shared with the app goes to its worker. Where that is gone while the app is still there, it comes here: nobody reads
 * it, and the page that is shown instead says so.
 */
export const SHARING = { path: '/share', to: './#/share' } as const

export type Rule = { readonly path: string; readonly headers: readonly (readonly [name: string, value: string])[] }

/** Answers every request from `folder`, whatever its Host header, with the headers that `headersFile` gives the path. */
export function serveFolder(folder: string, headersFile: string): RequestListener {
  const root = resolve(folder)
  const rules = parseHeaders(headersFile)
  // One a file of the folder: to compress one takes longer than all else that is done for it.
  const known = new Map<string, Zipped>()
  const zip = (file: string, content: Buffer): Promise<Buffer> => {
    const before = known.get(file)
    if (before?.content.equals(content)) return before.zipped
    if (known.size >= MAX_ZIPPED) known.clear()
    const zipped = compress(content)
    known.set(file, { content, zipped })
    return zipped
  }
  return (request, response) => {
    answer(root, rules, zip, request, response).catch(() => response.writeHead(500).end())
  }
}

/**
 * Reads the `_headers` form of Netlify and Cloudflare Pages: a path (`*` at its end stands for anything) on a line of
 * its own, below it indented `Name: value` lines; `#` begins a comment.
 */
export function parseHeaders(text: string): Rule[] {
  const rules: { path: string; headers: [string, string][] }[] = []
  for (const line of text.split(/\r?\n/)) {
    if (!line.trim() || line.trimStart().startsWith('#')) continue
    if (/^\S/.test(line)) rules.push({ path: line.trim(), headers: [] })
    else {
      const colon = line.indexOf(':')
      rules.at(-1)?.headers.push([line.slice(0, colon).trim(), line.slice(colon + 1).trim()])
    }
  }
  return rules
}

async function answer(
  root: string,
  rules: readonly Rule[],
  zip: (file: string, content: Buffer) => Promise<Buffer>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = pathOf(request.url ?? '/')
  for (const rule of rules)
    if (path !== undefined && covers(rule, path))
      rule.headers.forEach(([name, value]) => response.setHeader(name, value))
  const { 'sec-fetch-site': site, 'sec-fetch-mode': mode } = request.headers
  if (path === CLEARING.path && site === CLEARING.from && mode === CLEARING.mode) response.setHeader(...CLEARING.header)
  if (request.method === 'POST' && path === SHARING.path) {
    response.writeHead(303, { location: SHARING.to }).end()
    return
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  const file = path === undefined ? undefined : fileOf(root, path)
  const content = file && (await readFile(file).catch(() => undefined))
  if (path === undefined || !content) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('Not found\n')
    return
  }
  const type = TYPES[extname(path) || '.html'] ?? 'application/octet-stream'
  const zipped = COMPRESSIBLE.test(type) && /\bgzip\b/.test(String(request.headers['accept-encoding']))
  const body = zipped ? await zip(file, content) : content
  if (zipped) response.setHeader('content-encoding', 'gzip').setHeader('vary', 'accept-encoding')
  response.writeHead(200, { 'content-type': type, 'content-length': body.length })
  response.end(request.method === 'HEAD' ? undefined : body)
}

/** The decoded path of a request, or undefined if it is not well-formed. */
function pathOf(url: string): string | undefined {
  try {
    // Not by the URL class, to which `//name` is a host.
    return decodeURIComponent(url.replace(/[?#].*/, ''))
  } catch {
    return undefined
  }
}

function covers(rule: Rule, path: string): boolean {
  return rule.path.endsWith('*') ? path.startsWith(rule.path.slice(0, -1)) : path === rule.path
}

/** The file a path names, `index.html` for a folder; undefined outside of `root`. */
function fileOf(root: string, path: string): string | undefined {
  const file = resolve(join(root, path.endsWith('/') ? `${path}index.html` : path))
  return file.startsWith(root + sep) && !file.includes('\0') ? file : undefined
}
