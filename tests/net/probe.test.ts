import { expect, test } from 'playwright/test'
import type { Check } from '../../src/chat/ports.ts'
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
