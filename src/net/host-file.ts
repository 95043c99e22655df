/** A small file that the host of the page puts beside it. */

/** Settings are some hundred bytes; more is none of ours. */
const MAX_BYTES = 64 * 1024
/** The page opens without it rather than wait for a host that hangs. */
const TIMEOUT_MS = 10_000

export type HostFile = {
  /** Absent where there is no such file, or with a problem. */
  readonly text?: string
  readonly problem?: string
  /** The host's clock at the moment the answer came, Unix ms, to about a second. Absent when it does not tell. */
  readonly serverTime?: number
}

/**
 * Where nothing answers, what the host said last; rejects where that is not known. A host that answers everything with its
 * index has no such file.
 */
export async function readHostFile(name: string, base: string): Promise<HostFile> {
  const url = new URL(name, base)
  // A page from a disk has no host, and browsers let it read no file beside it.
  if (url.protocol === 'file:') return {}
  const asked = Date.now()
  let response: Response
  try {
    response = await fetch(url, { cache: 'no-store', credentials: 'omit', signal: AbortSignal.timeout(TIMEOUT_MS) })
  } catch (error) {
    const text = await lastSaid(url)
    if (text === undefined) throw error
    return { text }
  }
  const serverTime = timeOf(response, Date.now() - asked)
  const file = await content(response)
  if (file.problem === undefined) void remember(url, file.text)
  return { ...file, ...(serverTime === undefined ? {} : { serverTime }) }
}

/** Beside the kept build, so that a page that opens without its host knows its relays. Undefined: there is no such place. */
async function notes(url: URL): Promise<Cache | undefined> {
  return globalThis.caches?.open(`sotto ${new URL('.', url).pathname} notes`)
}

async function lastSaid(url: URL): Promise<string | undefined> {
  const last = await (await notes(url))?.match(url).catch(() => undefined)
  return last?.text()
}

/** A disk that does not take it is no reason to fail: the host has just answered. */
async function remember(url: URL, text: string | undefined): Promise<void> {
  try {
    const cache = await notes(url)
    if (text === undefined) await cache?.delete(url)
    else await cache?.put(url, new Response(text))
  } catch {
    // Then there is nothing to fall back on.
  }
}

async function content(response: Response): Promise<HostFile> {
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true
  const isMissing = response.status === 404 || response.status === 410 || (response.ok && isPage)
  if (isMissing || !response.ok) {
    await response.body?.cancel()
    return isMissing ? {} : { problem: `the host answered ${response.status}` }
  }
  const text = await boundedText(response)
  return text === undefined ? { problem: 'is larger than 64 KiB' } : { text }
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
