/** `config.json` beside the page: which relays and ICE servers its host offers. Edited by hand, so every key fails alone. */
import type { Settings } from '../chat/ports.ts'
import { checkSetting, parseObject } from './schema.ts'
import type { Checked } from './schema.ts'

/** A config is some hundred bytes; more is not a config. */
const MAX_BYTES = 64 * 1024
/** The page opens with the defaults rather than wait for a host that hangs. */
const TIMEOUT_MS = 10_000
const DEFAULTS: Settings = { relays: ['/relay'], iceServers: [], relayOnly: false }

/** What is wrong, for the person who edits the file. */
export type ConfigProblem = { readonly key: string; readonly reason: string }

export type Config = {
  /** Relays are full ws(s) URLs, each once. */
  readonly settings: Settings
  readonly problems: readonly ConfigProblem[]
  /** The host's clock at the moment the answer came, Unix ms, to about a second. Absent when it does not tell. */
  readonly serverTime?: number
}

/**
 * Reads `config.json` beside `base` (URL of the page). Never rejects: no file, no network and a page in its place give the
 * defaults; a bad key gives its default and a problem.
 */
export async function loadConfig(base: string): Promise<Config> {
  try {
    const asked = Date.now()
    const response = await fetch(new URL('config.json', base), {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    const serverTime = timeOf(response, Date.now() - asked)
    const config = await read(response, base)
    return serverTime === undefined ? config : { ...config, serverTime }
  } catch {
    return { settings: resolved(DEFAULTS, base), problems: [] } // offline
  }
}

async function read(response: Response, base: string): Promise<Config> {
  const nothing = { settings: resolved(DEFAULTS, base), problems: [] }
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true // a host that answers everything with its index
  if (response.status === 404 || response.status === 410 || (response.ok && isPage)) return cancelled(response, nothing)
  const bad = (reason: string): Config => ({ ...nothing, problems: [{ key: '', reason }] })
  if (!response.ok) return cancelled(response, bad(`the host answered ${response.status}`))
  const text = await boundedText(response)
  if (text === undefined) return bad('is larger than 64 KiB')
  const object = parseObject(text)
  return object ? fromObject(object, base) : bad('is not a JSON object')
}

function fromObject(object: Readonly<Record<string, unknown>>, base: string): Config {
  const problems: ConfigProblem[] = []
  const take = <K extends keyof Settings>(key: K): Settings[K] => {
    if (!Object.hasOwn(object, key)) return DEFAULTS[key]
    const checked: Checked<K> = checkSetting(key, object[key])
    if ('value' in checked) return checked.value as Settings[K]
    problems.push({ key, reason: checked.reason })
    return DEFAULTS[key]
  }
  const settings = { relays: take('relays'), iceServers: take('iceServers'), relayOnly: take('relayOnly') }
  for (const key of Object.keys(object)) {
    if (!Object.hasOwn(DEFAULTS, key)) problems.push({ key: key.slice(0, 40), reason: 'is not a known key' })
  }
  return { settings: resolved(settings, base), problems: problems.slice(0, 8) }
}

function resolved(settings: Settings, base: string): Settings {
  return { ...settings, relays: [...new Set(settings.relays.map((relay) => relayUrl(relay, base)))] }
}

/** A relay entry as a full WebSocket URL; a path means the origin of the page. */
export function relayUrl(entry: string, base: string): string {
  const url = new URL(entry, base)
  if (url.protocol === 'http:' || url.protocol === 'https:') url.protocol = url.protocol.replace('http', 'ws')
  return url.href
}

/** The Date header is when the answer was made: half a round trip ago, or longer if a cache kept it for `Age` seconds. */
function timeOf(response: Response, roundTripMs: number): number | undefined {
  const date = Date.parse(response.headers.get('date') ?? '')
  const age = Number(response.headers.get('age') ?? 0)
  return Number.isNaN(date) || !(age >= 0) ? undefined : date + age * 1000 + roundTripMs / 2
}

async function boundedText(response: Response): Promise<string | undefined> {
  const reader = response.body?.getReader()
  if (!reader) return ''
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; ;) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > MAX_BYTES) {
      await reader.cancel()
      return undefined
    }
    text += decoder.decode(value, { stream: true })
  }
}

async function cancelled(response: Response, config: Config): Promise<Config> {
  await response.body?.cancel()
  return config
}
