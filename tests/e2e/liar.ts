/**
 * The app as an attacker changes it: another build of the same sources, honest but where its page is told to lie. It takes
 * the place of the site for one person only; everything else (relay, WebRTC, handshake) is real.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext } from 'playwright/test'
import { build, type Plugin } from 'vite'
import type { Message } from '../../src/protocol/message.ts'
import type { RtcDescription } from '../../src/protocol/description.ts'
import { test as people } from './fixtures.ts'

/** What the changed app says otherwise than it should. */
export type Lies = {
  /** Its name, as it is, without any cleaning. */
  readonly name?: string
  /** These texts are sent as others. */
  readonly texts?: Readonly<Record<string, string>>
  /** Candidates before the real ones, as they stand on the wire; the real ones stay in any case, up to 12. */
  readonly candidates?: readonly RawCandidate[]
  /** Not only up to 12. */
  readonly tooMany?: boolean
  /** The fingerprint of a certificate that nobody has: one bit is another. */
  readonly fingerprint?: 'another'
}

/** Type and kind by their numbers (protocol/README.md), also such as there are none. */
export type RawCandidate = {
  readonly type: number
  readonly kind: number
  readonly address: readonly number[]
  readonly port: number
}

/** Where the sources ask the page for a lie. A place that is not there any more must not pass unseen. */
const PLACES: readonly (readonly [file: string, line: string, changed: string])[] = [
  [
    'src/protocol/payload.ts',
    '[NAME, utf8(cleanName(name))],',
    '[NAME, (globalThis as any).lies?.name ?? utf8(cleanName(name))],',
  ],
  [
    'src/protocol/message.ts',
    'export function encodeMessage(message: Message): Bytes {',
    `export function encodeMessage(message: Message): Bytes {
      const lie = (globalThis as any).lies?.message(message)
      if (lie) return lie`,
  ],
  [
    'src/protocol/description.ts',
    'export function encodeDescription(description: RtcDescription): Bytes {',
    `export function encodeDescription(description: RtcDescription): Bytes {
      const lie = (globalThis as any).lies?.description(description)
      if (lie) return lie`,
  ],
]

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Builds the changed app into a folder. */
async function buildLiar(folder: string): Promise<void> {
  const changed = new Set<string>()
  const patch: Plugin = {
    name: 'liar',
    enforce: 'pre',
    transform(code, id) {
      const place = PLACES.find(([file]) => id.endsWith(`/${file}`))
      if (!place) return undefined
      const [file, line, lie] = place
      if (code.split(line).length !== 2) throw new Error(`${file} has no single “${line}”`)
      changed.add(file)
      return { code: code.replace(line, () => lie), map: null }
    },
  }
  await build({ root, logLevel: 'error', plugins: [patch], build: { outDir: folder, emptyOutDir: true } })
  if (changed.size !== PLACES.length) throw new Error(`only ${[...changed].join()} could be changed`)
}

/** Init script: what the changed app asks. */
function tell(lies: Lies): void {
  const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)
  const number = (n: number, bytes: number): number[] =>
    Array.from({ length: bytes }, (_, i) => Math.floor(n / 256 ** (bytes - 1 - i)) % 256)
  const short = (text: string): number[] => [text.length, ...utf8(text)]
  const raw = (type: number, kind: number, address: Iterable<number>, port: number, priority: number): number[] => [
    type,
    kind,
    ...address,
    ...number(port, 2),
    ...number(priority, 4),
  ]
  const message = (message: Message): Uint8Array | undefined => {
    const lie = message.kind === 'text' ? lies.texts?.[message.text] : undefined
    return lie === undefined ? undefined : Uint8Array.from([1, ...utf8(lie)])
  }
  const description = (d: RtcDescription): Uint8Array => {
    const real = d.candidates.map(({ type, address, port, priority }) =>
      raw(
        ['relay', 'srflx', 'host'].indexOf(type),
        ['ipv4', 'ipv6', 'mdns'].indexOf(address.kind),
        address.bytes,
        port,
        priority,
      ),
    )
    const false_ = (lies.candidates ?? []).map((c, i) => raw(c.type, c.kind, c.address, c.port, 1_000 + i))
    const all = [...false_.slice(0, lies.tooMany ? 255 - real.length : 12 - real.length), ...real]
    const fingerprint = d.fingerprint.slice()
    if (lies.fingerprint) fingerprint[0]! ^= 1
    return Uint8Array.from([
      ['actpass', 'active', 'passive'].indexOf(d.setup),
      ...short(d.ufrag),
      ...short(d.pwd),
      ...fingerprint,
      ...number(d.sctpPort, 2),
      ...number(d.maxMessageSize, 4),
      all.length,
      ...all.flat(),
    ])
  }
  const name = lies.name === undefined ? undefined : utf8(lies.name)
  Object.assign(globalThis, { lies: { name, message, description } })
}

export type Liar = (lies: Lies) => (context: BrowserContext) => Promise<void>

/** People, and for some of them the changed app: `newPerson('Ben', { prepare: liar({ … }) })`. */
export const test = people.extend<object, { liar: Liar }>({
  liar: [
    async ({}, use) => {
      const folder = await mkdtemp(join(tmpdir(), 'sotto-liar-'))
      await buildLiar(folder)
      await use((lies) => async (context) => {
        await context.addInitScript(tell, lies)
        // A page that comes from a folder counts as one from far away, which has to ask before it speaks to this machine.
        await context.grantPermissions(['local-network-access'])
        await context.route(/^http:\/\/localhost:\d+\//, async (route) => {
          const { pathname } = new URL(route.request().url())
          const path = join(folder, pathname === '/' ? 'index.html' : pathname)
          // The clock of the page comes from the real host.
          if (pathname === '/config.json') return route.continue()
          return (await readFile(path).catch(() => undefined)) ? route.fulfill({ path }) : route.abort()
        })
      })
      await rm(folder, { recursive: true, force: true })
    },
    { scope: 'worker', timeout: 180_000 },
  ],
})
