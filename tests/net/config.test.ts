import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import { readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { loadConfig } from '../../src/net/config.ts'
import { listen } from './support.ts'
import type { Listening } from './support.ts'

const DEFAULTS = { relays: ['ws://HOST/relay'], iceServers: [], relayOnly: false }

let host: Listening
let answer: RequestListener
const asked: string[] = []

test.beforeEach(async () => {
  asked.length = 0
  host = await listen(
    createServer((request, response) => {
      asked.push(request.url ?? '')
      answer(request, response)
    }),
  )
})
test.afterEach(() => host.close())

/** Loads the config from this host as a page in a folder would, with the host's name put back to HOST. */
async function load(body: string | object, headers: Record<string, string> = {}, status = 200) {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  answer = (_, response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
  const config = await loadConfig(`${host.url}/some/folder/index.html#/chat/1`)
  const relays = config.settings.relays.map((relay) => relay.replace(`127.0.0.1:${host.port}`, 'HOST'))
  return { ...config, settings: { ...config.settings, relays } }
}

test('the file that ships holds the defaults, without a problem', async () => {
  const config = await load(readFileSync('public/config.json', 'utf8'))
  expect(config).toMatchObject({ settings: DEFAULTS, problems: [] })
  expect(asked).toEqual(['/some/folder/config.json'])
})

test('reads everything a host may say', async () => {
  const iceServers = [
    { urls: 'stun:stun.example.org' },
    { urls: ['turn:turn.example.org:3478?transport=tcp', 'turns:[2001:db8::1]:5349'], username: 'u', credential: 'p' },
  ]
  const relays = ['/relay', '/relay', 'wss://nostr.example.org', 'ws://[::1]:7777/path']
  const { settings, problems } = await load({ relays, iceServers, relayOnly: true })
  expect(problems).toEqual([])
  expect(settings).toEqual({
    relays: ['ws://HOST/relay', 'wss://nostr.example.org/', 'ws://[::1]:7777/path'],
    iceServers,
    relayOnly: true,
  })
})

const bad: Record<string, [object, { key: string; reason: RegExp }[]]> = {
  'relays is no list': [{ relays: '/relay' }, [{ key: 'relays', reason: /list/ }]],
  'a relay is a number': [{ relays: [7] }, [{ key: 'relays', reason: /text/ }]],
  'a relay is https': [{ relays: ['https://nostr.example.org'] }, [{ key: 'relays', reason: /ws:/ }]],
  'a relay is a script': [{ relays: ['javascript:alert(1)'] }, [{ key: 'relays', reason: /ws:/ }]],
  'a relay is another host without a scheme': [{ relays: ['//evil.example'] }, [{ key: 'relays', reason: /ws:/ }]],
  'a relay is endless': [{ relays: [`wss://x/${'y'.repeat(600)}`] }, [{ key: 'relays', reason: /long/ }]],
  'nine relays': [{ relays: Array(9).fill('/relay') }, [{ key: 'relays', reason: /at most 8/ }]],
  'an ICE server without a scheme': [
    { iceServers: [{ urls: 'stun.example.org' }] },
    [{ key: 'iceServers', reason: /stun:/ }],
  ],
  'an ICE server that is a text': [{ iceServers: ['stun:x'] }, [{ key: 'iceServers', reason: /urls/ }]],
  'no URL': [{ iceServers: [{ urls: [] }] }, [{ key: 'iceServers', reason: /urls/ }]],
  'turn without a password': [
    { iceServers: [{ urls: 'turn:x', username: 'u' }] },
    [{ key: 'iceServers', reason: /credential/ }],
  ],
  'something more': [
    { iceServers: [{ urls: 'stun:x', credentialType: 'oauth' }] },
    [{ key: 'iceServers', reason: /nothing else/ }],
  ],
  'relayOnly is a text': [{ relayOnly: 'yes' }, [{ key: 'relayOnly', reason: /true or false/ }]],
  'an unknown key': [{ ice: [] }, [{ key: 'ice', reason: /not a known key/ }]],
  'keys of every object': [
    JSON.parse('{"__proto__":{},"constructor":1}') as object,
    [
      { key: '__proto__', reason: /known/ },
      { key: 'constructor', reason: /known/ },
    ],
  ],
}

for (const [name, [body, problems]] of Object.entries(bad)) {
  test(`${name}: its default, and a problem that names the key`, async () => {
    const config = await load(body)
    expect(config.settings).toEqual(DEFAULTS)
    expect(config.problems).toEqual(problems.map(({ key, reason }) => ({ key, reason: expect.stringMatching(reason) })))
  })
}

test('a bad key does not take the good ones with it', async () => {
  const config = await load({ relays: ['wss://nostr.example.org/'], iceServers: 7, relayOnly: true })
  expect(config.settings).toEqual({ relays: ['wss://nostr.example.org/'], iceServers: [], relayOnly: true })
  expect(config.problems.map((p) => p.key)).toEqual(['iceServers'])
})

const files: Record<string, [Parameters<typeof load>, string[]]> = {
  missing: [['not here', {}, 404], []],
  'answered with the page itself': [['<!doctype html>', { 'content-type': 'text/html; charset=utf-8' }], []],
  empty: [[''], ['']],
  'no JSON': [['{ relays: [] }'], ['']],
  'a list': [['[]'], ['']],
  'a failure of the host': [['{}', {}, 500], ['']],
  'larger than 64 KiB': [[' '.repeat(64 * 1024) + '{}'], ['']],
  'with a byte order mark': [['\ufeff{}'], []],
}

for (const [name, [args, keys]] of Object.entries(files)) {
  test(`a file that is ${name}`, async () => {
    const config = await load(...args)
    expect(config.settings).toEqual(DEFAULTS)
    expect(config.problems.map((p) => p.key)).toEqual(keys)
  })
}

test('no network: the defaults, and nobody is blamed', async () => {
  const { port } = host
  await host.close()
  expect(await loadConfig(`https://127.0.0.1:${port}/`)).toEqual({
    settings: { ...DEFAULTS, relays: [`wss://127.0.0.1:${port}/relay`] },
    problems: [],
  })
  host = await listen(createServer())
})

test('tells the time of the host, older by what a cache kept it', async () => {
  const date = new Date(Date.UTC(2030, 0, 1)).toUTCString()
  const plain = await load({}, { date })
  expect(plain.serverTime! - Date.parse(date)).toBeGreaterThanOrEqual(0)
  expect(plain.serverTime! - Date.parse(date)).toBeLessThan(5_000)
  const cached = await load({}, { date, age: '60' })
  expect(cached.serverTime! - Date.parse(date)).toBeGreaterThanOrEqual(60_000)
  expect((await load({}, { date: 'yesterday' })).serverTime).toBeUndefined()
  expect((await load('', { date }, 404)).serverTime).toBeDefined()
})

test('a page from a disk has no host: nothing is asked, and a path means no relay', async () => {
  expect(await loadConfig('file:///home/somebody/sotto.html')).toEqual({
    settings: { relays: [], iceServers: [], relayOnly: false },
    problems: [],
  })
  expect(asked).toEqual([])
})
