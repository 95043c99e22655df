/** The servers a person writes down in Settings: read by the rules of config.json, and tried one by one. */
import type { Check, Clock, Random, Servers, Settings } from '../chat/ports.ts'
import { relayUrl } from './config.ts'
import { isTurn } from './ice.ts'
import type { Outcome } from './probe.ts'
import { checkSetting, parseEntries } from './schema.ts'

/** A list of servers is some hundred characters; more is none. */
const MAX_WRITTEN = 64 * 1024

export function makeServers(deps: { readonly clock: Clock; readonly random: Random; readonly base: string }): Servers {
  let run = 0
  return {
    read(kind, text) {
      if (text.length > MAX_WRITTEN) return { reason: 'is too long' }
      if (kind === 'relays') return checked('relays', checkSetting('relays', linesOf(text)))
      const list = parseEntries(text)
      return list ? checked('iceServers', checkSetting('iceServers', list)) : { reason: 'must be a JSON list' }
    },
    probe(settings, on) {
      const mine = ++run
      const checks = new Map<string, Check>()
      const tell = (key: string, check: Check): void => {
        checks.set(key, check)
        if (run === mine) on([...checks.values()])
      }
      for (const [key, { id, probe }] of probesOf(settings, deps)) {
        tell(key, { id, state: probe ? 'testing' : 'skipped' })
        const unreached = { state: 'failed', why: 'unreachable' } as const
        void probe?.()
          .catch(() => unreached)
          .then((outcome) => tell(key, { id, ...outcome }))
      }
      if (checks.size === 0) on([])
    },
  }
}

type Read = ReturnType<Servers['read']>

function checked(
  key: 'relays' | 'iceServers',
  result: { readonly value: unknown } | { readonly reason: string },
): Read {
  return 'value' in result ? { value: { [key]: result.value } } : { reason: result.reason }
}

function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trim())
  return [...new Set(lines.filter((line) => line !== ''))]
}

/** Fetched when somebody tests; what could not be fetched reached nobody. */
const probes = () => import('./probe.ts')

type Probe = { readonly id: string; readonly probe?: () => Promise<Outcome> }

/** Each address once with the same credentials: a server with several is tried at each. */
function probesOf(
  { relays, iceServers, relayOnly }: Settings,
  deps: { readonly clock: Clock; readonly random: Random; readonly base: string },
): ReadonlyMap<string, Probe> {
  const found = new Map<string, Probe>()
  for (const id of relays)
    found.set(id, { id, probe: async () => (await probes()).probeRelay(relayUrl(id, deps.base), deps) })
  for (const server of iceServers)
    for (const id of [server.urls].flat()) {
      const one = { ...server, urls: id }
      // As in the chat: with the address hidden, only TURN servers are used, and relays.
      const isAsked = !relayOnly || isTurn(id)
      found.set(JSON.stringify(one), {
        id,
        ...(isAsked ? { probe: async () => (await probes()).probeIce(one, deps) } : {}),
      })
    }
  return found
}
