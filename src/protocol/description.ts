/**
 * The compact form of a WebRTC transport description. The other side's SDP text never reaches our browser: it is rebuilt
 * from these fields and a template. NOT its concern: that template (net's).
 */
import { compare, equal, fromUtf8, Reader, utf8, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'

/** One ICE candidate in compact form. UDP, component 1 only. */
export type Candidate = {
  readonly type: 'host' | 'srflx' | 'relay'
  /** 4 bytes IPv4, 16 bytes IPv6, or the 16 bytes of the UUID before `.local` (mDNS). */
  readonly address: { readonly kind: 'ipv4' | 'ipv6' | 'mdns'; readonly bytes: Bytes }
  readonly port: number
  readonly priority: number
}

/** What one side must know of the other's WebRTC transport: the SDP is rebuilt from this and a template, never passed on. */
export type RtcDescription = {
  readonly setup: 'actpass' | 'active' | 'passive'
  readonly ufrag: string
  readonly pwd: string
  /** SHA-256 of the DTLS certificate, 32 bytes. */
  readonly fingerprint: Bytes
  readonly sctpPort: number
  readonly maxMessageSize: number
  /** At most 12, no duplicates, order relay, srflx, host. */
  readonly candidates: readonly Candidate[]
}

/** Two network interfaces with two families on three paths; more would only be a way to make us knock at strangers' doors. */
export const MAX_CANDIDATES = 12
const FINGERPRINT_BYTES = 32
const SETUPS = ['actpass', 'active', 'passive'] as const
/** Their order on the wire too: what works most surely survives the cut. */
const TYPES = ['relay', 'srflx', 'host'] as const
const KINDS = ['ipv4', 'ipv6', 'mdns'] as const
const ADDRESS_BYTES = { ipv4: 4, ipv6: 16, mdns: 16 } as const

/**
 * setup u8 ‖ ufrag (length u8 ‖ ASCII) ‖ pwd (length u8 ‖ ASCII) ‖ fingerprint 32 ‖ sctp port u16 ‖ max message size u32 ‖
 * count u8 ‖ candidates: type u8 ‖ address kind u8 ‖ address 4 or 16 ‖ port u16 ‖ priority u32.
 * Candidates are put in order; duplicates, useless addresses and those beyond 12 are left out.
 * Throws 'malformed' or 'too-large' on fields that no browser makes.
 */
export function encodeDescription(description: RtcDescription): Bytes {
  const { setup, ufrag, pwd, fingerprint, sctpPort, maxMessageSize } = description
  const writer = new Writer().u8(SETUPS.indexOf(setup))
  for (const text of [checkUfrag(ufrag), checkPwd(pwd)]) writer.u8(text.length).put(utf8(text))
  if (fingerprint.length !== FINGERPRINT_BYTES) throw new ProtocolError('malformed')
  const candidates = canonical(description.candidates)
  writer.put(fingerprint).u16(checkPort(sctpPort)).u32(maxMessageSize).u8(candidates.length)
  for (const candidate of candidates) writer.put(encodeCandidate(candidate))
  return writer.done()
}

/** Throws 'malformed' on anything `encodeDescription` does not make, except that useless addresses are dropped. */
export function decodeDescription(bytes: Bytes): RtcDescription {
  const reader = new Reader(bytes)
  const setup = oneOf(SETUPS, reader.u8())
  const ufrag = checkUfrag(fromUtf8(reader.take(reader.u8())))
  const pwd = checkPwd(fromUtf8(reader.take(reader.u8())))
  const fingerprint = reader.take(FINGERPRINT_BYTES)
  const sctpPort = checkPort(reader.u16())
  const maxMessageSize = reader.u32()
  const count = reader.u8()
  if (count > MAX_CANDIDATES) throw new ProtocolError('malformed')
  const candidates = Array.from({ length: count }, () => decodeCandidate(reader))
  reader.end()
  checkOrder(candidates)
  return { setup, ufrag, pwd, fingerprint, sctpPort, maxMessageSize, candidates: candidates.filter(isUseful) }
}

// RFC 8839 §5.4: 4 to 256 and 22 to 256 ice-chars; our length byte stops at 255.
function checkUfrag(text: string): string {
  return checkIceText(text, 4)
}

function checkPwd(text: string): string {
  return checkIceText(text, 22)
}

function checkIceText(text: string, least: number): string {
  if (text.length < least || text.length > 255 || !/^[A-Za-z0-9+/]*$/.test(text)) throw new ProtocolError('malformed')
  return text
}

function checkPort(port: number): number {
  if (port === 0) throw new ProtocolError('malformed')
  return port
}

function encodeCandidate({ type, address, port, priority }: Candidate): Bytes {
  if (address.bytes.length !== ADDRESS_BYTES[address.kind]) throw new ProtocolError('malformed')
  const writer = new Writer().u8(TYPES.indexOf(type)).u8(KINDS.indexOf(address.kind)).put(address.bytes)
  return writer.u16(port).u32(priority).done()
}

function decodeCandidate(reader: Reader): Candidate {
  const type = oneOf(TYPES, reader.u8())
  const kind = oneOf(KINDS, reader.u8())
  const address = { kind, bytes: reader.take(ADDRESS_BYTES[kind]) }
  return { type, address, port: reader.u16(), priority: reader.u32() }
}

function oneOf<T>(values: readonly T[], index: number): T {
  const value = values[index]
  if (value === undefined) throw new ProtocolError('malformed')
  return value
}

/** Useful ones, by type, without duplicates, at most 12. */
function canonical(candidates: readonly Candidate[]): Candidate[] {
  const byType = TYPES.flatMap((type) => candidates.filter((candidate) => candidate.type === type))
  const useful = byType.filter(isUseful)
  return useful.filter((one, i) => useful.findIndex((other) => same(one, other)) === i).slice(0, MAX_CANDIDATES)
}

function checkOrder(candidates: readonly Candidate[]): void {
  candidates.forEach((one, i) => {
    const sooner = candidates.slice(0, i)
    if (sooner.some((other) => same(one, other) || TYPES.indexOf(other.type) > TYPES.indexOf(one.type)))
      throw new ProtocolError('malformed')
  })
}

function same(a: Candidate, b: Candidate): boolean {
  const sameAddress = a.address.kind === b.address.kind && equal(a.address.bytes, b.address.bytes)
  return a.type === b.type && sameAddress && a.port === b.port
}

/**
 * No honest browser offers itself, a group, or a cloud's metadata service; a hostile one would have our browser send
 * packets there.
 */
function isUseful({ address: { kind, bytes }, port }: Candidate): boolean {
  if (port === 0) return false
  switch (kind) {
    case 'mdns':
      return true
    case 'ipv4':
      return isUsefulIpv4(bytes)
    case 'ipv6':
      return isUsefulIpv6(bytes)
  }
}

const METADATA_IPV4 = Uint8Array.of(169, 254, 169, 254)

function isUsefulIpv4(bytes: Bytes): boolean {
  const [first = 0] = bytes
  // 0/8 unspecified, 127/8 loopback, 224/4 multicast, 240/4 reserved and broadcast.
  return first !== 0 && first !== 127 && first < 224 && !equal(bytes, METADATA_IPV4)
}

/** fd00:ec2::254 */
const METADATA_IPV6 = Uint8Array.of(0xfd, 0, 0x0e, 0xc2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x02, 0x54)
/** ::/64 holds the unspecified address, loopback, and every way to write an IPv4 address as IPv6. */
const LOW_IPV6 = new Uint8Array(8)

function isUsefulIpv6(bytes: Bytes): boolean {
  return bytes[0] !== 0xff && compare(bytes.slice(0, 8), LOW_IPV6) !== 0 && !equal(bytes, METADATA_IPV6)
}
