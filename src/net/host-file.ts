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

/** Rejects where nothing answers. A host that answers everything with its index has no such file. */
export async function readHostFile(name: string, base: string): Promise<HostFile> {
  const asked = Date.now()
  const response = await fetch(new URL(name, base), {
    cache: 'no-store',
    credentials: 'omit',
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const serverTime = timeOf(response, Date.now() - asked)
  return { ...(await content(response)), ...(serverTime === undefined ? {} : { serverTime }) }
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
