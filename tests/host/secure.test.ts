import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'playwright/test'
import { seal, trustSolid } from '../../src/host/secure.ts'

const PAGE = '<html><head><meta charset="utf-8"><script type="module" src="./assets/a.js"></script></head></html>'
const HEADERS =
  "/*\n  Content-Security-Policy: default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; frame-ancestors 'none'; base-uri 'none'\n"

function site(folder: string, page: string, headers: string): string {
  mkdirSync(join(folder, 'assets'), { recursive: true })
  writeFileSync(join(folder, 'assets', 'a.js'), 'run()')
  writeFileSync(join(folder, 'assets', 'later.js'), 'later()')
  writeFileSync(join(folder, 'index.html'), page)
  writeFileSync(join(folder, '_headers'), headers)
  return folder
}

test('a site is sealed: hashes in the tags, in the import map, and of the import map in both policies', ({}, testInfo) => {
  const dist = site(testInfo.outputPath('dist'), PAGE, HEADERS)
  seal(dist)
  const page = readFileSync(join(dist, 'index.html'), 'utf8')
  // sha256 of `run()` and `later()`, by openssl.
  const run = 'sha256-AvyuiL0SD1mVY3NNxR+V2uo+lhk6RMFrytWmRt6CrJQ='
  const later = 'sha256-f8plukodqiAw19oLr0fca/Sq1r/zaF/x6Vl1esaHkOw='
  const importMap = `{"integrity":{"./assets/a.js":"${run}","./assets/later.js":"${later}"}}`
  expect(page).toContain(`<script type="importmap">${importMap}</script>`)
  expect(page).toContain(`src="./assets/a.js" integrity="${run}">`)
  const allowed = "script-src 'self' 'sha256-v4uOLguXK+p14LikJ53YF0s6mErpsM0fYqkMop1vWug='; "
  expect(page).toContain(`content="default-src 'none'; ${allowed}base-uri 'none'"`)
  // WebAssembly is for a worker: the page itself takes it back.
  const sent = allowed.replace(';', " 'wasm-unsafe-eval';")
  expect(readFileSync(join(dist, '_headers'), 'utf8')).toContain(`${sent}frame-ancestors 'none'; base-uri 'none'`)
  expect(page.indexOf('http-equiv')).toBeLessThan(page.indexOf('<script'))
  expect(page.indexOf('importmap')).toBeLessThan(page.indexOf('type="module"'))
})

test('a site that cannot be sealed is not built', ({}, testInfo) => {
  expect(() => seal(site(testInfo.outputPath('no-policy'), PAGE, '/*\n'))).toThrow('Nothing matches')
  expect(() => seal(site(testInfo.outputPath('no-charset'), '<head></head>', HEADERS))).toThrow('Nothing matches')
})

test('the templates of Solid get a policy, and a changed Solid is refused', () => {
  const solid = readFileSync('node_modules/solid-js/web/dist/web.js', 'utf8')
  expect(trustSolid(solid)).toContain('t.innerHTML = trusted.createHTML(html);')
  expect(() => trustSolid(solid.replace('t.innerHTML = html', 't.setHTML(html)'))).toThrow('Solid changed')
  expect(() => trustSolid(solid + solid)).toThrow('Solid changed')
})
