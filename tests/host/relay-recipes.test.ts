/** What the recipes for relays hold, as far as it runs without the relays. */
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'

const recipes = readFileSync('src/host/README.md', 'utf8')

/** The first block of this language. */
function block(language: string): string {
  const [, code] = new RegExp(`\n\`\`\`${language}\n([^]*?)\n\`\`\`\n`).exec(recipes) ?? []
  if (code === undefined) throw new Error(`no block of ${language}`)
  return code
}

/** The answers of the write policy to these events, all from one address but for the last. */
async function answers(script: string, kinds: readonly number[]): Promise<readonly unknown[]> {
  const policy = spawn(process.execPath, [script])
  let text = ''
  policy.stdout.on('data', (data: Buffer) => (text += data.toString()))
  for (const [i, kind] of kinds.entries()) {
    const sourceInfo = i === kinds.length - 1 ? '192.0.2.2' : '192.0.2.1'
    policy.stdin.write(
      `${JSON.stringify({ type: 'new', event: { id: `${i}`, kind }, sourceType: 'IP4', sourceInfo })}\n`,
    )
  }
  policy.stdin.end()
  await new Promise((ended) => policy.once('close', ended))
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown)
}

test('strfry’s write policy takes our kind and no other, and 240 a minute from one address', async () => {
  const script = test.info().outputPath('ephemeral-only.cjs')
  writeFileSync(script, block('js'))
  const all = await answers(script, [21_059, 1, ...Array.from({ length: 239 }, () => 21_059), 21_059])
  expect(all.slice(0, 2)).toEqual([
    { id: '0', action: 'accept' },
    { id: '1', action: 'reject', msg: 'blocked: kind 21059 only' },
  ])
  expect(all.slice(2, -2).every((answer) => (answer as { action: string }).action === 'accept')).toBe(true)
  expect(all.slice(-2)).toEqual([
    { id: '240', action: 'reject', msg: 'rate-limited: slow down' },
    { id: '241', action: 'accept' },
  ])
})
