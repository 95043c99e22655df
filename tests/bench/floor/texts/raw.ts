/** A bare channel: 256 bytes one way, 16 bytes back for each. */
import type Peer from 'simple-peer'
import { openChannels } from '../peer/channel.ts'
import { randomTopic } from '../peer/relay.ts'

const TEXT_BYTES = 256
const RECEIPT_BYTES = 16
/** As much as the app lets the browser buffer. */
const BUFFERED_BYTES = 256 * 1024

let peer: Peer | undefined
let received = 0
let changed: () => void = () => undefined

export function invite(): Promise<string> {
  const topic = randomTopic()
  openChannels(topic, false, connected)
  return Promise.resolve(topic)
}

export async function join(topic: string): Promise<void> {
  openChannels(topic, true, connected)
  while (!peer) await change()
}

export async function send(count: number): Promise<number> {
  if (!peer) throw new Error('nobody to write to')
  const channel = peer._channel
  const from = performance.now()
  received = 0
  for (let sent = 0; sent < count; sent++) {
    while (channel && channel.bufferedAmount > BUFFERED_BYTES) await change()
    peer.send(new Uint8Array(TEXT_BYTES))
  }
  while (received < count) await change()
  return (performance.now() - from) / 1000
}

function connected(opened: Peer): void {
  peer = opened
  opened.on('data', (data) => {
    if (data.length === TEXT_BYTES) return opened.send(new Uint8Array(RECEIPT_BYTES))
    received++
    changed()
  })
  changed()
}

function change(): Promise<void> {
  return new Promise((resolve) => (changed = resolve))
}
