/** Relays that do not keep the rules, each on a port of its own, and a `config.json` that names them. */
import { createServer as createTcpServer } from 'node:net'
import type { BrowserContext } from 'playwright/test'
import type { WebSocket } from 'ws'
import { obey, say, startOddRelay, type Received } from '../net/support.ts'

export type OddRelay = { readonly url: string; readonly met: () => number; close(): Promise<unknown> }

const MIB = 1024 * 1024

/** What such a relay does with a page that connects, and with what the page asks. */
const manners: Readonly<Record<string, { welcome?: (socket: WebSocket) => void; answer: (got: Received) => void }>> = {
  'closes at once': { welcome: (socket) => socket.close(), answer: () => {} },
  'floods with garbage': {
    welcome: (socket) => {
      for (let i = 0; i < 500; i++) socket.send(i % 2 ? '["EVENT","' : Buffer.alloc(300, i))
    },
    answer: ({ socket }) => socket.send('{"not":"nostr"}'),
  },
  'sends events of 1 MiB': {
    answer: ({ socket, message }) => {
      const event = { kind: 21_059, tags: [], content: 'A'.repeat(MIB) }
      for (let i = 0; i < 5; i++) say(socket, 'EVENT', message[1], event)
    },
  },
  'wants an account': {
    welcome: (socket) => say(socket, 'AUTH', 'challenge'),
    answer: ({ socket, message }) => say(socket, 'CLOSED', message[1], 'auth-required: members only'),
  },
}

export const MANNERS: readonly string[] = Object.keys(manners)

export async function startBadRelay(manner: string): Promise<OddRelay> {
  const { answer, welcome } = manners[manner] ?? { answer: obey }
  const relay = await startOddRelay(answer, welcome)
  return { url: relay.url, met: () => relay.sockets.length, close: () => relay.close() }
}

/** Takes connections and drops them before a word is said. */
export async function startDeafRelay(): Promise<OddRelay> {
  let met = 0
  const server = createTcpServer((socket) => {
    met++
    socket.destroy()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as { port: number }
  const close = () => new Promise((closed) => server.close(closed))
  return { url: `ws://127.0.0.1:${port}`, met: () => met, close }
}

/** Every page of this person gets this text for its `config.json`. */
export async function configure(context: BrowserContext, body: string): Promise<void> {
  await context.route('**/config.json', (route) =>
    route.fulfill({ body, headers: { 'content-type': 'application/json', date: new Date().toUTCString() } }),
  )
}
