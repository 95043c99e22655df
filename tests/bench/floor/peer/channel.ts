/** simple-peer with one signal each way: the description, sent a little after the last new candidate. */
import Peer from 'simple-peer'
import { meetAt } from './relay.ts'

/** As the app waits. */
const QUIET_MS = 20

/** Opens channels at a topic: the initiator one, the other side one for each offer. `connected` gets each once open. */
export function openChannels(topic: string, initiator: boolean, connected: (peer: Peer) => void): void {
  let current: Peer | undefined
  const publish = meetAt(topic, (text) => {
    const signal = JSON.parse(text) as { type: 'offer' | 'answer'; sdp: string }
    if (signal.type === 'offer') {
      current?.destroy()
      current = dial(false, publish, connected)
    }
    current?.signal(signal)
  })
  if (initiator) current = dial(true, publish, connected)
}

function dial(initiator: boolean, publish: (text: string) => void, connected: (peer: Peer) => void): Peer {
  const peer = new Peer({ initiator, trickle: true, config: { iceServers: [] } })
  let quiet: ReturnType<typeof setTimeout> | undefined
  let isSent = false
  peer.on('signal', ({ type }) => {
    if (type !== 'candidate' || isSent) return
    clearTimeout(quiet)
    quiet = setTimeout(() => {
      const description = peer._pc?.localDescription
      isSent = true
      if (description) publish(JSON.stringify({ type: description.type, sdp: description.sdp }))
    }, QUIET_MS)
  })
  peer.on('connect', () => connected(peer))
  peer.on('error', () => {}) // the other page reloaded
  return peer
}
