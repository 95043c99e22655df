import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import {
  arrowViolations,
  formViolations,
  layoutViolations,
  libraryViolations,
  wordViolations,
  type Tree,
} from './guards.ts'

/** Text files of the source and the tests. */
function house(): Tree {
  const paths = ['src', 'tests'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|cjs|mjs|css|svg)$/.test(entry.name))
      .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/')),
  )
  return new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]))
}

test('imports follow the arrows of the house', () => {
  expect(arrowViolations(house())).toEqual([])
})

test('each library has its one importer', () => {
  expect(libraryViolations(house())).toEqual([])
})

test('the protocol is pure and nothing reaches for what is banned', () => {
  expect(wordViolations(new Map([...house()].filter(([path]) => path.startsWith('src/'))))).toEqual([])
})

test('files keep their form', () => {
  expect(formViolations(house())).toEqual([])
})

test('the top level holds the agreed layout', () => {
  expect(layoutViolations(readdirSync('.'))).toEqual([])
})

/** A small house that breaks nothing; the cases below each add or replace one file. */
const SOUND = new Map([
  ['src/protocol/bytes.ts', 'export type Bytes = Uint8Array\nexport const one = 1 // no Date, no document\n'],
  ['src/protocol/primitives.ts', "import { sha256 } from '@noble/hashes/sha2.js'\nexport { sha256 }\n"],
  [
    'src/chat/ports.ts',
    "import type { Bytes } from '../protocol/bytes.ts'\nexport type Port = Bytes\nexport const limit = 1\n",
  ],
  [
    'src/net/peer.ts',
    "import Peer from 'simple-peer'\nimport type { Port } from '../chat/ports.ts'\nexport type P = [Peer, Port]\n",
  ],
  ['src/net/schema.ts', "import * as v from 'valibot'\nexport { v }\n"],
  [
    'src/storage/history.ts',
    "import { openDB } from 'idb'\nimport { one } from '../protocol/bytes.ts'\nexport { openDB, one }\n",
  ],
  ['src/screen/store.ts', "import { createStore } from 'solid-js/store'\nexport { createStore }\n"],
  ['src/screen/look.css', 'body { color: red }\n'],
  [
    'src/screen/App.tsx',
    "import './look.css'\nimport { limit } from '../chat/ports.ts'\nexport const App = () => <p title={limit}>don't</p>\n",
  ],
  ['src/host/start.ts', "import { createServer } from 'node:http'\nexport { createServer }\n"],
  ['src/main.tsx', "import { App } from './screen/App.tsx'\nvoid import('./net/peer.ts')\nvoid App\n"],
])

type Guard = (tree: Tree) => string[]
const cases: readonly [what: string, guard: Guard, path: string, text: string][] = [
  ['protocol imports chat', arrowViolations, 'src/protocol/a.ts', "import { limit } from '../chat/ports.ts'"],
  [
    'protocol imports a type of chat',
    arrowViolations,
    'src/protocol/a.ts',
    "import type { Port } from '../chat/ports.ts'",
  ],
  ['chat imports net', arrowViolations, 'src/chat/a.ts', "import type { P } from '../net/peer.ts'"],
  ['net imports a screen’s view', arrowViolations, 'src/net/a.ts', "import type { View } from '../chat/view.ts'"],
  [
    'screen imports a value beside a type',
    arrowViolations,
    'src/screen/a.ts',
    "import { type Bytes, one } from '../protocol/bytes.ts'",
  ],
  ['net imports storage', arrowViolations, 'src/net/a.ts', "import { openDB } from '../storage/history.ts'"],
  ['storage passes the screen on', arrowViolations, 'src/storage/a.ts', "export * from '../screen/store.ts'"],
  [
    'screen imports a value of the protocol',
    arrowViolations,
    'src/screen/a.ts',
    "import { one } from '../protocol/bytes.ts'",
  ],
  ['screen loads net later', arrowViolations, 'src/screen/a.ts', "void import('../net/peer.ts')"],
  [
    'screen names a type of net in passing',
    arrowViolations,
    'src/screen/a.ts',
    "export type P = import('../net/peer.ts').P",
  ],
  ['a computed import', arrowViolations, 'src/chat/a.ts', "void import('./' + name)"],
  ['main imports host', arrowViolations, 'src/main.tsx', "import './host/start.ts'"],
  ['host imports the chat', arrowViolations, 'src/host/a.ts', "import type { Port } from '../chat/ports.ts'"],
  ['source imports tests', arrowViolations, 'src/chat/a.ts', "import '../../tests/guards.ts'"],
  ['an import without its suffix', arrowViolations, 'src/net/a.ts', "import type { Port } from '../chat/ports'"],
  ['noble elsewhere', libraryViolations, 'src/protocol/a.ts', "import { sha256 } from '@noble/hashes/sha2.js'"],
  ['simple-peer elsewhere', libraryViolations, 'src/net/a.ts', "import type Peer from 'simple-peer'"],
  ['idb elsewhere', libraryViolations, 'src/net/a.ts', "import { openDB } from 'idb'"],
  ['valibot elsewhere', libraryViolations, 'src/chat/a.ts', "import * as v from 'valibot'"],
  ['qr elsewhere', libraryViolations, 'src/net/a.ts', "void import('qr/decode.js')"],
  ['createStore elsewhere', libraryViolations, 'src/screen/a.ts', "import { createStore } from 'solid-js/store'"],
  ['solid in the chat', libraryViolations, 'src/chat/a.ts', "import { createSignal } from 'solid-js'"],
  ['node in the page', libraryViolations, 'src/screen/a.ts', "import { readFile } from 'node:fs'"],
  ['an unknown library', libraryViolations, 'src/screen/a.ts', "import confetti from 'confetti'"],
  ['a library that is named like a known one', libraryViolations, 'src/screen/a.ts', "import { x } from 'qrs'"],
  ['a clock in the protocol', wordViolations, 'src/protocol/a.ts', 'export const now = () => Date.now()'],
  ['a promise in the protocol', wordViolations, 'src/protocol/a.ts', 'export type P = Promise<void>'],
  ['waiting in the protocol', wordViolations, 'src/protocol/a.ts', 'export async function a() {}'],
  ['the page in the protocol', wordViolations, 'src/protocol/a.ts', 'export const title = () => document.title'],
  ['chance in the protocol', wordViolations, 'src/protocol/a.ts', 'export const r = () => crypto.getRandomValues'],
  ['a timer in the chat', wordViolations, 'src/chat/a.ts', 'setTimeout(() => {}, 1)'],
  ['HTML from text', wordViolations, 'src/screen/a.ts', 'element.innerHTML = name'],
  ['HTML in JSX', wordViolations, 'src/screen/a.tsx', 'export const A = () => <p innerHTML={name} />'],
  ['localStorage', wordViolations, 'src/net/a.ts', 'localStorage.clear()'],
  ['sessionStorage', wordViolations, 'src/net/a.ts', "globalThis['sessionStorage'].clear()"],
  ['eval', wordViolations, 'src/net/a.ts', "eval('1')"],
  ['Math.random', wordViolations, 'src/net/a.ts', 'export const r = () => Math.random()'],
  ['console', wordViolations, 'src/net/a.ts', 'console.error(1)'],
  ['console by another way', wordViolations, 'src/net/a.ts', "console['error'](1)"],
  ['console in a shim', wordViolations, 'src/net/simple-peer/a.cjs', 'module.exports = () => console.error(1)'],
  ['console where a script starts', wordViolations, 'src/host/a.mjs', 'console.error(1)'],
  ['something unfinished', wordViolations, 'src/net/a.ts', `// ${['TO', 'DO'].join('')}: later`],
  ['a long file', formViolations, 'src/screen/a.css', '\n'.repeat(301)],
  ['a default export', formViolations, 'src/net/a.ts', 'export default 1'],
  ['an inline style', formViolations, 'src/screen/a.tsx', 'export const A = () => <p style="color: red" />'],
]

test('a sound house passes every guard', () => {
  for (const guard of [arrowViolations, libraryViolations, wordViolations, formViolations])
    expect(guard(SOUND)).toEqual([])
})

for (const [what, guard, path, text] of cases)
  test(`the guards see: ${what}`, () => {
    expect(guard(new Map([...SOUND, [path, `${text}\n`]]))).toHaveLength(1)
  })

test('the guards see: a stranger at the top level', () => {
  expect(layoutViolations(['src', 'scripts'])).toHaveLength(1)
})
