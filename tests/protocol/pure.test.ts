import { execFileSync } from 'node:child_process'
import { test } from 'playwright/test'

test('the protocol compiles with nothing but the language itself', () => {
  // Its tsconfig knows no DOM and no Node. On failure the compiler's output is in the error.
  const compile = ['node_modules/typescript/bin/tsc', '-p', 'src/protocol']
  execFileSync(process.execPath, compile, { encoding: 'utf8', stdio: 'pipe' })
})
