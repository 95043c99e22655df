import { expect, test } from 'playwright/test'
import type { Check, Settings } from '../../src/chat/ports.ts'
import { probeIce } from '../../src/net/probe.ts'
import { makeServers } from '../../src/net/servers.ts'

const clock = { now: () => 0, after: () => () => undefined }
const servers = makeServers({ clock, random: (length) => new Uint8Array(length), base: 'https://page.example/' })

test('what a person writes is read by the rules of config.json', () => {
  expect(servers.read('relays', ' wss://a.example/ \n\n/relay\n/relay ')).toEqual({
    value: { relays: ['wss://a.example/', '/relay'] },
  })
  const stun = { urls: 'stun:a.example' }
  for (const text of [JSON.stringify([stun]), JSON.stringify(stun)])
    expect(servers.read('iceServers', text)).toEqual({ value: { iceServers: [stun] } })
  for (const [kind, text] of [
    ['relays', 'https://a.example/'],
    ['relays', Array.from({ length: 9 }, (_, i) => `/r${i}`).join('\n')],
    ['iceServers', 'stun:a.example'],
    ['iceServers', '[{"urls":"turn:a.example"}]'],
    ['iceServers', `[${' '.repeat(65_536)}]`],
  ] as const)
    expect(servers.read(kind, text), text.slice(0, 40)).toEqual({ reason: expect.any(String) as unknown })
})

test('where the browser has no such thing, or will not use it, every server still gets its answer', async () => {
  const asked = { relays: ['ws://a.example/'], iceServers: [{ urls: ['stun:b', 'stun:c'] }], relayOnly: false }
  const checks = await new Promise<readonly Check[]>((resolve) =>
    servers.probe(asked, (all) => {
      if (all.length === 3 && all.every((check) => check.state !== 'testing')) resolve(all)
    }),
  )
  expect(checks).toEqual([
    { id: 'ws://a.example/', state: 'failed', why: 'unreachable' },
    { id: 'stun:b', state: 'failed', why: 'no-webrtc' },
    { id: 'stun:c', state: 'failed', why: 'no-webrtc' },
  ])
})

/** What the servers answer in the end, where the browser's part is this. */
async function outcomes(
  settings: Partial<Settings>,
  candidates: (configuration: RTCConfiguration) => readonly string[],
): Promise<{ readonly checks: readonly Check[]; readonly asked: readonly RTCConfiguration[] }> {
  const asked: RTCConfiguration[] = []
  class Gathers {
    onicecandidate: ((event: object) => void) | undefined
    onicecandidateerror = null
    readonly #configuration: RTCConfiguration
    constructor(configuration: RTCConfiguration) {
      asked.push(configuration)
      this.#configuration = configuration
    }
    createDataChannel(): void {}
    close(): void {}
    setLocalDescription(): Promise<void> {
      for (const type of candidates(this.#configuration)) this.onicecandidate?.({ candidate: { type } })
      this.onicecandidate?.({ candidate: null })
      return Promise.resolve()
    }
  }
  Object.assign(globalThis, { RTCPeerConnection: Gathers })
  try {
    let checks: readonly Check[] = []
    servers.probe({ relays: [], iceServers: [], relayOnly: false, ...settings }, (all) => {
      checks = all
    })
    await expect.poll(() => checks.some((check) => check.state === 'testing')).toBe(false)
    return { checks, asked }
  } finally {
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection')
  }
}

test('a STUN server that says nothing new answers only where there is a network to ask from', async () => {
  const iceServers = [{ urls: 'stun:b' }]
  expect((await outcomes({ iceServers }, () => [])).checks).toEqual([
    { id: 'stun:b', state: 'failed', why: 'unreachable' },
  ])
  expect((await outcomes({ iceServers }, () => ['host'])).checks).toEqual([{ id: 'stun:b', state: 'answered', ms: 0 }])
  expect((await outcomes({ iceServers }, () => ['srflx'])).checks).toEqual([{ id: 'stun:b', state: 'answered', ms: 0 }])
})

test('one address with two passwords is tried with both, and twice the same once', async () => {
  const [good, bad] = ['good', 'bad'].map((credential) => ({ urls: 'turn:b', username: 'u', credential }))
  const { checks } = await outcomes({ iceServers: [good!, bad!, { ...good!, urls: ['turn:b'] }] }, ({ iceServers }) =>
    iceServers?.[0]?.credential === 'good' ? ['relay'] : [],
  )
  expect(checks).toEqual([
    { id: 'turn:b', state: 'answered', ms: 0 },
    { id: 'turn:b', state: 'failed', why: 'unreachable' },
  ])
})

test('while the address is hidden no STUN server is asked', async () => {
  const iceServers = [{ urls: ['stun:b', 'TURN:c', 'stuns:d'], username: 'u', credential: 'p' }]
  const { checks, asked } = await outcomes({ iceServers, relayOnly: true }, () => ['relay'])
  expect(checks).toEqual([
    { id: 'stun:b', state: 'skipped' },
    { id: 'TURN:c', state: 'answered', ms: 0 },
    { id: 'stuns:d', state: 'skipped' },
  ])
  expect(asked).toEqual([
    { iceServers: [{ urls: 'TURN:c', username: 'u', credential: 'p' }], iceTransportPolicy: 'relay' },
  ])
})

test('a server that the browser throws at is told apart from a browser without WebRTC', async () => {
  class Fussy {
    constructor({ iceServers = [] }: RTCConfiguration) {
      if (iceServers.length > 0) throw new SyntaxError('not a valid stun or turn URL')
    }
    close(): void {}
  }
  Object.assign(globalThis, { RTCPeerConnection: Fussy })
  try {
    expect(await probeIce({ urls: 'stun:b:1' }, { clock })).toEqual({ state: 'failed', why: 'unusable' })
  } finally {
    Reflect.deleteProperty(globalThis, 'RTCPeerConnection')
  }
  expect(await probeIce({ urls: 'stun:b:1' }, { clock })).toEqual({ state: 'failed', why: 'no-webrtc' })
})
