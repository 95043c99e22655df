/** `config.json` beside the page: which relays and ICE servers its host offers. Edited by hand, so every key fails alone. */
import type { Settings } from '../chat/ports.ts'
import { readHostFile } from './host-file.ts'
import type { HostFile } from './host-file.ts'
import { checkSetting, parseObject } from './schema.ts'
import type { Checked } from './schema.ts'

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
    const file = await readHostFile('config.json', base)
    const { serverTime } = file
    return { ...fromFile(file, base), ...(serverTime === undefined ? {} : { serverTime }) }
  } catch {
    return { settings: resolved(DEFAULTS, base), problems: [] } // offline
  }
}

function fromFile({ text, problem }: HostFile, base: string): Config {
  const nothing = { settings: resolved(DEFAULTS, base), problems: [] }
  if (problem !== undefined) return { ...nothing, problems: [{ key: '', reason: problem }] }
  if (text === undefined) return nothing
  const object = parseObject(text)
  return object ? fromObject(object, base) : { ...nothing, problems: [{ key: '', reason: 'is not a JSON object' }] }
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

/** A page from a disk has no origin for a path to mean. */
function resolved(settings: Settings, base: string): Settings {
  const relays = settings.relays.map((relay) => relayUrl(relay, base)).filter((url) => url.startsWith('ws'))
  return { ...settings, relays: [...new Set(relays)] }
}

/** A relay entry as a full WebSocket URL; a path means the origin of the page. */
export function relayUrl(entry: string, base: string): string {
  const url = new URL(entry, base)
  if (url.protocol === 'http:' || url.protocol === 'https:') url.protocol = url.protocol.replace('http', 'ws')
  return url.href
}
