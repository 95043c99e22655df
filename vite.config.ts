import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'
import { buildId } from './src/host/build-id.ts'
import { makeFirstFile } from './src/host/first.ts'
import { manifest } from './src/host/manifest.ts'
import { offline } from './src/host/offline.ts'
import { recipes } from './src/host/recipes.ts'
import { attachRelay } from './src/host/relay.ts'
import { secure } from './src/host/secure.ts'
import { pack } from './src/host/single.ts'
import { printSizes } from './src/host/sizes.ts'
import { alias } from './src/net/simple-peer/alias.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

const isFirst = makeFirstFile('index')

/** What comes at once, with what little two later files share; and what storage needs now and then: each file more is a hash more in the page. */
const chunks = [
  {
    name: (id: string, graph: Parameters<typeof isFirst>[1]) =>
      /\/storage\/(?:beside|verify)\.ts$/.test(id) ? 'index' : isFirst(id, graph),
    debugName: 'index',
  },
  {
    name: 'keys',
    test: /\/src\/storage\/(?:kdf(?:-worker)?|passphrase|wipe|upgrade|moving|export|restore|backup-[a-z]+)\.ts/,
  },
]

export default defineConfig(({ command, mode }) => {
  // A build is the same build whoever starts it: some test runners set another NODE_ENV, which would ship Solid's
  // development version.
  if (command === 'build') process.env['NODE_ENV'] = 'production'
  const build = buildId(root)
  /** `npm run build:single` */
  const single = mode === 'single'
  return {
    root,
    // Relative, so that the site works from any folder of any host.
    base: './',
    resolve: { alias },
    define: { __BUILD__: JSON.stringify(build) },
    plugins: [
      solid(),
      plainImports(),
      silence(),
      ...(single ? [secure(pack)] : [secure(), recipes(), offline(build), manifest(), printSizes()]),
      relay(),
    ],
    // A folder of its own, for it has its own policy.
    worker: { format: 'es', rolldownOptions: { output: { entryFileNames: 'kdf/[name]-[hash].js' } } },
    build: {
      target: 'es2022',
      // Older targets have light-dark() and logical corners rewritten, larger and wrong where only `dir` is set.
      cssTarget: ['chrome125', 'firefox128', 'safari18'],
      modulePreload: false,
      // Nothing inline: the policy allows no inline content and every file has its own hash.
      assetsInlineLimit: 0,
      // One style sheet, in the page with its hash; one loaded later by a script would have none.
      cssCodeSplit: false,
      reportCompressedSize: false,
      rolldownOptions: { output: { codeSplitting: { includeDependenciesRecursively: false, groups: chunks } } },
      ...(single && {
        outDir: 'dist-single',
        copyPublicDir: false,
        rolldownOptions: { output: { codeSplitting: false } },
      }),
    },
  }
})

/** Vite wraps each import that comes later, to preload what it needs; here that is never anything. */
function plainImports(): Plugin {
  const helper = '\0vite/preload-helper.js'
  const code = 'export const __vitePreload = (load) => load()'
  return { name: 'sotto:plain-imports', enforce: 'pre', load: (id) => (id === helper ? code : undefined) }
}

/** What simple-peer would tell a debugger that is not there (its `debug` does nothing): half a kilobyte. */
function silence(): Plugin {
  const told = /^ +this\._debug\((?:[^()]|\([^()]*\))*\)$/gm
  const transform = (code: string, id: string) =>
    id.endsWith('/simple-peer/index.js') ? { code: code.replace(told, ''), map: null } : undefined
  return { name: 'sotto:silence', apply: 'build', transform }
}

/** The relay of `npm start`, in the development and preview servers too. */
function relay(): Plugin {
  // By its type the server might be HTTP/2 or none, in modes that this project does not use.
  const attach = ({ httpServer }: { httpServer: unknown }) => {
    if (httpServer) attachRelay(httpServer as Server)
  }
  return { name: 'sotto:relay', configureServer: attach, configurePreviewServer: attach }
}
