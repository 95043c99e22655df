/** SDP, addresses, `config.json` and `turn.json`. */
import fc from 'fast-check'
import { formatAddress, parseAddress } from '../../../src/net/addresses.ts'
import { loadConfig } from '../../../src/net/config.ts'
import type { Config } from '../../../src/net/config.ts'
import { checkSetting, parseEntries, parseObject, settingsShape } from '../../../src/net/schema.ts'
import { describe, sdpFrom } from '../../../src/net/sdp.ts'
import { loadTurn } from '../../../src/net/turn-file.ts'
import type { TurnFile } from '../../../src/net/turn-file.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { decodeDescription, encodeDescription } from '../../../src/protocol/description.ts'
import type { RtcDescription } from '../../../src/protocol/description.ts'
import {
  CHROMIUM_ANSWER,
  CHROMIUM_OFFER,
  CHROMIUM_TURN_OFFER,
  FIREFOX_ANSWER,
  FIREFOX_OFFER,
} from '../../net/sdp-samples.ts'
import { description } from '../../protocol/arbitrary.ts'
import { decoder, ITSELF, settle } from '../decoder.ts'
import type { Outcome, Trial } from '../decoder.ts'
import { corpus } from '../mutate.ts'
import { junkText, mutatedJson } from '../mutate-text.ts'
import { bytesLike } from './formats.ts'
import { textLike } from './links.ts'

const samples = [CHROMIUM_OFFER, CHROMIUM_ANSWER, CHROMIUM_TURN_OFFER, FIREFOX_OFFER, FIREFOX_ANSWER]
const descriptions = corpus(description.map(encodeDescription))
const addresses = [
  ...['192.0.2.1', '255.255.255.255', '0.0.0.0', '2001:db8::1', '::', '1::', '::ffff:c000:201', 'fe80::1'],
  ...['1:2:3:4:5:6:7:8', '6424318f-6260-4bd9-b38e-626ec635e649.local', 'host.example'],
]

const typeOf = ({ setup }: RtcDescription): 'offer' | 'answer' => (setup === 'actpass' ? 'offer' : 'answer')
const LINE =
  /^([vots]=[ -~]+|m=application 9 UDP\/DTLS\/SCTP webrtc-datachannel|c=IN IP4 0\.0\.0\.0|a=[a-z0-9-]+:[A-Za-z0-9:+/ .-]+)$/

/** What the browser is told about a peer, whatever the peer described: the lines of the template and no other. */
function toldTo(bytes: Bytes): Trial<string> {
  return {
    decode() {
      const peer = decodeDescription(bytes)
      return sdpFrom(peer, typeOf(peer))
    },
    after(outcome) {
      if (!('value' in outcome)) return
      const lines = outcome.value.split('\r\n')
      if (lines.pop() !== '' || !lines.every((line) => LINE.test(line))) throw new Error('a line of its own')
      if (lines.filter((line) => line.startsWith('a=fingerprint:')).length !== 1) throw new Error('not one fingerprint')
    },
  }
}

/** What our own browser said must be fit to be sent, or be refused when it is. */
function checkDescribed(outcome: Outcome<RtcDescription>): void {
  if (!('value' in outcome)) return
  const { value } = outcome
  const types = new Set(value.candidates.map(({ type }) => type))
  for (const type of types)
    if (!['host', 'srflx', 'relay'].includes(type)) throw new Error(`a candidate of type ${type}`)
  const sent = settle({ decode: () => encodeDescription(value) })
  if (!(sent instanceof Promise) && 'value' in sent) describe(sdpFrom(decodeDescription(sent.value), typeOf(value)))
}

// ── config.json ──

const configs = [
  { relays: ['/relay', 'wss://relay.example/'], iceServers: [], relayOnly: true },
  {
    relays: ['wss://relay.example:7000/a?b=c'],
    iceServers: [
      { urls: 'stun:stun.example.org' },
      { urls: ['turn:t.example.org?transport=udp'], username: 'u', credential: 'p' },
    ],
    relayOnly: true,
  },
  { relayOnly: false },
]

/** The page's own `fetch`, answered with this text. */
async function answered<T>(text: string, load: (base: string) => Promise<T>): Promise<T> {
  const real = globalThis.fetch
  globalThis.fetch = () => Promise.resolve(new Response(text, { headers: { 'content-type': 'application/json' } }))
  try {
    return await load('https://sotto.example/')
  } finally {
    globalThis.fetch = real
  }
}

/** Every key stands alone: `relayOnly` counts whatever the others say, and a default in the place of a value is said. */
function checkConfig(text: string, { settings, problems }: Config): void {
  for (const relay of settings.relays) if (!/^wss?:\/\/[^/]/.test(relay)) throw new Error(`a relay at ${relay}`)
  const bytes = new TextEncoder().encode(text)
  const object = bytes.length > 64 * 1024 ? undefined : parseObject(new TextDecoder().decode(bytes))
  if (object === undefined && problems.length !== 1) throw new Error('no problem with no config')
  if (object === undefined) return
  const asked = Object.hasOwn(object, 'relayOnly') && object['relayOnly'] === true
  if (settings.relayOnly !== asked) throw new Error('relayOnly fails with another key')
  for (const key of ['relays', 'iceServers'] as const) {
    const wanted = Object.hasOwn(object, key) ? object[key] : undefined
    const isBad = wanted !== undefined && !('value' in checkSetting(key, wanted))
    if (problems.length < 8 && isBad !== problems.some((problem) => problem.key === key))
      throw new Error(`${key}: not told`)
  }
}

function loading(text: string): Trial<Config> {
  return {
    decode: () => answered(text, loadConfig),
    after(outcome) {
      if ('value' in outcome) checkConfig(text, outcome.value)
    },
  }
}

// ── turn.json ──

const timed = {
  urls: ['turn:t.example.org', 'turns:t.example.org?transport=tcp'],
  username: '1790000000:u',
  credential: 'p',
}
const turnFiles = [timed, [timed, { ...timed, urls: 'turn:[2001:db8::1]:3478' }], []]

/** Every entry is used or told, and what is used has a time at which it ends. */
function checkTurn(text: string, { servers, problems }: TurnFile): void {
  for (const { username } of servers) if (!/^\d/.test(username)) throw new Error(`without an end: ${username}`)
  const entries = new TextEncoder().encode(text).length > 64 * 1024 ? undefined : parseEntries(text)
  const told = servers.length + problems.length
  if (entries && entries.length <= 8 ? told !== entries.length : problems.length !== 1) throw new Error('not told')
}

function loadingTurn(text: string): Trial<TurnFile> {
  return {
    decode: () => answered(text, async (base) => (await loadTurn(base)) ?? { servers: [], problems: [] }),
    after(outcome) {
      if ('value' in outcome) checkTurn(text, outcome.value)
    },
  }
}

/** All settings of a config as they were accepted, or why some were not. */
function checkAll(text: string): object | undefined {
  const object = parseObject(text)
  if (object === undefined) return undefined
  const known = (Object.keys(settingsShape) as (keyof typeof settingsShape)[]).filter((key) =>
    Object.hasOwn(object, key),
  )
  const checked = known.map((key) => [key, checkSetting(key, object[key])] as const)
  const reasons = checked.flatMap(([, result]) => ('reason' in result ? [result.reason] : []))
  if (reasons.length > 0) return { reasons }
  return Object.fromEntries(checked.map(([key, result]) => [key, 'value' in result ? result.value : undefined]))
}

export const network = [
  decoder({
    name: 'SDP of the browser',
    covers: ['net/sdp.ts describe', 'net/addresses.ts parseAddress'],
    valid: samples,
    inputs: textLike(samples),
    outcomes: ['value', 'malformed'],
    trial: (sdp) => ({ decode: () => describe(sdp), after: checkDescribed }),
    limit: { length: 64 * 1024, by: 'the browser' },
  }),
  decoder({
    name: 'SDP for the browser',
    covers: ['protocol/description.ts decodeDescription', 'net/sdp.ts sdpFrom'],
    valid: descriptions,
    inputs: bytesLike(descriptions),
    outcomes: ['value', 'malformed'],
    trial: toldTo,
    // Hex and the words of the template.
    grows: 8,
    limit: { length: 2048, by: 'protocol/payload.ts' },
  }),
  decoder({
    name: 'address',
    covers: ['net/addresses.ts parseAddress', 'net/addresses.ts formatAddress'],
    valid: addresses,
    inputs: textLike(addresses),
    outcomes: ['ipv4', 'ipv6', 'mdns', 'undefined'],
    decode: parseAddress,
    label: (address) => address?.kind ?? 'undefined',
    again: (address) => address && formatAddress(address),
    limit: { length: 64 * 1024, by: 'the browser' },
  }),
  decoder({
    name: 'config.json',
    covers: ['net/config.ts loadConfig'],
    valid: configs.map((one) => JSON.stringify(one)),
    inputs: fc.oneof({ weight: 1, arbitrary: junkText() }, { weight: 15, arbitrary: mutatedJson(configs) }),
    examples: ['{"relays":["/\\\\"],"relayOnly":true}', ' '.repeat(64 * 1024) + '{}'],
    outcomes: ['as asked', 'with problems'],
    // A sign of an address may become nine: `%E2%82%AC`.
    grows: 9,
    trial: loading,
    label: ({ problems }) => (problems.length > 0 ? 'with problems' : 'as asked'),
    runs: 1500,
    limit: { length: 64 * 1024, by: ITSELF },
  }),
  decoder({
    name: 'turn.json',
    covers: ['net/turn-file.ts loadTurn', 'net/schema.ts parseEntries'],
    valid: turnFiles.map((one) => JSON.stringify(one)),
    inputs: fc.oneof({ weight: 1, arbitrary: junkText() }, { weight: 15, arbitrary: mutatedJson(turnFiles) }),
    examples: [' '.repeat(64 * 1024) + '[]', '[[]]', '[null]', '{"__proto__":{}}'],
    outcomes: ['as asked', 'with problems'],
    trial: loadingTurn,
    label: ({ problems }) => (problems.length > 0 ? 'with problems' : 'as asked'),
    runs: 1500,
    limit: { length: 64 * 1024, by: ITSELF },
  }),
  decoder({
    name: 'settings',
    covers: ['net/schema.ts checkSetting', 'net/schema.ts parseObject'],
    valid: configs.map((one) => JSON.stringify(one)),
    inputs: mutatedJson(configs),
    outcomes: ['good', 'bad', 'undefined'],
    decode: checkAll,
    label: (checked) => (checked === undefined ? 'undefined' : 'reasons' in checked ? 'bad' : 'good'),
    again: (checked) => (checked === undefined || 'reasons' in checked ? undefined : JSON.stringify(checked)),
    limit: { length: 64 * 1024, by: 'net/config.ts' },
  }),
]
