import type { Server } from 'node:http'
import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'
import { buildId } from './src/host/build-id.ts'
import { manifest } from './src/host/manifest.ts'
import { offline } from './src/host/offline.ts'
import { recipes } from './src/host/recipes.ts'
import { attachRelay } from './src/host/relay.ts'
import { secure } from './src/host/secure.ts'
import { pack } from './src/host/single.ts'
import { printSizes } from './src/host/sizes.ts'
import { alias } from './src/net/simple-peer/alias.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

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
      slim(),
      ...(single ? [secure(pack)] : [secure(), recipes(), offline(build), manifest(), printSizes()]),
      relay(),
    ],
    build: {
      target: 'es2022',
      // Names of constants are for readers: in the build they would be bytes, and lookups in every file that imports them.
      rolldownOptions: {
        treeshake: { propertyReadSideEffects: false },
        optimization: { inlineConst: { mode: 'all', pass: 3 } },
      },
      // Older targets have light-dark() and logical corners rewritten, larger and wrong where only `dir` is set.
      cssTarget: ['chrome125', 'firefox128', 'safari18'],
      modulePreload: false,
      // Nothing inline: the policy allows no inline content and every file has its own hash.
      assetsInlineLimit: 0,
      // One style sheet, in the page with its hash; one loaded later by a script would have none.
      cssCodeSplit: false,
      reportCompressedSize: false,
      ...(single && {
        outDir: 'dist-single',
        copyPublicDir: false,
        rolldownOptions: { output: { codeSplitting: false } },
      }),
    },
  }
})

/**
 * Of simple-peer what a data channel does not use: what it tells of each step, to a shim that does nothing, and its methods for
 * sound and pictures, what its errors say beside their code, and the servers it would ask if it were given none. 9 kB of code.
 */
function slim(): Plugin {
  const telling = /this\._debug\([^()]*(?:\([^()]*\)[^()]*)*\)/g
  const media =
    /^  (?:addTransceiver|addStream|addTrack|replaceTrack|removeTrack|removeStream|_onTrack|_debug|address) \(.*\{\n(?:(?!  \}).*\n)*  \}\n/gm
  return {
    name: 'sotto:slim',
    apply: 'build',
    transform: {
      filter: { id: /simple-peer\/index\.js$/ },
      handler: (code) =>
        code
          .replace(telling, 'void 0')
          .replace(/^const debug = .*$/m, '')
          .replace(media, '')
          .replace(/new Error\('[^']*'\)/g, 'new Error()')
          .replace(/urls: \[[^\]]*\]/, 'urls: []'),
    },
  }
}

/** The relay of `npm start`, in the development and preview servers too. */
function relay(): Plugin {
  // By its type the server might be HTTP/2 or none, in modes that this project does not use.
  const attach = ({ httpServer }: { httpServer: unknown }) => {
    if (httpServer) attachRelay(httpServer as Server)
  }
  return { name: 'sotto:relay', configureServer: attach, configurePreviewServer: attach }
}
