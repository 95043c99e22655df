/** The least that signals over a Nostr relay: one subscription, one kind of event, one key a page. */
import { schnorr } from '@noble/curves/secp256k1.js'
import { sha256 } from '@noble/hashes/sha2.js'

type Event = { readonly pubkey: string; readonly content: string }

const KIND = 21_059
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

export const randomTopic = (): string => hex(crypto.getRandomValues(new Uint8Array(32)))

/**
 * Listens on a topic of the relay of this page's host. `heard` gets what others publish there.
 * @returns publishes text on the topic, as soon as the relay is open
 */
export function meetAt(topic: string, heard: (text: string) => void): (text: string) => void {
  schnorr.Point.BASE.precompute(4) // one signature or two: the usual table would cost more than it saves
  const secret = schnorr.utils.randomSecretKey()
  const pubkey = hex(schnorr.getPublicKey(secret))
  const socket = new WebSocket(new URL('/relay', location.href.replace(/^http/, 'ws')))
  const opened = new Promise<void>((resolve) => (socket.onopen = () => resolve()))
  void opened.then(() => socket.send(JSON.stringify(['REQ', 'all', { kinds: [KIND], '#p': [topic] }])))
  socket.onmessage = ({ data }: MessageEvent<string>) => {
    const [verb, , event] = JSON.parse(data) as [string, string, Event]
    if (verb === 'EVENT' && event.pubkey !== pubkey) heard(event.content)
  }
  return (content) => {
    const created = Math.floor(Date.now() / 1000)
    const tags = [['p', topic]]
    const id = sha256(new TextEncoder().encode(JSON.stringify([0, pubkey, created, KIND, tags, content])))
    const sig = hex(schnorr.sign(id, secret))
    const event = { id: hex(id), pubkey, created_at: created, kind: KIND, tags, content, sig }
    void opened.then(() => socket.send(JSON.stringify(['EVENT', event])))
  }
}
