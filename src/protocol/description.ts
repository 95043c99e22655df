import type { Bytes } from './bytes.ts'

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
