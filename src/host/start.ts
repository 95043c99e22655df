/**
 * Serves the built site and the embedded relay on one port: `npm start`. With `--relay-only`: `npm run relay`.
 * A small stand-in for any static host, sending the headers of `dist/_headers` as such a host would.
 */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net'
import { attachRelay } from './relay.ts'
import { serveFolder } from './static.ts'

const DIST = 'dist'
const RELAY_PATH = '/relay'

try {
  await start(process.argv.includes('--relay-only'))
} catch (error) {
  process.stderr.write(`Sotto cannot start: ${reasonOf(error)}\n`)
  process.exit(1)
}

async function start(relayOnly: boolean): Promise<void> {
  const host = process.env['HOST'] ?? 'localhost'
  const server = createServer(relayOnly ? refuse : serveFolder(DIST, readFileSync(`${DIST}/_headers`, 'utf8')))
  attachRelay(server, RELAY_PATH)
  server.on('upgrade', (request, socket) => {
    if (request.url?.split('?')[0] !== RELAY_PATH) socket.destroy()
  })
  const port = await listen(server, host, Number(process.env['PORT'] ?? 4173))
  const address = `${shown(host)}:${port}`
  process.stdout.write(
    relayOnly ? `The relay is at ws://${address}${RELAY_PATH}\n` : `Sotto is at http://${address}/\n`,
  )
}

/**
 * `localhost` is two addresses, and programs differ in which of them they try first; so both are taken, the second one
 * where the machine has it.
 * @param port 0 takes any free one
 * @returns the port that was taken
 */
async function listen(server: Server, host: string, port: number): Promise<number> {
  const bound = await bind(server, host === 'localhost' ? '127.0.0.1' : host, port)
  if (host === 'localhost') {
    const second = createTcpServer((socket) => server.emit('connection', socket))
    await bind(second, '::1', bound).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EADDRNOTAVAIL' && error.code !== 'EAFNOSUPPORT') throw error
    })
  }
  return bound
}

function bind(server: TcpServer, host: string, port: number): Promise<number> {
  return new Promise((bound, failed) => {
    server.once('error', failed)
    server.listen(port, host, () => bound((server.address() as AddressInfo).port))
  })
}

/** How a person on this machine reaches the address that `HOST` names. */
function shown(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

function refuse(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(426, { 'content-type': 'text/plain' }).end('This is a relay; it speaks WebSocket only.\n')
}

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE') return 'the port is in use; set PORT to another.'
  if (code === 'ERR_SOCKET_BAD_PORT') return 'PORT has to be a number below 65536.'
  if (code === 'ENOENT') return `there is no built site in ${DIST}/; run \`npm run build\` first.`
  return message
}
