/** Questions to a live RTCPeerConnection that simple-peer does not ask. */
import { equal } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { sha256 } from '../protocol/primitives.ts'

/** Whether the selected candidate pair goes through a TURN server on either side. `direct` if the browser does not say. */
export async function pathOf(pc: RTCPeerConnection): Promise<'direct' | 'relayed'> {
  try {
    const stats = new Map<string, Record<string, unknown>>()
    ;(await pc.getStats()).forEach((report: Record<string, unknown>, id: string) => stats.set(id, report))
    const pair = selectedPair(stats)
    const ends = [pair?.['localCandidateId'], pair?.['remoteCandidateId']]
    return ends.some((id) => stats.get(String(id))?.['candidateType'] === 'relay') ? 'relayed' : 'direct'
  } catch {
    return 'direct' // closed meanwhile
  }
}

function selectedPair(stats: ReadonlyMap<string, Record<string, unknown>>): Record<string, unknown> | undefined {
  const reports = [...stats.values()]
  const transport = reports.find((r) => r['type'] === 'transport' && r['selectedCandidatePairId'] !== undefined)
  if (transport) return stats.get(String(transport['selectedCandidatePairId']))
  return reports.find((r) => r['type'] === 'candidate-pair' && r['selected'] === true) // Firefox
}

/** Reports the path again whenever ICE picks another pair, where the browser tells. */
export function watchPath(pc: RTCPeerConnection, changed: (path: 'direct' | 'relayed') => void): void {
  const again = (): void => void pathOf(pc).then(changed)
  pc.addEventListener('iceconnectionstatechange', again)
  pc.sctp?.transport.iceTransport?.addEventListener?.('selectedcandidatepairchange', again)
}

/**
 * False when the browser shows a DTLS certificate other than the authenticated one. The browser has checked it against the
 * SDP already; this checks that the SDP was ours. True where the browser does not show it.
 */
export function isTheirCertificate(pc: RTCPeerConnection, fingerprint: Bytes): boolean {
  const [certificate] = pc.sctp?.transport.getRemoteCertificates?.() ?? []
  return certificate === undefined || equal(sha256(new Uint8Array(certificate)), fingerprint)
}

/** The session needs order and no loss; the channel's opener chooses both. */
export function isReliable(channel: RTCDataChannel): boolean {
  return channel.ordered && channel.maxRetransmits === null && channel.maxPacketLifeTime === null
}

/**
 * One channel only, opened by the initiator: simple-peer would replace the first by any later one and forget its timers.
 * Call right after construction.
 */
export function guardChannels(pc: RTCPeerConnection, initiator: boolean, refuse: () => void): void {
  const first = pc.ondatachannel
  let expected = !initiator
  pc.ondatachannel = (event) => {
    if (!expected) return refuse()
    expected = false
    first?.call(pc, event)
  }
}
