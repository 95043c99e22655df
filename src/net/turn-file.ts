/**
 * `turn.json` beside the page: TURN credentials that end, written anew by the host from time to time. Read at start and
 * again before they end. Optional; what is wrong with one entry is told and does not take the others with it.
 */
import type { Clock, IceServer, Random } from '../chat/ports.ts'
import type { ConfigProblem } from './config.ts'
import { readHostFile } from './host-file.ts'
import type { HostFile } from './host-file.ts'
import { checkTimedServer, MAX_ICE_SERVERS, parseEntries } from './schema.ts'
import type { TimedServer } from './schema.ts'

/** Fetched anew five to ten minutes before the end, not by all pages in the same second. */
const BEFORE_END_MS = 5 * 60_000
/** However soon they end, and however it answers, the host is not asked more often. */
const SOONEST_MS = 60_000
/** A host that writes nothing new, or has taken the file away. */
const AGAIN_MS = 10 * 60_000

export type TurnFile = {
  readonly servers: readonly TimedServer[]
  readonly problems: readonly ConfigProblem[]
}

/** Never rejects; no file is no servers and no problem. Undefined where nothing answers. */
export async function loadTurn(base: string): Promise<TurnFile | undefined> {
  try {
    return fromFile(await readHostFile('turn.json', base))
  } catch {
    return undefined
  }
}

function fromFile({ text, problem }: HostFile): TurnFile {
  const bad = (key: string, reason: string): TurnFile => ({ servers: [], problems: [{ key, reason }] })
  if (problem !== undefined) return bad('', problem)
  if (text === undefined) return { servers: [], problems: [] }
  const entries = parseEntries(text)
  if (!entries) return bad('', 'must hold one server or a list of them')
  if (entries.length > MAX_ICE_SERVERS) return bad('', `may hold at most ${MAX_ICE_SERVERS} servers`)
  const checked = entries.map((entry) => checkTimedServer(entry))
  return {
    servers: checked.flatMap((one) => ('value' in one ? [one.value] : [])),
    problems: checked.flatMap((one) => ('reason' in one ? [{ key: one.key.slice(0, 40), reason: one.reason }] : [])),
  }
}

/** When these credentials end, Unix ms. */
function endOf({ username }: TimedServer): number {
  return Number(/^\d+/.exec(username)?.[0]) * 1000
}

/** Those that can still be used at `now`, Unix ms. */
export function usable(servers: readonly TimedServer[], now: number): readonly IceServer[] {
  return servers.filter((server) => endOf(server) > now)
}

/** What the host has to be told: entries that cannot be used, among them those that have ended. */
export function problemsOf({ servers, problems }: TurnFile, now: number): readonly ConfigProblem[] {
  const ended = servers.length > 0 && usable(servers, now).length === 0
  return ended
    ? [...problems, { key: 'username', reason: 'names a time that is over: is the file still written?' }]
    : problems
}

/**
 * Fetches the file again before what it holds ends, and hands on what it holds then. An answer that cannot be used takes
 * nothing away: what has not ended still counts. A host that never had such a file is not asked again.
 * @param first what the page began with; undefined where nothing answered
 */
export function followTurn(
  deps: { readonly base: string; readonly clock: Clock; readonly random: Random },
  first: TurnFile | undefined,
  use: (servers: readonly IceServer[]) => void,
): void {
  const { base, clock, random } = deps
  let held = first?.servers ?? []
  let heldAny = held.length > 0
  let known = JSON.stringify(usable(held, clock.now()))
  const next = (file: TurnFile | undefined): void => {
    if (isAnswer(file) && file.servers.length === 0 && !heldAny) return
    const spread = (random(1)[0] ?? 0) / 255
    const wait = isAnswer(file) ? waitFor(file.servers, clock.now(), spread) : SOONEST_MS * (1 + spread)
    clock.after(wait, () => void again())
  }
  const again = async (): Promise<void> => {
    const file = await loadTurn(base)
    if (isAnswer(file)) held = file.servers
    heldAny ||= held.length > 0
    const servers = usable(held, clock.now())
    const text = JSON.stringify(servers)
    if (text !== known) use(servers)
    known = text
    next(file)
  }
  next(first)
}

/** False where nothing answered, and for a file of which nothing can be used: a host in trouble, or halfway through writing it. */
function isAnswer(file: TurnFile | undefined): file is TurnFile {
  return file !== undefined && (file.servers.length > 0 || file.problems.length === 0)
}

/** How long until the file is worth another look. `spread`: 0–1. */
function waitFor(servers: readonly TimedServer[], now: number, spread: number): number {
  const ends = servers.map(endOf).filter((end) => end > now)
  if (ends.length === 0) return AGAIN_MS
  return Math.max(SOONEST_MS, Math.min(...ends) - now - BEFORE_END_MS * (1 + spread))
}
