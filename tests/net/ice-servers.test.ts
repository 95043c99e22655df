/** What may be written as an ICE server, wherever it is written: a browser throws at the whole list for one bad entry. */
import { expect, test } from 'playwright/test'
import { hasTurn } from '../../src/chat/offers.ts'
import { checkSetting, checkTimedServer } from '../../src/net/schema.ts'

const ACCOUNT = { username: '1790000000:u', credential: 'c' }

const isTaken = (server: object): boolean => 'value' in checkSetting('iceServers', [server])
const isTakenTimed = (server: object): boolean => 'value' in checkTimedServer(server)

for (const urls of [
  'turn:t.example:0',
  'turn:t.example:65536',
  'turn:t.example:99999',
  'turn:t.example:abc',
  'turn:t.example:',
  'turn:t.example:1:2',
  'stun:[',
  'stun:[::1',
  'stun:[:::]',
  'stun:[fe80::1%eth0]',
  'stun:999.1.1.1',
  'stun:a\\b',
  'turn:',
  'turn:t.example?TRANSPORT=udp',
  'turn:t.example?transport=UDP',
  'turn:t.example?transport=sctp',
  ['turn:t.example', 'turn:t.example:0'],
])
  test(`${String(urls)} is not taken`, () => {
    expect([isTaken({ urls, ...ACCOUNT }), isTakenTimed({ urls, ...ACCOUNT })]).toEqual([false, false])
  })

for (const urls of [
  'turn:t.example',
  'TURN:T.example:3478',
  'turns:t_1.example.:65535?transport=tcp',
  'Stuns:192.0.2.1:3478',
  'stun:[2001:DB8::1]',
  'turn:[::ffff:192.0.2.1]:5349?transport=udp',
  ['turn:t.example', 'turn:t.example:443?transport=tcp'],
])
  test(`${String(urls)} is taken`, () => {
    expect([isTaken({ urls, ...ACCOUNT }), isTakenTimed({ urls, ...ACCOUNT })]).toEqual([true, true])
  })

test('a TURN server has a user name and a password that are not empty, and no longer than the protocol has room for', () => {
  const urls = 'turn:t.example'
  const name = `1790000000:${'é'.repeat(248)}`
  for (const bad of [
    { username: '', credential: 'c' },
    { username: '1790000000:u', credential: '' },
    { username: `${name}ab`, credential: 'c' },
  ])
    expect([isTaken({ urls, ...bad }), isTakenTimed({ urls, ...bad })]).toEqual([false, false])
  const longest = { urls, username: `${name}a`, credential: 'c' }
  expect([isTaken(longest), isTakenTimed(longest)]).toEqual([true, true])
  expect(isTaken({ urls: 'stun:s.example', username: '', credential: '' })).toBe(true)
})

test('a TURN server is one in capitals too', () => {
  for (const urls of ['TURN:t.example', ['stun:s.example', 'Turns:t.example']])
    expect(hasTurn([{ urls, ...ACCOUNT }])).toBe(true)
  expect(hasTurn([{ urls: 'STUN:turn:t.example' }])).toBe(false)
})
