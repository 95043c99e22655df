/** The rules of the house, as functions from a tree of files to what breaks them. `layers.test.ts` applies them. */
import { posix } from 'node:path'
import { parseSync } from 'vite'

/** Path from the top of the project, with `/`, to content. */
export type Tree = ReadonlyMap<string, string>

type Import = { readonly from: string; readonly name: string; readonly typesOnly: boolean }

/** What a room may import besides itself; `types` where only types may cross. */
const ARROWS: Readonly<Record<string, readonly { readonly to: RegExp; readonly types?: true }[]>> = {
  protocol: [],
  chat: [{ to: /^src\/protocol\// }],
  net: [{ to: /^src\/protocol\// }, { to: /^src\/chat\/ports\.ts$/ }],
  storage: [{ to: /^src\/protocol\// }, { to: /^src\/chat\/ports\.ts$/ }],
  screen: [{ to: /^src\/chat\// }, { to: /^src\/protocol\//, types: true }],
  host: [{ to: /^src\/protocol\/(primitives|bytes)\.ts$/ }],
  // The files beside the rooms, which put everything together.
  main: [{ to: /^src\/(protocol|chat|net|storage|screen)\// }],
}

/** The only files that may import a library. One that is missing here has to be argued for first. */
const LIBRARIES: readonly { readonly name: RegExp; readonly only: RegExp }[] = [
  { name: /^@noble\//, only: /^src\/protocol\/primitives\.ts$/ },
  { name: /^@noble\/hashes\/argon2\.js$/, only: /^src\/storage\/kdf-slow\.ts$/ },
  { name: /^hash-wasm$/, only: /^src\/storage\/kdf-worker\.ts$/ },
  { name: /^simple-peer$/, only: /^src\/net\/peer\.ts$/ },
  { name: /^idb$/, only: /^src\/storage\// },
  { name: /^valibot$/, only: /^src\/net\/schema\.ts$/ },
  { name: /^qr(\/|$)/, only: /^src\/screen\// },
  { name: /^solid-js\/store$/, only: /^src\/screen\/store\.ts$/ },
  { name: /^solid-js(\/web)?$/, only: /^src\/(screen\/|main\.tsx$)/ },
  { name: /^(node:.*|vite|ws)$/, only: /^src\/host\// },
]

/** `protocol/` turns bytes into bytes: no clock, no chance, no page, nothing to wait for. */
const IMPURE =
  /\b(Date|performance|Math\.random|crypto|document|window|globalThis|navigator|fetch|setTimeout|setInterval|queueMicrotask|Promise|async|await)\b/g
/** `chat/` reaches the outside through its ports only. */
const OUTSIDE =
  /\b(Date|performance|crypto|document|window|globalThis|navigator|location|fetch|setTimeout|setInterval|indexedDB|WebSocket|RTCPeerConnection)\b(?!['"])/g
const BANNED =
  /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|localStorage|sessionStorage|eval(?=\()|new Function|Math\.random|console\b)/g
const UNFINISHED = /\b(TODO|FIXME|XXX|HACK)\b/g

const MAX_LINES = 300

/** Imports that cross the rooms where no arrow leads, or name no file. */
export function arrowViolations(tree: Tree): string[] {
  return importsOf(tree).flatMap(({ from, name, typesOnly }) => {
    if (!name.startsWith('.')) return []
    const target = posix.join(posix.dirname(from), name.replace(/\?.*/, ''))
    if (!tree.has(target)) return [`${from}: ${name} is no file (imports carry their suffix)`]
    const room = roomOf(from)
    const allowed =
      (target.startsWith('src/') && roomOf(target) === room) ||
      ARROWS[room]?.some(({ to, types }) => to.test(target) && (typesOnly || !types)) === true
    return allowed ? [] : [`${from}: may not import ${typesOnly ? 'types of ' : ''}${target}`]
  })
}

/** Libraries imported elsewhere than at their one place, or unknown to the list. */
export function libraryViolations(tree: Tree): string[] {
  return importsOf(tree).flatMap(({ from, name }) => {
    if (name.startsWith('.')) return []
    const places = LIBRARIES.filter((library) => library.name.test(name))
    return places.some(({ only }) => only.test(from)) ? [] : [`${from}: may not import ${name}`]
  })
}

/** Words that a room, or the whole source, must not contain outside of comments. */
export function wordViolations(tree: Tree): string[] {
  return programs(tree).flatMap(([path, text]) => {
    const code = withoutComments(path, text)
    const found = [
      ...(path.startsWith('src/protocol/') ? code.matchAll(IMPURE) : []),
      ...(path.startsWith('src/chat/') ? code.matchAll(OUTSIDE) : []),
      // The one line of Solid that writes HTML is quoted where it is mended.
      ...(path === 'src/host/secure.ts' ? [] : code.matchAll(BANNED)),
      ...text.matchAll(UNFINISHED),
    ]
    return found.map(([word]) => `${path}: ${word}`)
  })
}

/** Form: length, default exports, and styles that the content policy would refuse. */
export function formViolations(tree: Tree): string[] {
  const broken: string[] = []
  for (const [path, text] of tree) {
    const lines = text.split('\n').length - 1
    if (/\.(ts|tsx|css|cjs)$/.test(path) && lines > MAX_LINES)
      broken.push(`${path}: ${lines} lines, more than ${MAX_LINES}`)
  }
  for (const [path, text] of sources(tree)) {
    if (path.startsWith('src/') && /^export default\b/m.test(text)) broken.push(`${path}: has a default export`)
    if (path.endsWith('.tsx') && /\sstyle="/.test(text)) broken.push(`${path}: has an inline style`)
  }
  return broken
}

const TOP_LEVEL = [
  '.ci .git .github .gitattributes .gitignore .editorconfig .npmrc .nvmrc',
  '.oxfmtrc.json .oxlintrc.json playwright.config.ts tsconfig.json vite.config.ts knip.json',
  'index.html package.json package-lock.json public src tests',
  'README.md LICENSE SECURITY.md CHANGELOG.md CONTRIBUTING.md',
  'bench.json dist dist-single node_modules playwright-report test-results',
].flatMap((names) => names.split(' '))

/** Files and folders at the top that the agreed layout does not have. */
export function layoutViolations(topLevel: readonly string[]): string[] {
  return topLevel.filter((name) => !TOP_LEVEL.includes(name)).map((name) => `${name}: not part of the layout`)
}

function roomOf(path: string): string {
  return /^src\/(\w+)\//.exec(path)?.[1] ?? 'main'
}

/** Whatever runs, the small shims included. */
function programs(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => /\.([cm]js|tsx?)$/.test(path))
}

function sources(tree: Tree): [path: string, text: string][] {
  return [...tree].filter(([path]) => /\.tsx?$/.test(path))
}

function importsOf(tree: Tree): Import[] {
  return sources(tree)
    .filter(([path]) => path.startsWith('src/') && !path.endsWith('.d.ts'))
    .flatMap(([from, text]) => {
      const { staticImports, staticExports } = parseSync(from, text).module
      const imports = staticImports.map(({ moduleRequest, entries }) => ({
        from,
        name: moduleRequest.value,
        typesOnly: entries.length > 0 && entries.every(({ isType }) => isType),
      }))
      const passedOn = staticExports.flatMap(({ entries }) =>
        entries.flatMap(({ moduleRequest, isType }) =>
          moduleRequest ? [{ from, name: moduleRequest.value, typesOnly: isType }] : [],
        ),
      )
      // `import('…')`, as an expression and as a type; what it names must be readable.
      const lazy = [...withoutComments(from, text).matchAll(/\bimport\(\s*(?:'([^']*)'|([^)]*))/g)].map(
        ([, name, other]) => ({
          from,
          name: name ?? `${other} (not a plain string)`,
          typesOnly: false,
        }),
      )
      return [...imports, ...passedOn, ...lazy]
    })
}

function withoutComments(path: string, text: string): string {
  let code = ''
  let end = 0
  for (const comment of parseSync(path, text).comments) {
    code += text.slice(end, comment.start)
    end = comment.end
  }
  return code + text.slice(end)
}
