/**
 * The headers of `_headers` in the words of other web servers, beside it in the built site: `_nginx.conf` and `_caddy`.
 * Made at each build, for the policy names the hash of the page's import map.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { CLEARING, parseHeaders, SHARING, type Rule } from './static.ts'

const NOTE =
  '# Made from _headers of this build; for a site at the root of its host. Reload the server after each build.\n'

/** Vite plugin: behind the one that seals `_headers`, before those that list the files. */
export function recipes(): Plugin {
  return {
    name: 'sotto:recipes',
    apply: 'build',
    enforce: 'post',
    writeBundle: {
      sequential: true,
      handler({ dir }) {
        if (!dir) return
        const rules = parseHeaders(readFileSync(join(dir, '_headers'), 'utf8'))
        writeFileSync(join(dir, '_nginx.conf'), nginx(rules))
        writeFileSync(join(dir, '_caddy'), caddy(rules))
      },
    },
  }
}

/** For `include` inside of a `server` block. A location that adds one header forgets all that stand outside of it. */
export function nginx(rules: readonly Rule[]): string {
  const line = ([name, value]: Header) => `add_header ${name} ${quoted(value)} always;\n`
  const blocks = rules.map(({ path, headers }) => {
    if (path === ALL) return headers.map(line).join('')
    const place = path.endsWith('*') ? `^~ ${path.slice(0, -1)}` : `= ${path}`
    const others = forAll(rules).filter(([name]) => !headers.some(([own]) => own === name))
    const lines = [...others, ...headers].map((header) => `  ${line(header)}`)
    if (path === CLEARING.path) lines.push(nginxClearing())
    return `location ${place} {\n${lines.join('')}}\n`
  })
  return `${NOTE}${blocks.join('')}location = ${SHARING.path} { return 303 ${SHARING.to}; }\n`
}

/** For `import` inside of a site block. Whatever its order: what holds for all is set last, and `?` leaves what is there. */
export function caddy(rules: readonly Rule[]): string {
  const lines = rules.flatMap(({ path, headers }) =>
    headers.map(([name, value]) => `header ${path === ALL ? '?' : `${path} `}${name} ${quoted(value)}\n`),
  )
  const { path, from, mode, header } = CLEARING
  const only = `@clearing {\n  path ${path}\n  header Sec-Fetch-Site ${from}\n  header Sec-Fetch-Mode ${mode}\n}\n`
  const clearing = `${only}header @clearing ${header[0]} \`${header[1]}\`\n`
  return `${NOTE}${lines.join('')}${clearing}redir ${SHARING.path} ${SHARING.to} 303\n`
}

/** A header whose value is empty is not sent. */
function nginxClearing(): string {
  const { from, mode, header } = CLEARING
  return (
    `  set $clearing "";\n  set $comes "$http_sec_fetch_site $http_sec_fetch_mode";\n` +
    `  if ($comes = "${from} ${mode}") { set $clearing '${header[1]}'; }\n` +
    `  add_header ${header[0]} $clearing always;\n`
  )
}

const ALL = '/*'
type Header = Rule['headers'][number]

function forAll(rules: readonly Rule[]): readonly Header[] {
  return rules.filter(({ path }) => path === ALL).flatMap(({ headers }) => headers)
}

/** @throws Error where a server would read more into the text than what it says */
function quoted(value: string): string {
  if (/["\\${}`]/.test(value)) throw new Error(`No web server's recipe can hold the header value ${value}`)
  return `"${value}"`
}
