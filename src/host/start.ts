/**
 * Serves the built site and the embedded relay on one port: `npm start`. With `--relay-only`: `npm run relay`.
 * A small stand-in for any static host, sending the same headers from `dist/_headers`.
 */
import { readFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTcpServer } from 'node:net'
import { attachRelay } from './relay.ts'
import { serveFolder } from './static.ts'

const DIST = 'dist'
const RELAY_PATH = '/relay'

main()

function main(): void {
  const port = Number(process.env['PORT'] ?? 4173)
  const relayOnly = process.argv.includes('--relay-only')
  const server = createServer(relayOnly ? refuse : serveFolder(DIST, readFileSync(`${DIST}/_headers`, 'utf8')))
  attachRelay(server, RELAY_PATH)
  server.on('upgrade', (request, socket) => {
    if (request.url?.split('?')[0] !== RELAY_PATH) socket.destroy()
  })
  server.on('error', (error: NodeJS.ErrnoException) => {
    const reason = error.code === 'EADDRINUSE' ? `port ${port} is in use; set PORT to another` : error.message
    process.stderr.write(`Sotto cannot start: ${reason}.\n`)
    process.exit(1)
  })
  const host = process.env['HOST'] ?? 'localhost'
  const address = `http://${shown(host)}:${port}/`
  const ready = relayOnly
    ? `The relay is at ${address.replace('http', 'ws').slice(0, -1)}${RELAY_PATH}`
    : `Sotto is at ${address}`
  listen(server, host, port, () => process.stdout.write(`${ready}\n`))
}

/**
 * `localhost` is two addresses, and which of them a program tries first differs; so both are taken, the second one
 * where the machine has it.
 */
function listen(server: Server, host: string, port: number, ready: () => void): void {
  if (host !== 'localhost') {
    server.listen(port, host, ready)
    return
  }
  server.listen(port, '127.0.0.1', () => {
    const second = createTcpServer((socket) => server.emit('connection', socket))
    second.on('error', ready)
    second.listen(port, '::1', ready)
  })
}

/** How a person on this machine reaches the address that `HOST` names. */
function shown(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost'
  return host.includes(':') ? `[${host}]` : host
}

const refuse: RequestListener = (_request, response) => {
  response.writeHead(426, { 'content-type': 'text/plain' }).end('This is a relay; it speaks WebSocket only.\n')
}
