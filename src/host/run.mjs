// Starts a TypeScript script: `node src/host/run.mjs <script.ts> [arguments]`.
// Node 20 does not strip types; the build tool's own runner does, so no further package is needed.
import { resolve } from 'node:path'
import { runnerImport } from 'vite'

process.argv.splice(1, 1) // the script sees the arguments it would see if Node had started it
await runnerImport(resolve(process.argv[1]), { logLevel: 'error' })
