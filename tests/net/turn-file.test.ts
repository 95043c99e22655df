/** `turn.json`: what a host may write there, what is said of what it may not, and when the page looks again. */
import { createServer } from 'node:http'
import { expect, test } from 'playwright/test'
import { followTurn, loadTurn, problemsOf, usable } from '../../src/net/turn-file.ts'
import type { TurnFile } from '../../src/net/turn-file.ts'
import type { IceServer } from '../../src/chat/ports.ts'
import { listen } from './support.ts'
import type { Listening } from './support.ts'

const NOW = 1_790_000_000_000
const MINUTE = 60_000

/** As coturn's recipe makes one; it ends so many ms from NOW. */
const server = (endsIn: number, name = 'sotto') => ({
  urls: ['turn:t.example:3478', 'turns:t.example:443?transport=tcp'],
  username: `${(NOW + endsIn) / 1000}:${name}`,
  credential: 'aGVsbG8gd29ybGQgaGVsbG8=',
})

let host: Listening
let body = ''
let status = 200
let asked = 0

test.beforeEach(async () => {
  ;[body, status, asked] = ['', 200, 0]
  host = await listen(
    createServer((request, response) => {
      asked++
      expect(request.url).toBe('/folder/turn.json')
      response.writeHead(status, { 'content-type': 'application/json' }).end(body)
    }),
  )
})
test.afterEach(() => host.close())

async function load(written: unknown): Promise<TurnFile | undefined> {
  body = typeof written === 'string' ? written : JSON.stringify(written)
  return loadTurn(`${host.url}/folder/index.html#/chat/1`)
}

test('one server, or a list of them', async () => {
  const [one, two] = [server(60 * MINUTE), server(30 * MINUTE, 'other')]
  expect(await load(one)).toEqual({ servers: [one], problems: [] })
  expect(await load([one, two])).toEqual({ servers: [one, two], problems: [] })
  expect(await load([])).toEqual({ servers: [], problems: [] })
})

test('no file is silence', async () => {
  for (status of [404, 410]) expect(await load('<h1>Not found</h1>')).toEqual({ servers: [], problems: [] })
})

test('nothing that answers is no file either, but it is worth another look', async () => {
  const { url } = host
  await host.close()
  expect(await loadTurn(url)).toBeUndefined()
  host = await listen(createServer())
})

const good = server(60 * MINUTE)
const bad: Record<string, [unknown, { key: string; reason: RegExp }]> = {
  'is no JSON': ['{ urls: [] }', { key: '', reason: /one server or a list/ }],
  'is a text': ['"turn:x"', { key: '', reason: /one server or a list/ }],
  'is larger than 64 KiB': [JSON.stringify(good) + ' '.repeat(64 * 1024), { key: '', reason: /64 KiB/ }],
  'holds nine servers': [Array(9).fill(good), { key: '', reason: /at most 8/ }],
  'has no credential': [
    { ...good, credential: undefined },
    { key: 'credential', reason: /does not fit/ },
  ],
  'has a number for a credential': [
    { ...good, credential: 7 },
    { key: 'credential', reason: /text/ },
  ],
  'has a credential without end': [
    { ...good, credential: 'x'.repeat(513) },
    { key: 'credential', reason: /long/ },
  ],
  'has a username without a time': [
    { ...good, username: 'sotto' },
    { key: 'username', reason: /Unix second/ },
  ],
  'has a time that is none': [
    { ...good, username: '1e9:sotto' },
    { key: 'username', reason: /Unix second/ },
  ],
  'has an address of another kind': [
    { ...good, urls: 'https://t.example' },
    { key: 'urls', reason: /turn:/ },
  ],
  'has something more': [
    { ...good, ttl: 3600 },
    { key: 'ttl', reason: /nothing else/ },
  ],
}
for (const [what, [written, { key, reason }]] of Object.entries(bad))
  test(`a file that ${what}: a problem that names the key`, async () => {
    const problems: unknown = [{ key, reason: expect.stringMatching(reason) as unknown }]
    expect(await load(written)).toEqual({ servers: [], problems })
  })

test('a bad entry does not take the good ones with it', async () => {
  const file = await load([{ ...good, username: 7 }, good])
  expect(file).toMatchObject({ servers: [good], problems: [{ key: 'username' }] })
})

test('what has ended is not used, and where nothing else is left the host is told', () => {
  const [over, still] = [server(-1000), server(1000)]
  expect(usable([over, still], NOW)).toEqual([still])
  expect(problemsOf({ servers: [over, still], problems: [] }, NOW)).toEqual([])
  expect(problemsOf({ servers: [over], problems: [] }, NOW)).toMatchObject([{ key: 'username' }])
  expect(problemsOf({ servers: [], problems: [] }, NOW)).toEqual([])
})

/** Follows with a clock of its own; `tick` lets the next look come and tells how long it was away, and what was handed on. */
function follow(first: TurnFile | undefined, random = 0) {
  let now = NOW
  const due: { ms: number; run: () => void }[] = []
  const clock = { now: () => now, after: (ms: number, run: () => void) => (due.push({ ms, run }), () => {}) }
  const used: (readonly IceServer[])[] = []
  const base = `${host.url}/folder/`
  followTurn({ base, clock, random: (n) => new Uint8Array(n).fill(random) }, first, (servers) => used.push(servers))
  const tick = async (written: unknown) => {
    body = typeof written === 'string' ? written : JSON.stringify(written)
    const { ms = 0, run } = due.shift() ?? {}
    const before = asked
    now += ms
    run?.()
    await expect.poll(() => asked).toBe(before + 1)
    await expect.poll(() => due.length).toBe(1)
    return { ms, used: used.splice(0) }
  }
  return { due, tick }
}

test('the page looks again before the first of them ends, and uses what it finds', async () => {
  const [one, two] = [server(60 * MINUTE), server(120 * MINUTE)]
  const { due, tick } = follow({ servers: [two, one], problems: [] })
  expect(await tick(two)).toEqual({ ms: 55 * MINUTE, used: [[two]] })
  expect(due[0]?.ms).toBe(60 * MINUTE)
  expect(follow({ servers: [one], problems: [] }, 255).due[0]?.ms).toBe(50 * MINUTE)
})

test('what has not changed changes nothing, and a host that writes nothing new is not stormed', async () => {
  const one = server(2 * MINUTE)
  const { due, tick } = follow({ servers: [one], problems: [] })
  expect(await tick(one)).toEqual({ ms: MINUTE, used: [] })
  expect(await tick(one)).toEqual({ ms: MINUTE, used: [[]] })
  expect(due[0]?.ms).toBe(10 * MINUTE)
  const fresh = server(60 * MINUTE)
  expect(await tick(fresh)).toEqual({ ms: 10 * MINUTE, used: [[fresh]] })
})

test('a host that has no such file is asked once, one that did not answer again', async () => {
  expect(follow({ servers: [], problems: [] }).due).toEqual([])
  const one = server(60 * MINUTE)
  expect(await follow(undefined).tick(one)).toEqual({ ms: MINUTE, used: [[one]] })
})

const troubles: Record<string, [number, unknown]> = {
  'a host in trouble': [503, ''],
  'a file that is half written': [200, '[{"urls":"turn:t.exa'],
  'a file that is too large': [200, ' '.repeat(70_000)],
  'a file of which no entry can be used': [200, [{ ...good, username: 7 }]],
}
for (const [what, [answer, written]] of Object.entries(troubles))
  test(`${what}: what has not ended stays, and the page asks again until it is well`, async () => {
    const [one, fresh] = [server(7 * MINUTE), server(60 * MINUTE)]
    const { due, tick } = follow({ servers: [one], problems: [] })
    status = answer
    expect(await tick(written)).toEqual({ ms: 2 * MINUTE, used: [] })
    for (let minute = 3; minute < 7; minute++) expect(await tick(written)).toEqual({ ms: MINUTE, used: [] })
    expect(await tick(written)).toEqual({ ms: MINUTE, used: [[]] })
    status = 200
    expect(await tick(fresh)).toEqual({ ms: MINUTE, used: [[fresh]] })
    expect(due).toHaveLength(1)
  })

test('a page that began with a file it could not use asks again', async () => {
  const one = server(60 * MINUTE)
  const { tick } = follow({ servers: [], problems: [{ key: '', reason: 'the host answered 503' }] })
  expect(await tick(one)).toEqual({ ms: MINUTE, used: [[one]] })
})

test('a file that is taken away takes its servers with it, and is looked for when it may be back', async () => {
  const one = server(60 * MINUTE)
  const { tick } = follow({ servers: [one], problems: [] })
  status = 404
  expect(await tick('')).toEqual({ ms: 55 * MINUTE, used: [[]] })
  status = 200
  expect(await tick(server(120 * MINUTE))).toEqual({ ms: 10 * MINUTE, used: [[server(120 * MINUTE)]] })
})

test('an entry that has ended does not put off the look before the others end', () => {
  const servers = [server(-MINUTE), server(20 * MINUTE)]
  expect(follow({ servers, problems: [] }).due[0]?.ms).toBe(15 * MINUTE)
})
