import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'playwright/test'
import { pack } from '../../src/host/single.ts'

const PAGE = `<html><head><meta charset="utf-8" />
    <link rel="icon" href="./mark.svg" type="image/svg+xml" />
    <link rel="apple-touch-icon" href="./icon-180.png" />
    <link rel="manifest" href="./manifest.webmanifest" />
    <script type="module" crossorigin src="./assets/a.js"></script>
    <link rel="stylesheet" crossorigin href="./assets/a.css">
</head></html>
`

function built(folder: string, files: Readonly<Record<string, string>>): string {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  const all = { 'index.html': PAGE, 'assets/a.js': 'run()', 'assets/a.css': 'p{color:red}', ...files }
  for (const [file, text] of Object.entries(all)) writeFileSync(join(folder, file), text)
  return folder
}

const source = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

test('script and style stand in the page, and its policy lets nothing else run', ({}, testInfo) => {
  const dist = built(testInfo.outputPath('dist'), { 'assets/a.js': 'say("</script><b>$&")' })
  pack(dist)
  expect(readdirSync(dist)).toEqual(['sotto.html'])
  const page = readFileSync(join(dist, 'sotto.html'), 'utf8')
  const script = String.raw`say("<\/script><b>$&")`
  expect(page).toContain(`<script type="module">${script}</script>`)
  expect(page).toContain('<style>p{color:red}</style>')
  expect(page).toContain(`script-src ${source(script)}; style-src ${source('p{color:red}')}; img-src`)
  expect(page).toMatch(/require-trusted-types-for 'script'; trusted-types solid">/)
  expect(page).not.toMatch(
    /unsafe|frame-ancestors|(script|style|worker|manifest)-src 'self'|apple-touch|rel="manifest"/,
  )
  expect(page.indexOf('http-equiv')).toBeLessThan(page.indexOf('<script'))
})

test('what one file cannot hold is not built', ({}, testInfo) => {
  const wrong: readonly Readonly<Record<string, string>>[] = [
    { 'assets/b.js': 'later()' },
    { 'assets/a.js': 'say("<!--")' },
    { 'assets/a.css': 'p{background:url(./x.png)}' },
    { 'assets/a.css': 'p{}</style>' },
    { 'index.html': PAGE.replace('</head>', '<script src="./other.js"></script></head>') },
    { 'index.html': PAGE.replace('<meta charset="utf-8" />', '') },
  ]
  for (const [index, files] of wrong.entries())
    expect(() => pack(built(testInfo.outputPath(String(index)), files)), JSON.stringify(files)).toThrow(Error)
  pack(built(testInfo.outputPath('sound'), {}))
})
