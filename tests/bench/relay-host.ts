/**
 * A relay in a process of its own, to be measured from outside: `ours`, or `bare`, which hands whatever a socket sends to the
 * one that connected before it, unread. Says its port.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'
import type { WebSocket } from 'ws'
import { attachRelay } from '../../src/host/relay.ts'

const server = createServer()
if (process.argv[2] === 'ours') attachRelay(server)
else {
  let last: WebSocket | undefined
  new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket) => {
    const before = last
    last = socket
    socket.on('message', (data, isBinary) => before?.send(data, { binary: isBinary }))
  })
}
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`))
