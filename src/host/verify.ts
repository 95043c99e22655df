/**
 * `npm run verify -- <url> [folder]`: whether a live host serves these sources. Builds them beside `dist/` (or takes the
 * build in `folder`), compares file by file, and says what it has not shown. Ends with 0 only if every file is the same.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { buildId } from './build-id.ts'
import { compare, type Comparison } from './comparison.ts'

const NOT_SHOWN = `
What this does not show: a host can serve these files to you now and others to somebody else, or tomorrow. It decides
what is in config.json and turn.json: which relays see when you meet, and which TURN servers carry sealed packets. It
sees who fetches the page. Ask from another network, and again later; or host the page yourself.
`

process.exitCode = await main(process.argv[2], process.argv[3])

async function main(address: string | undefined, folder: string | undefined): Promise<number> {
  if (address === undefined || !URL.canParse(address)) {
    process.stderr.write('Say which page: npm run verify -- https://chat.example.org/\n')
    return 2
  }
  const built = folder ?? mkdtempSync(join(tmpdir(), 'sotto-verify-'))
  try {
    if (folder === undefined) build(built)
    const comparison = await compare(built, new URL(address))
    process.stdout.write(
      report(comparison, folder === undefined ? `build ${buildId(process.cwd())}` : `the build in ${folder}`),
    )
    return comparison.files.every(({ found }) => found === 'same') ? 0 : 1
  } finally {
    if (folder === undefined) rmSync(built, { recursive: true, force: true })
  }
}

function build(out: string): void {
  const vite = resolve('node_modules/vite/bin/vite.js')
  execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error', '--emptyOutDir', '--outDir', out])
}

function report({ files, own, headers }: Comparison, name: string): string {
  const wrong = files.filter(({ found }) => found !== 'same')
  return [
    ...files.map(({ file, found, why }) => `${found.padEnd(8)} ${file}${why === undefined ? '' : `: ${why}`}`),
    ...own.map(({ file, text }) => `host’s   ${file}: ${text ?? 'not there'}`),
    headers.length === 0
      ? 'headers  all of _headers'
      : `headers  without ${headers.join(', ')}: the policy in the page holds all the same, but for frame-ancestors`,
    '',
    wrong.length === 0
      ? `All ${files.length} files are those of ${name}.`
      : `${wrong.length} of ${files.length} files are not those of ${name}. Do not use this page before you know why.`,
    NOT_SHOWN,
  ].join('\n')
}
