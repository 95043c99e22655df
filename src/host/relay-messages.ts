/** What a client may say to the embedded relay: NIP-01, checked by hand and bounded. Pure. */
import { equal, fromHex, utf8 } from '../protocol/bytes.ts'
import { schnorrVerify, sha256 } from '../protocol/primitives.ts'

/** Enough for 200 topics padded with decoys, too few to watch the whole traffic. */
const MAX_FILTER_VALUES = 250
const MAX_FILTERS = 4
const MAX_TAGS = 64
const MAX_TAG_ITEMS = 16
const MAX_ID_LENGTH = 64
const FILTER_KEYS = ['kinds', 'authors', '#p', 'since', 'until', 'limit']

export type RelayEvent = {
  readonly id: string
  readonly pubkey: string
  readonly created_at: number
  readonly kind: number
  readonly tags: readonly (readonly string[])[]
  readonly content: string
  readonly sig: string
}

export type Filter = {
  readonly kinds?: readonly number[]
  readonly authors?: ReadonlySet<string>
  readonly topics?: ReadonlySet<string>
  readonly since: number
  readonly until: number
}

export type ClientMessage =
  | { readonly type: 'event'; readonly event: RelayEvent }
  | { readonly type: 'req'; readonly id: string; readonly filters: readonly Filter[] }
  | { readonly type: 'req-refused'; readonly id: string; readonly reason: string }
  | { readonly type: 'close'; readonly id: string }
  | { readonly type: 'unreadable'; readonly reason: string }

/** One text frame, already capped in size. Never throws. */
export function parseClientMessage(text: string): ClientMessage {
  const [verb, second, ...rest] = parseArray(text)
  if (verb === 'EVENT') {
    const event = parseEvent(second)
    return event ? { type: 'event', event } : { type: 'unreadable', reason: 'invalid: not an event' }
  }
  if ((verb !== 'REQ' && verb !== 'CLOSE') || !isSubscriptionId(second)) {
    return { type: 'unreadable', reason: 'unsupported: only EVENT, REQ and CLOSE' }
  }
  return verb === 'REQ' ? parseRequest(second, rest) : { type: 'close', id: second }
}

/** NIP-01: the id is the hash of the fields and the signature is the author's. About 1 ms. Never throws. */
export function isAuthentic(event: RelayEvent): boolean {
  const { id, pubkey, created_at: createdAt, kind, tags, content, sig } = event
  try {
    const hash = sha256(utf8(JSON.stringify([0, pubkey, createdAt, kind, tags, content])))
    return equal(hash, fromHex(id)) && schnorrVerify(fromHex(sig), hash, fromHex(pubkey))
  } catch {
    return false // text that is not Unicode has no hash
  }
}

export function matches(filter: Filter, event: RelayEvent): boolean {
  return (
    (filter.kinds === undefined || filter.kinds.includes(event.kind)) &&
    (filter.authors === undefined || filter.authors.has(event.pubkey)) &&
    (filter.topics === undefined || topicsOf(event).some((topic) => filter.topics!.has(topic))) &&
    event.created_at >= filter.since &&
    event.created_at <= filter.until
  )
}

/** Values of the `p` tags. */
export function topicsOf(event: RelayEvent): readonly string[] {
  return event.tags.flatMap(([name, value]) => (name === 'p' && value !== undefined ? [value] : []))
}

function parseRequest(id: string, list: readonly unknown[]): ClientMessage {
  const refused = (reason: string): ClientMessage => ({ type: 'req-refused', id, reason })
  if (list.length === 0 || list.length > MAX_FILTERS) return refused(`invalid: 1 to ${MAX_FILTERS} filters`)
  const filters: Filter[] = []
  let values = 0
  for (const raw of list) {
    const filter = parseFilter(raw)
    if (typeof filter === 'string') return refused(filter)
    values += (filter.authors?.size ?? 0) + (filter.topics?.size ?? 0)
    filters.push(filter)
  }
  if (values > MAX_FILTER_VALUES) return refused(`invalid: at most ${MAX_FILTER_VALUES} values`)
  return { type: 'req', id, filters }
}

/** A filter, or why it is refused. One without `#p` and `authors` would show everything that passes. */
function parseFilter(raw: unknown): Filter | string {
  if (!isObject(raw)) return 'invalid: a filter is an object'
  if (Object.keys(raw).some((key) => !FILTER_KEYS.includes(key))) {
    return `unsupported: filters may have ${FILTER_KEYS.join(', ')}`
  }
  const { kinds, authors, '#p': topics, since = 0, until = Number.MAX_SAFE_INTEGER } = raw
  if (authors === undefined && topics === undefined) return 'restricted: a filter needs #p or authors'
  if (!isHexList(authors ?? []) || !isHexList(topics ?? [])) return 'invalid: #p and authors are lists of 64 hex digits'
  if (kinds !== undefined && !isNumberList(kinds)) return 'invalid: kinds is a list of numbers'
  if (!Number.isSafeInteger(since) || !Number.isSafeInteger(until)) return 'invalid: since and until are numbers'
  return {
    ...(kinds !== undefined && { kinds: kinds as readonly number[] }),
    ...(authors !== undefined && { authors: new Set(authors as readonly string[]) }),
    ...(topics !== undefined && { topics: new Set(topics as readonly string[]) }),
    since: since as number,
    until: until as number,
  }
}

function parseArray(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    return Array.isArray(value) ? value : []
  } catch {
    return []
  }
}

/** Only the fields that the signature covers go on to others. */
function parseEvent(value: unknown): RelayEvent | undefined {
  if (!isObject(value)) return undefined
  const { id, pubkey, created_at, kind, tags, content, sig } = value
  const isGood =
    isHex(id, 64) &&
    isHex(pubkey, 64) &&
    isHex(sig, 128) &&
    Number.isSafeInteger(created_at) &&
    Number.isSafeInteger(kind) &&
    typeof content === 'string' &&
    Array.isArray(tags) &&
    tags.length <= MAX_TAGS &&
    tags.every(isTag)
  return isGood ? ({ id, pubkey, created_at, kind, tags, content, sig } as RelayEvent) : undefined
}

function isTag(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_TAG_ITEMS && value.every((item) => typeof item === 'string')
}

function isSubscriptionId(value: unknown): value is string {
  return typeof value === 'string' && value.length > 0 && value.length <= MAX_ID_LENGTH
}

function isHexList(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => isHex(item, 64))
}

function isNumberList(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_FILTER_VALUES && value.every((item) => Number.isSafeInteger(item))
}

function isHex(value: unknown, length: number): value is string {
  return typeof value === 'string' && value.length === length && /^[0-9a-f]*$/.test(value)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
