/**
 * A relay whose engine others wrote. It looks at no tag when it passes an event on, so everybody is handed everything: what
 * a page must cope with, and nothing to go by otherwise.
 */
import { createServer } from 'node:http'
import { EventRepository } from '@nostr-relay/common'
import { NostrRelay } from '@nostr-relay/core'
import { WebSocketServer } from 'ws'
import { listen } from './support.ts'
import type { Listening } from './support.ts'

/** Ephemeral events are never stored. */
class Nothing extends EventRepository {
  isSearchSupported(): boolean {
    return false
  }
  upsert(): { isDuplicate: boolean } {
    return { isDuplicate: false }
  }
  find(): [] {
    return []
  }
  async destroy(): Promise<void> {}
}

export async function startStrangeEngine(): Promise<Listening> {
  const engine = new NostrRelay(new Nothing())
  const server = createServer()
  const sockets = new WebSocketServer({ server })
  sockets.on('connection', (socket) => {
    engine.handleConnection(socket)
    socket.on('message', (data) => {
      void engine.handleMessage(socket, JSON.parse((data as Buffer).toString()) as never)
    })
    socket.on('close', () => engine.handleDisconnect(socket))
  })
  const listening = await listen(server)
  const close = async (): Promise<void> => {
    for (const socket of sockets.clients) socket.terminate()
    await engine.destroy()
    await listening.close()
  }
  return { ...listening, url: listening.url.replace('http', 'ws'), close }
}
