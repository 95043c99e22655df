/**
 * The closed shapes of what the host's config and the relays send. The only importer of valibot in this room. Sizes are
 * capped by the callers before anything is parsed; unknown fields never get through.
 */
import * as v from 'valibot'

// ── Relays: NIP-01 ──

/** Ephemeral gift wrap of NIP-59: one-time author, `p` tags, opaque content. Relays broadcast it and keep nothing. */
export const EVENT_KIND = 21_059
/** Topics of one event; more than 16 tags look like spam to relays. */
export const MAX_TAGS = 16

const hex64 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/))
const hex128 = v.pipe(v.string(), v.regex(/^[0-9a-f]{128}$/))

const nostrEvent = v.strictObject({
  id: hex64,
  pubkey: hex64,
  created_at: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
  kind: v.literal(EVENT_KIND),
  tags: v.pipe(v.array(v.strictTuple([v.literal('p'), hex64])), v.minLength(1), v.maxLength(MAX_TAGS)),
  content: v.pipe(v.string(), v.regex(/^[A-Za-z0-9+/]+={0,2}$/)),
  sig: hex128,
})

const reason = v.optional(v.string(), '')
const relayMessage = v.union([
  v.strictTuple([v.literal('EVENT'), v.string(), nostrEvent]),
  v.strictTuple([v.literal('EOSE'), v.string()]),
  v.strictTuple([v.literal('OK'), hex64, v.boolean(), reason]),
  v.strictTuple([v.literal('CLOSED'), v.string(), reason]),
  v.strictTuple([v.literal('NOTICE'), v.string()]),
  v.strictTuple([v.literal('AUTH'), v.string()]),
])

export type NostrEvent = v.InferOutput<typeof nostrEvent>
export type RelayMessage = v.InferOutput<typeof relayMessage>

/** One text frame of a relay, already capped in length; undefined for anything that is not a message we know. */
export function parseRelayMessage(text: string): RelayMessage | undefined {
  const result = v.safeParse(relayMessage, parseJson(text))
  return result.success ? result.output : undefined
}

// ── config.json ──

/** More relays cost every contact more events and add nothing: three of different operators are plenty. */
export const MAX_RELAYS = 8
export const MAX_ICE_SERVERS = 8
const MAX_URL_LENGTH = 512

const relayUrl = v.pipe(
  v.string('must be a list of texts'),
  v.maxLength(MAX_URL_LENGTH, 'an address is too long'),
  v.check(
    (s) => /^\/(?!\/)[!-[\]-~]*$/.test(s) || isWebSocketUrl(s),
    'must be ws:// or wss:// addresses, or paths that begin with /',
  ),
)
const relays = v.pipe(
  v.array(v.unknown(), 'must be a list'),
  v.maxLength(MAX_RELAYS, `at most ${MAX_RELAYS} relays`),
  v.array(relayUrl),
)

/** A browser throws at the whole list for one entry that it cannot use: such an entry must not get so far. */
const iceUrl = v.pipe(
  v.string('urls must be text'),
  v.maxLength(MAX_URL_LENGTH, 'an address is too long'),
  v.regex(
    /^(stuns?:[^\s/?#@]+|turns?:[^\s/?#@]+(\?transport=(udp|tcp))?)$/i,
    'urls must begin with stun:, stuns:, turn: or turns:',
  ),
  v.check(hasHostAndPort, 'urls must be like turn:host:3478?transport=udp, with a port from 1 to 65535'),
)
/** Of the user name: RFC 8489. */
const MAX_USERNAME_BYTES = 508
const username = v.pipe(v.string('username must be text'), v.maxBytes(MAX_USERNAME_BYTES, 'username is too long'))
const iceUrls = v.union(
  [iceUrl, v.pipe(v.array(iceUrl), v.minLength(1, 'urls is empty'), v.maxLength(MAX_ICE_SERVERS, 'too many urls'))],
  'urls must begin with stun:, stuns:, turn: or turns:',
)
const iceServer = v.pipe(
  v.strictObject(
    {
      urls: iceUrls,
      username: v.exactOptional(username),
      credential: v.exactOptional(v.pipe(v.string('credential must be text'), v.maxLength(MAX_URL_LENGTH))),
    },
    'each entry has urls, username and credential, and nothing else',
  ),
  v.check(
    (s) => !hasTurn(s.urls) || ((s.username ?? '') !== '' && (s.credential ?? '') !== ''),
    'turn: needs username and credential',
  ),
)
const iceServers = v.pipe(
  v.array(v.unknown(), 'must be a list'),
  v.maxLength(MAX_ICE_SERVERS, `at most ${MAX_ICE_SERVERS} servers`),
  v.array(iceServer),
)

export const settingsShape = { relays, iceServers, relayOnly: v.boolean('must be true or false') }

export type Checked<K extends keyof typeof settingsShape> =
  | { readonly value: v.InferOutput<(typeof settingsShape)[K]> }
  | { readonly reason: string }

/** One value of the config: accepted, or why not. */
export function checkSetting<K extends keyof typeof settingsShape>(key: K, value: unknown): Checked<K> {
  const result = v.safeParse(settingsShape[key], value)
  if (result.success) return { value: result.output }
  return { reason: result.issues[0].message }
}

// ── turn.json ──

/** What coturn's shared secret stands for: the username begins with the Unix second at which it ends. */
const timedServer = v.strictObject(
  {
    urls: iceUrls,
    username: v.pipe(
      v.string('must be text'),
      v.maxBytes(MAX_USERNAME_BYTES, 'is too long'),
      v.regex(/^\d{1,12}(:|$)/, 'must begin with the Unix second at which it ends, as “1790000000:name”'),
    ),
    credential: v.pipe(v.string('must be text'), v.nonEmpty('is empty'), v.maxLength(MAX_URL_LENGTH, 'is too long')),
  },
  'does not fit: an entry has urls, username and credential, and nothing else',
)

export type TimedServer = v.InferOutput<typeof timedServer>

/** One entry of `turn.json`: accepted, or which key of it is wrong, and why. */
export function checkTimedServer(
  value: unknown,
): { readonly value: TimedServer } | { readonly key: string; readonly reason: string } {
  const result = v.safeParse(timedServer, value)
  if (result.success) return { value: result.output }
  const [{ path, message }] = result.issues
  const key = path?.[0].key
  return { key: typeof key === 'string' ? key : '', reason: message }
}

/** The entries of a file that may hold one or several; undefined where it holds neither. */
export function parseEntries(text: string): readonly unknown[] | undefined {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null) return undefined
  return Array.isArray(value) ? (value as readonly unknown[]) : [value]
}

/** The keys of a JSON object; undefined for any other text. */
export function parseObject(text: string): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(text)
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return isObject ? (value as Readonly<Record<string, unknown>>) : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isWebSocketUrl(text: string): boolean {
  try {
    const { protocol, hash } = new URL(text)
    return (protocol === 'ws:' || protocol === 'wss:') && hash === ''
  } catch {
    return false
  }
}

/** A name, an IPv4 address, or an IPv6 address in brackets. Browsers take `transport` in small letters only. */
function hasHostAndPort(url: string): boolean {
  const [, host, port = '1'] =
    /^\w+:([\w.-]+|\[[\dA-Fa-f:.]+\])(?::(\d{1,5}))?(?:\?transport=(?:udp|tcp))?$/.exec(url) ?? []
  return host !== undefined && Number(port) > 0 && Number(port) < 65_536 && URL.canParse(`http://${host}`)
}

function hasTurn(urls: string | readonly string[]): boolean {
  return [urls].flat().some((url) => /^turns?:/i.test(url))
}
