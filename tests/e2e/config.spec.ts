/** `config.json` is edited by hand: whatever stands in it, the page opens, says what is wrong, and keeps the history. */
import type { BrowserContext } from 'playwright/test'
import { connected, expect, meet, reads, reload, say, test } from './fixtures.ts'
import { configure } from './odd-relays.ts'

const broken: readonly (readonly [what: string, text: string, said: string])[] = [
  ['no JSON', '{ "relays": [', 'config.json is not a JSON object'],
  ['a list', '["/relay"]', 'config.json is not a JSON object'],
  ['another type', '{ "relays": "/relay" }', 'config.json: “relays” must be a list'],
  [
    'an address of another kind',
    '{ "relays": ["https://relay.example/"] }',
    'config.json: “relays” must be ws:// or wss:// addresses, or paths that begin with /',
  ],
  [
    'a script for an address',
    '{ "relays": ["javascript:alert(1)"] }',
    'config.json: “relays” must be ws:// or wss:// addresses, or paths that begin with /',
  ],
  [
    'ICE servers of another kind',
    '{ "iceServers": [{ "urls": "http://x" }] }',
    'config.json: “iceServers” urls must begin with stun:, stuns:, turn: or turns:',
  ],
  ['a word for a truth', '{ "relayOnly": "yes" }', 'config.json: “relayOnly” must be true or false'],
  ['an unknown key', '{ "relay": ["/relay"] }', 'config.json: “relay” is not a known key'],
  ['markup for a key', '{ "<img src=x onerror=run()>": 1 }', '“<img src=x onerror=run()>” is not a known key'],
  ['100 KiB', `{ "relays": ["/relay"], "x": "${'x'.repeat(100 * 1024)}" }`, 'config.json is larger than 64 KiB'],
]

test('a broken config.json is told with its key, and the history is still there', async ({ people }) => {
  const [ana, ben] = await people.pair('Ana', 'Ben')
  await say(ben, 'still here')
  await reads(ana, ['still here'])
  const place = ben.url()
  await ben.goto('about:blank')
  for (const [what, text, said] of broken) {
    await configure(ana.context(), text)
    await reload(ana)
    await expect(ana.getByRole('alert').filter({ hasText: said }), what).toHaveCount(1)
    await expect(ana.getByRole('alert'), what).toHaveCount(1)
    await reads(ana, ['still here'])
    await expect(ana.locator('img'), what).toHaveCount(0)
  }
  // A part that cannot be used is as if it were not there.
  await ben.goto(place)
  await Promise.all([connected(ana), connected(ben)])
  await ana.context().unrouteAll()
  await reload(ana)
  await Promise.all([connected(ana), connected(ben)])
  await expect(ana.getByRole('alert')).toHaveCount(0)
})

test('several mistakes are told one by one, and on the first visit too', async ({ people }) => {
  const text = '{ "relays": 7, "iceServers": {}, "colour": "red" }'
  const ana = await people.newPerson('Ana', { prepare: (context) => configure(context, text) })
  await expect(ana.getByRole('alert')).toHaveCount(3)
  for (const key of ['relays', 'iceServers', 'colour'])
    await expect(ana.getByRole('alert').filter({ hasText: `config.json: “${key}” ` })).toBeVisible()
  await expect(ana.getByRole('button', { name: 'Start a chat', exact: true })).toBeVisible()
})

test('without config.json the page works as delivered', async ({ people }) => {
  people.expectError(/Failed to load resource.*404.*config\.json/)
  const missing = (context: BrowserContext) =>
    context.route('**/config.json', (route) => route.fulfill({ status: 404, body: 'Not found' }))
  const [ana, ben] = await Promise.all([
    people.newPerson('Ana', { prepare: missing }),
    people.newPerson('Ben', { prepare: missing }),
  ])
  await meet(ana, ben)
  await expect(ana.getByRole('alert')).toHaveCount(0)
})
