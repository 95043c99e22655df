import { spawn } from 'node:child_process'
import { createServer, type AddressInfo } from 'node:net'
import { expect, test as base } from 'playwright/test'
import { WebSocket } from 'ws'

type Run = { readonly line: string; readonly exitCode?: number }

/** `relay` starts `npm run relay` and answers with its first line, or with how it ended. */
const test = base.extend<{ relay: (env: Record<string, string>) => Promise<Run> }>({
  relay: async ({}, use) => {
    const started: { kill(): void }[] = []
    await use(
      (env) =>
        new Promise((answered) => {
          const script = ['src/host/run.mjs', 'src/host/start.ts', '--relay-only']
          const child = spawn(process.execPath, script, { env: { ...process.env, ...env } })
          started.push(child)
          let errors = ''
          child.stdout.once('data', (data: Buffer) => answered({ line: data.toString() }))
          child.stderr.on('data', (data: Buffer) => (errors += data.toString()))
          child.once('close', (code) => answered({ line: errors, exitCode: code ?? 0 }))
        }),
    )
    for (const child of started) child.kill()
  },
})

test('the relay answers at localhost, by either name, and at no other path', async ({ relay }) => {
  const { line } = await relay({ PORT: '0' })
  const port = /^The relay is at ws:\/\/localhost:(\d+)\/relay\n$/.exec(line)?.[1]
  expect(port, line).toBeDefined()
  expect(await opens(`ws://127.0.0.1:${port}/relay`)).toBe(true)
  expect(await opens(`ws://localhost:${port}/relay`)).toBe(true)
  expect(await opens(`ws://127.0.0.1:${port}/other`)).toBe(false)
  expect((await fetch(`http://127.0.0.1:${port}/`)).status).toBe(426)
})

test('a port that is taken or none is said in one sentence', async ({ relay }) => {
  const other = createServer()
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
  const taken = String((other.address() as AddressInfo).port)
  expect(await relay({ PORT: taken })).toEqual({
    line: 'Sotto cannot start: the port is in use; set PORT to another.\n',
    exitCode: 1,
  })
  expect(await relay({ PORT: 'http' })).toEqual({
    line: 'Sotto cannot start: PORT has to be a number below 65536.\n',
    exitCode: 1,
  })
  other.close()
})

function opens(url: string): Promise<boolean> {
  return new Promise((settled) => {
    const socket = new WebSocket(url)
    socket.once('open', () => {
      socket.terminate()
      settled(true)
    })
    socket.once('error', () => settled(false))
  })
}
