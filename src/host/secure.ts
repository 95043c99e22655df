/**
 * Ties the built page to its own files: a Content-Security-Policy, Trusted Types, and the hash of every script and
 * style. The policy has one home, `public/_headers`; the page repeats it for hosts that cannot send headers.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'

const SOLID_SINK = 't.innerHTML = html;'
const SOLID_POLICY = `const trusted = globalThis.trustedTypes?.createPolicy("solid", { createHTML: (html) => html }) ?? { createHTML: (html) => html };\n`

/**
 * Vite plugin for the build; the development server has to inject its own code and stays without.
 * @param finish what is done with the finished site
 */
export function secure(finish: (dist: string) => void = seal): Plugin {
  let solid = false
  return {
    name: 'sotto:secure',
    apply: 'build',
    enforce: 'post',
    transform: {
      filter: { id: /\/solid-js\/web\/dist\/web\.js$/ },
      handler(code) {
        solid = true
        return { code: trustSolid(code), map: null }
      },
    },
    writeBundle: {
      sequential: true,
      handler({ dir }) {
        if (!solid)
          throw new Error('The web build of Solid was not found, so its templates have no Trusted Types policy.')
        if (dir) finish(dir)
      },
    },
  }
}

/**
 * Gives Solid's one HTML sink, `template()`, a Trusted Types policy. Only code of this module can reach the policy, and
 * the compiler only hands it string literals of our own components; every other HTML sink of the page stays closed.
 * @throws Error if Solid's line is not there exactly once, rather than ship a page that cannot draw
 */
export function trustSolid(code: string): string {
  const parts = code.split(SOLID_SINK)
  if (parts.length !== 2) throw new Error(`Solid changed: expected one “${SOLID_SINK}”, found ${parts.length - 1}.`)
  return SOLID_POLICY + parts.join('t.innerHTML = trusted.createHTML(html);')
}

/**
 * Writes hashes and policy into the finished site in `dist`: hashes stand in each tag, and for chunks loaded later in
 * an import map, which the policy in turn names by its own hash. Reads the files as they lie on disk, so that nothing
 * can change them after they were counted.
 * @throws Error if the page or its `_headers` lacks what is needed
 */
export function seal(dist: string): void {
  const scripts = readdirSync(join(dist, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .sort()
  const integrity = Object.fromEntries(
    scripts.map((name) => [`./assets/${name}`, fileHash(join(dist, 'assets', name))]),
  )
  const importMap = JSON.stringify({ integrity })

  const headersPath = join(dist, '_headers')
  const headers = allow(readFileSync(headersPath, 'utf8'), `'sha256-${hash(importMap)}'`)
  const pagePath = join(dist, 'index.html')
  // Without its indentation: every byte here is one that people wait for.
  const page = pin(readFileSync(pagePath, 'utf8').replaceAll(/\n\s+/g, '\n'), dist)
  const head =
    `\n<meta http-equiv="Content-Security-Policy" content="${metaPolicy(headers)}">` +
    `\n<script type="importmap">${importMap}</script>`

  writeFileSync(headersPath, headers)
  writeFileSync(pagePath, insertAfter(page, /<meta charset="?utf-8"?\s*\/?>/i, head))
}

/** Lets the policy in `_headers` accept the inline import map. */
function allow(headers: string, source: string): string {
  return insertAfter(headers, /Content-Security-Policy:.*\bscript-src 'self'/, ` ${source}`)
}

/** The policy for `<meta>`: browsers complain about `frame-ancestors` there, which only works as a header. WebAssembly is for a worker. */
function metaPolicy(headers: string): string {
  const policy = /Content-Security-Policy: *(.+)/.exec(headers)?.[1] ?? ''
  return policy
    .replace(/; *frame-ancestors [^;]*/, '')
    .replace(" 'wasm-unsafe-eval'", '')
    .trim()
}

/** Adds its hash to each tag that loads a script or a style of ours. */
function pin(page: string, dist: string): string {
  return page.replace(
    /<(?:script|link)\b[^>]*?(?:src|href)="\.\/(assets\/[^"]+\.(?:js|css))"[^>]*?(?=>)/g,
    (tag, file: string) => `${tag} integrity="${fileHash(join(dist, file))}"`,
  )
}

function insertAfter(text: string, place: RegExp, addition: string): string {
  const found = place.exec(text)
  if (!found) throw new Error(`Nothing matches ${place}.`)
  const end = found.index + found[0].length
  return text.slice(0, end) + addition + text.slice(end)
}

/** As in an `integrity` attribute. */
function fileHash(path: string): string {
  return `sha256-${hash(readFileSync(path))}`
}

function hash(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('base64')
}
