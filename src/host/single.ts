/**
 * `npm run build:single`: the whole page as one HTML file that may also be opened from a disk. Script and style stand in
 * it, and the policy names each by its hash; there is no service worker, no manifest and no file beside it.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const SINGLE = 'sotto.html'
const PUBLIC = fileURLToPath(new URL('../../public/', import.meta.url))

/**
 * Makes the finished site in `dist` one file and takes the others away.
 * @throws Error if there is anything that would have to be fetched, or that a page cannot hold
 */
export function pack(dist: string): void {
  const assets = readdirSync(join(dist, 'assets'))
  const [script = '', style = ''] = ['.js', '.css'].map((end) => only(dist, assets, end))
  if (assets.length !== 2) throw new Error(`One script and one style were expected, not ${assets.join(', ')}.`)
  // A `</script` in a string would end the script; behind `<!--` browsers read on by other rules.
  const code = script.replaceAll('</script', String.raw`<\/script`)
  if (code.includes('<!--') || style.includes('</')) throw new Error('The page cannot hold its script or its style.')
  if (/url\((?!["']?(data:|#))/.test(style)) throw new Error('The style asks for other files.')

  const icon = `data:image/svg+xml;base64,${readFileSync(join(PUBLIC, 'mark.svg')).toString('base64')}`
  const headers = readFileSync(join(PUBLIC, '_headers'), 'utf8')
  const policy = policyOf(headers, sourceOf(code), sourceOf(style))
  const page = [
    replacer(/<meta charset="?utf-8"?\s*\/?>/i, (tag) => `${tag}\n    ${metaTag(policy)}`),
    replacer(/<script type="module"[^>]*><\/script>/, () => `<script type="module">${code}</script>`),
    replacer(/<link rel="stylesheet"[^>]*>/, () => `<style>${style}</style>`),
    replacer(/(<link rel="icon" href=")[^"]*/, (_, start: string) => start + icon),
    replacer(/ *<link rel="apple-touch-icon"[^>]*>\n/, () => ''),
    replacer(/ *<link rel="manifest"[^>]*>\n/, () => ''),
  ].reduce((text, replace) => replace(text), readFileSync(join(dist, 'index.html'), 'utf8'))
  const files = [...page.matchAll(/<(?:script|link)[^>]*?(?:src|href)="(?!data:)([^"]*)"/g)]
  if (files.length > 0) throw new Error(`The page asks for other files: ${files.map(([, file]) => file).join(', ')}.`)

  for (const name of readdirSync(dist)) rmSync(join(dist, name), { recursive: true })
  writeFileSync(join(dist, SINGLE), page)
}

function only(dist: string, assets: readonly string[], end: string): string {
  const name = assets.find((file) => file.endsWith(end))
  if (name === undefined) throw new Error(`The build has no ${end} file.`)
  return readFileSync(join(dist, 'assets', name), 'utf8')
}

/** The policy of the site, without what the one file does not have, or what works as a header only. */
function policyOf(headers: string, script: string, style: string): string {
  const [, policy = ''] = /Content-Security-Policy: *(.+)/.exec(headers) ?? []
  return [
    replacer(/script-src 'self' 'wasm-unsafe-eval'/, () => `script-src ${script}`),
    replacer(/style-src 'self'/, () => `style-src ${style}`),
    replacer(/ worker-src 'self';/, () => ''),
    replacer(/ manifest-src 'self';/, () => ''),
    replacer(/ frame-ancestors 'none';/, () => ''),
    replacer(/ worker kdf$/, () => ''),
  ].reduce((text, replace) => replace(text), policy.trim())
}

function metaTag(policy: string): string {
  return `<meta http-equiv="Content-Security-Policy" content="${policy}">`
}

function sourceOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`
}

/** @throws Error where the text does not have the place */
function replacer(place: RegExp, by: (found: string, ...groups: string[]) => string): (text: string) => string {
  return (text) => {
    if (!place.test(text)) throw new Error(`Nothing matches ${place}.`)
    return text.replace(place, by)
  }
}
