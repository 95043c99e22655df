/** Questions to a live RTCPeerConnection that simple-peer does not ask. */
import type { Path, Place } from '../chat/ports.ts'
import { equal } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import type { Candidate } from '../protocol/description.ts'
import { sha256 } from '../protocol/primitives.ts'
import { formatAddress, isPrivate, parseAddress } from './addresses.ts'

/** The selected candidate pair: `relayed` when it goes through a TURN server on either side. If the browser does not say, what it was allowed to use. */
export async function pathOf(pc: RTCPeerConnection): Promise<Path> {
  const allowed: Path = { path: pc.getConfiguration().iceTransportPolicy === 'relay' ? 'relayed' : 'direct' }
  try {
    const stats = new Map<string, Record<string, unknown>>()
    ;(await pc.getStats()).forEach((report: Record<string, unknown>, id: string) => stats.set(id, report))
    const pair = selectedPair(stats)
    const mine = placeOf(stats.get(String(pair?.['localCandidateId'])))
    const theirs = placeOf(stats.get(String(pair?.['remoteCandidateId'])))
    if (!mine || !theirs) return allowed
    const path = mine.kind === 'relay' || theirs.kind === 'relay' ? 'relayed' : 'direct'
    return { path, ends: { mine, theirs, sameNetwork: isNear(mine) && isNear(theirs) } }
  } catch {
    return allowed // closed meanwhile
  }
}

function placeOf(candidate: Record<string, unknown> | undefined): Place | undefined {
  const { candidateType: kind, address } = candidate ?? {}
  if (kind !== 'host' && kind !== 'srflx' && kind !== 'prflx' && kind !== 'relay') return undefined
  const parsed = typeof address === 'string' ? parseAddress(address) : undefined
  return parsed && parsed.kind !== 'mdns' ? { kind, address: formatAddress(parsed) } : { kind }
}

/** A private address, or one hidden behind a name that only its own network can resolve. */
function isNear({ kind, address }: Place): boolean {
  const parsed = address === undefined ? undefined : parseAddress(address)
  return parsed ? (kind === 'host' || kind === 'prflx') && isPrivate(parsed) : kind === 'host'
}

/** The places a description names, each once; a random name stands for an address it hides. */
export function placesOf(candidates: readonly Candidate[]): readonly Place[] {
  const places = candidates.map(({ type: kind, address }): Place =>
    address.kind === 'mdns' ? { kind } : { kind, address: formatAddress(address) },
  )
  return [...new Map(places.map((place) => [place.kind + (place.address ?? ''), place])).values()]
}

function selectedPair(stats: ReadonlyMap<string, Record<string, unknown>>): Record<string, unknown> | undefined {
  const reports = [...stats.values()]
  const transport = reports.find((r) => r['type'] === 'transport' && r['selectedCandidatePairId'] !== undefined)
  if (transport) return stats.get(String(transport['selectedCandidatePairId']))
  return reports.find((r) => r['type'] === 'candidate-pair' && r['selected'] === true) // Firefox
}

/** Reports the path again whenever ICE picks another pair, where the browser tells. */
export function watchPath(pc: RTCPeerConnection, changed: (path: Path) => void): void {
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
