import { expect, test } from 'playwright/test'
import { isTheirCertificate, pathOf } from '../../src/net/transport.ts'
import { sha256 } from '../../src/protocol/primitives.ts'

type Report = Record<string, unknown>

function connection(reports: Record<string, Report>): RTCPeerConnection {
  return { getStats: () => Promise.resolve(new Map(Object.entries(reports))) } as unknown as RTCPeerConnection
}

const ends = (local: string, remote: string): Record<string, Report> => ({
  l: { type: 'local-candidate', candidateType: local },
  r: { type: 'remote-candidate', candidateType: remote },
})
const pair = { type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' }
const transport = { type: 'transport', selectedCandidatePairId: 'p' }

test('the path is relayed if either side of the selected pair is', async () => {
  for (const [local, remote, path] of [
    ['host', 'host', 'direct'],
    ['srflx', 'prflx', 'direct'],
    ['relay', 'srflx', 'relayed'],
    ['prflx', 'relay', 'relayed'],
  ] as const) {
    expect(await pathOf(connection({ p: pair, transport, ...ends(local, remote) }))).toBe(path)
    expect(await pathOf(connection({ p: { ...pair, selected: true }, ...ends(local, remote) }))).toBe(path)
  }
  expect(await pathOf(connection({ p: pair, ...ends('relay', 'relay') }))).toBe('direct') // never selected
})

test('a connection that is closed meanwhile has no path to tell', async () => {
  const closed = { getStats: () => Promise.reject(new Error('closed')) } as unknown as RTCPeerConnection
  expect(await pathOf(closed)).toBe('direct')
})

test('the certificate must be the authenticated one, where the browser shows it', () => {
  const der = new Uint8Array([0x30, 1, 2, 3])
  const showing = (certificates: unknown): RTCPeerConnection =>
    ({ sctp: { transport: { getRemoteCertificates: certificates } } }) as unknown as RTCPeerConnection
  expect(
    isTheirCertificate(
      showing(() => [der.buffer]),
      sha256(der),
    ),
  ).toBe(true)
  expect(
    isTheirCertificate(
      showing(() => [der.buffer]),
      sha256(new Uint8Array(4)),
    ),
  ).toBe(false)
  expect(isTheirCertificate(showing(undefined), sha256(der))).toBe(true)
})
