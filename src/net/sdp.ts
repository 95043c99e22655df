/**
 * SDP ↔ the compact description that travels sealed in the handshake. Pure strings; no WebRTC here.
 * `describe` reads the SDP of our own browser only. `sdpFrom` writes what our browser is told about the other side, from
 * a template: no text of a peer ever reaches the browser's SDP parser.
 */
import { fromHex, toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import { MAX_CANDIDATES } from '../protocol/description.ts'
import type { Candidate, RtcDescription } from '../protocol/description.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { formatAddress, isUseless, parseAddress } from './addresses.ts'

const ORDER: Record<Candidate['type'], number> = { relay: 0, srflx: 1, host: 2 }

/**
 * The SDP of our own browser in compact form: at most 12 UDP candidates of component 1, without duplicates, relay before
 * srflx before host, each group by falling priority. Throws ProtocolError('malformed') if a needed line is missing.
 */
export function describe(sdp: string): RtcDescription {
  const lines = sdp.split(/\r?\n/)
  const value = (name: string): string => {
    const line = lines.find((l) => l.startsWith(`a=${name}:`))
    if (line === undefined) throw new ProtocolError('malformed')
    return line.slice(name.length + 3).trim()
  }
  return {
    setup: setupOf(value('setup')),
    ufrag: value('ice-ufrag'),
    pwd: value('ice-pwd'),
    fingerprint: sha256Fingerprint(lines),
    sctpPort: Number(value('sctp-port')),
    maxMessageSize: Number(value('max-message-size')),
    candidates: candidatesOf(lines),
  }
}

function setupOf(value: string): RtcDescription['setup'] {
  if (value === 'actpass' || value === 'active' || value === 'passive') return value
  throw new ProtocolError('malformed')
}

function sha256Fingerprint(lines: readonly string[]): Bytes {
  for (const line of lines) {
    const hex = /^a=fingerprint:sha-256 ((?:[0-9a-f]{2}:){31}[0-9a-f]{2})\s*$/i.exec(line)?.[1]
    if (hex !== undefined) return fromHex(hex.replaceAll(':', '').toLowerCase())
  }
  throw new ProtocolError('malformed')
}

function candidatesOf(lines: readonly string[]): readonly Candidate[] {
  const found = new Map<string, Candidate>()
  for (const line of lines) {
    const candidate = parseCandidate(line)
    if (!candidate) continue
    const key = `${candidate.type} ${formatAddress(candidate.address)} ${candidate.port}`
    if (!found.has(key)) found.set(key, candidate)
  }
  const sorted = [...found.values()].sort((a, b) => ORDER[a.type] - ORDER[b.type] || b.priority - a.priority)
  return sorted.slice(0, MAX_CANDIDATES)
}

// RFC 8839 §5.1: candidate:foundation component transport priority address port typ type …
function parseCandidate(line: string): Candidate | undefined {
  const m = /^a=candidate:\S+ 1 udp (\d{1,10}) (\S+) (\d{1,5}) typ (host|srflx|relay)(?: |$)/i.exec(line.trim())
  if (!m) return undefined
  const address = parseAddress(m[2] ?? '')
  const port = Number(m[3])
  if (!address || isUseless(address) || port < 1 || port > 65_535) return undefined
  return { type: m[4]?.toLowerCase() as Candidate['type'], address, port, priority: Number(m[1]) }
}

/**
 * The SDP of the other side for `setRemoteDescription`: one data-channel section, exactly one fingerprint.
 * Throws ProtocolError('malformed') for any value outside its grammar (RFC 8839 §5.4, RFC 8841), so that nothing in the
 * description can start a new line or attribute.
 */
export function sdpFrom(description: RtcDescription, type: 'offer' | 'answer'): string {
  check(description, type)
  const { setup, ufrag, pwd, sctpPort, maxMessageSize } = description
  return [
    'v=0',
    'o=- 1 1 IN IP4 0.0.0.0',
    's=-',
    't=0 0',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    ...description.candidates.map(candidateLine),
    `a=ice-ufrag:${ufrag}`,
    `a=ice-pwd:${pwd}`,
    // Without it Firefox gives up on an early failure; a peer-reflexive pair may still come.
    'a=ice-options:trickle',
    `a=fingerprint:sha-256 ${colonHex(description.fingerprint)}`,
    `a=setup:${setup}`,
    'a=mid:0',
    `a=sctp-port:${sctpPort}`,
    `a=max-message-size:${maxMessageSize}`,
    '',
  ].join('\r\n')
}

function check(d: RtcDescription, type: 'offer' | 'answer'): void {
  const good =
    (type === 'offer' ? d.setup === 'actpass' : d.setup === 'active' || d.setup === 'passive') &&
    /^[A-Za-z0-9+/]{4,256}$/.test(d.ufrag) &&
    /^[A-Za-z0-9+/]{22,256}$/.test(d.pwd) &&
    d.fingerprint.length === 32 &&
    isWithin(d.sctpPort, 1, 65_535) &&
    isWithin(d.maxMessageSize, 0, 0xffff_ffff) &&
    d.candidates.length <= MAX_CANDIDATES &&
    d.candidates.every(isGoodCandidate)
  if (!good) throw new ProtocolError('malformed')
}

function isGoodCandidate({ type, address, port, priority }: Candidate): boolean {
  const length = { ipv4: 4, ipv6: 16, mdns: 16 }[address.kind]
  return (
    Object.hasOwn(ORDER, type) &&
    address.bytes.length === length &&
    isWithin(port, 1, 65_535) &&
    isWithin(priority, 0, 0xffff_ffff)
  )
}

function isWithin(n: number, from: number, to: number): boolean {
  return Number.isInteger(n) && n >= from && n <= to
}

function candidateLine({ type, address, port, priority }: Candidate, index: number): string {
  const base = `a=candidate:${index + 1} 1 udp ${priority} ${formatAddress(address)} ${port} typ ${type}`
  // The grammar wants a related address here; the real one is nobody's business.
  return type === 'host' ? base : `${base} raddr ${address.kind === 'ipv6' ? '::' : '0.0.0.0'} rport 9`
}

function colonHex(bytes: Bytes): string {
  return toHex(bytes).toUpperCase().match(/../g)!.join(':')
}
