import { expect, test } from 'playwright/test'
import { isTheirCertificate, pathOf as wayOf, placesOf } from '../../src/net/transport.ts'
import { sha256 } from '../../src/protocol/primitives.ts'

type Report = Record<string, unknown>

function connection(reports: Record<string, Report>, iceTransportPolicy = 'all'): RTCPeerConnection {
  return {
    getConfiguration: () => ({ iceTransportPolicy }),
    getStats: () => Promise.resolve(new Map(Object.entries(reports))),
  } as unknown as RTCPeerConnection
}

const ends = (local: string, remote: string): Record<string, Report> => ({
  l: { type: 'local-candidate', candidateType: local },
  r: { type: 'remote-candidate', candidateType: remote },
})
const pair = { type: 'candidate-pair', localCandidateId: 'l', remoteCandidateId: 'r' }
const transport = { type: 'transport', selectedCandidatePairId: 'p' }

const pathOf = async (pc: RTCPeerConnection): Promise<string> => (await wayOf(pc)).path

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

test('where the browser does not say, a line that may only be relayed is', async () => {
  expect(await pathOf(connection({}, 'relay'))).toBe('relayed')
  expect(await pathOf(connection({}))).toBe('direct')
})

test('a connection that is closed meanwhile has no path to tell', async () => {
  const closed = Object.assign(connection({}), { getStats: () => Promise.reject(new Error('closed')) })
  expect(await pathOf(closed)).toBe('direct')
})

test('the ends of a path: what the browser hides stays hidden, and one network is told from two', async () => {
  const between = async (mine: Report, theirs: Report) => {
    const reports = {
      p: pair,
      transport,
      l: { candidateType: 'host', ...mine },
      r: { candidateType: 'host', ...theirs },
    }
    return (await wayOf(connection(reports))).ends
  }
  const hidden = { address: '6e1c0a2e-0000-4000-8000-000000000000.local' }
  expect(await between({ address: '192.168.1.4' }, hidden)).toEqual({
    mine: { kind: 'host', address: '192.168.1.4' },
    theirs: { kind: 'host' },
    sameNetwork: true,
  })
  const near = async (mine: Report, theirs: Report) => (await between(mine, theirs))?.sameNetwork
  for (const address of ['10.1.2.3', '172.16.0.1', '172.31.9.9', '192.168.0.9', 'fd00::1', 'fe80::1'])
    expect(await near({}, { candidateType: 'prflx', address }), address).toBe(true)
  for (const address of ['11.1.2.3', '172.32.0.1', '192.169.0.9', '203.0.113.7', '2001:db8::1'])
    expect(await near({}, { candidateType: 'prflx', address }), address).toBe(false)
  // Two devices with public addresses are not in one network, and of what the browser hides nothing is claimed.
  expect(await near({}, { address: '203.0.113.7' })).toBe(false)
  expect(await near({ address: '203.0.113.8' }, {})).toBe(false)
  expect(await near({}, { candidateType: 'prflx' })).toBe(false)
  expect(await near({ candidateType: 'srflx' }, {})).toBe(false)
  expect(await near({}, { candidateType: 'srflx' })).toBe(false)
  // Nothing that is no address gets through.
  expect((await between({ address: '<b>' }, { address: 7 }))?.mine).toEqual({ kind: 'host' })
  expect(await between({ candidateType: 'other' }, {})).toBeUndefined()
})

test('the places of a description, each once', () => {
  const at = (kind: 'ipv4' | 'mdns', length: number) => ({ kind, bytes: new Uint8Array(length).fill(9) })
  const one = { type: 'host', address: at('ipv4', 4), port: 1, priority: 1 } as const
  const other = { ...one, address: at('mdns', 16) }
  expect(placesOf([one, { ...one, port: 2 }, other, { ...one, type: 'relay' }])).toEqual([
    { kind: 'host', address: '9.9.9.9' },
    { kind: 'host' },
    { kind: 'relay', address: '9.9.9.9' },
  ])
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
