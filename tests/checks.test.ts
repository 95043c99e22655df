import { spawnSync } from 'node:child_process'
import { expect, test } from 'playwright/test'

// Compilers take every core they find; beside the other tests they may wait long for one.
test.setTimeout(300_000)

for (const [title, script] of [
  ['types hold', 'types'],
  ['lint finds nothing', 'lint'],
  ['the source is formatted', 'format:check'],
] as const)
  test(title, () => {
    const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], {
      encoding: 'utf8',
      shell: process.platform === 'win32',
    })
    expect(status, `npm run ${script}\n${stdout}${stderr}`).toBe(0)
  })
