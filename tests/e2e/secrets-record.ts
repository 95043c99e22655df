/** People whose browsers keep their profiles on disk, and a record of all that their pages draw, say, show and send. */
import { spawn } from 'node:child_process'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import type { BrowserContext, Page, Request } from 'playwright/test'
import { fromBase64, fromHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'

/** What a page tells of itself, in its order. */
type Told = 'draw' | 'line' | 'shown' | 'said' | 'nothing'

/** Init script: every random byte, every frame of a data channel, every text that is shown, and whatever else leaves a page. */
export function tellAll(): void {
  const { tell } = globalThis as unknown as { tell(what: Told, text: string): Promise<void> }
  const hex = (view: ArrayBufferView) =>
    Array.from(new Uint8Array(view.buffer, view.byteOffset, view.byteLength), (byte) =>
      byte.toString(16).padStart(2, '0'),
    ).join('')

  const draw = Crypto.prototype.getRandomValues
  Crypto.prototype.getRandomValues = function <T extends ArrayBufferView | null>(this: Crypto, array: T) {
    const drawn = draw.call(this, array as unknown as Uint8Array<ArrayBuffer>)
    void tell('draw', hex(drawn))
    return array
  }
  const channels: RTCDataChannel[] = []
  const send = RTCDataChannel.prototype.send as (this: RTCDataChannel, data: ArrayBufferView) => void
  RTCDataChannel.prototype.send = function (this: RTCDataChannel, data: unknown) {
    if (!channels.includes(this)) channels.push(this)
    void tell('line', `${performance.timeOrigin}/${channels.indexOf(this)} ${hex(data as ArrayBufferView)}`)
    send.call(this, data as ArrayBufferView)
  }

  const post = BroadcastChannel.prototype.postMessage
  BroadcastChannel.prototype.postMessage = function (message: unknown) {
    void tell('said', JSON.stringify(message))
    post.call(this, message)
  }
  for (const name of ['pushState', 'replaceState'] as const) {
    const go = History.prototype[name]
    History.prototype[name] = function (state: unknown, title, url) {
      void tell('said', JSON.stringify([state, title, url]))
      go.call(this, state, title, url)
    }
  }

  const attributes = (element: Element) => element.getAttributeNames().map((name) => element.getAttribute(name))
  const text = (node: Node): string => {
    const elements = node instanceof Element ? [node, ...node.querySelectorAll('*')] : []
    return [node.textContent, ...elements.flatMap(attributes)].join(' ')
  }
  new MutationObserver((changes) => {
    for (const { type, target, addedNodes } of changes) {
      const nodes = type === 'childList' ? [...addedNodes] : [target.cloneNode()]
      void tell('shown', [document.title, ...nodes.map(text)].join(' '))
    }
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
}

/** An event of NIP-01 that a page published. */
export type Event = { readonly pubkey: string; readonly topics: readonly string[]; readonly content: Bytes }
type Wire =
  | ['EVENT', { pubkey: string; tags: [string, string][]; content: string }]
  | ['REQ', string, { '#p': string[] }]

/** What is known of one test's people, in the order in which it happened. `by`: whose page it was. */
export class Record {
  readonly draws: { readonly by: string; readonly bytes: Bytes }[] = []
  /** What was given to each data channel, frame by frame. */
  readonly lines = new Map<string, Bytes[]>()
  /** Frames of WebSockets, both ways. */
  readonly frames: { readonly sent: boolean; readonly text: string }[] = []
  readonly requests: string[] = []
  readonly said: string[] = []
  readonly shown: string[] = []

  async follow(by: string, context: BrowserContext): Promise<void> {
    await context.exposeBinding('tell', (_, what: Told, text: string) => this.#told(by, what, text))
    await context.addInitScript(tellAll)
    context.on('weberror', (event) => this.said.push(String(event.error().stack)))
    context.on('console', (message) => this.said.push(`${message.text()} ${message.location().url}`))
    context.on('request', (request) => void this.#requested(request))
    context.on('page', (page) => this.#followPage(page))
    context.pages().forEach((page) => this.#followPage(page))
  }

  get events(): readonly Event[] {
    return this.#wire.flatMap(([kind, event]) => {
      if (kind !== 'EVENT') return []
      const { pubkey, tags, content } = event
      return [{ pubkey, topics: tags.map(([, topic]) => topic), content: fromBase64(content) }]
    })
  }

  /** All topics that a page asked a relay for, real and made up. */
  get askedFor(): ReadonlySet<string> {
    return new Set(this.#wire.flatMap((message) => (message[0] === 'REQ' ? message[2]['#p'] : [])))
  }

  get #wire(): Wire[] {
    return this.frames.filter(({ sent }) => sent).map(({ text }) => JSON.parse(text) as Wire)
  }

  #told(by: string, what: Told, text: string): void {
    if (what === 'draw') this.draws.push({ by, bytes: fromHex(text) })
    if (what === 'line') this.#heardLine(by, text)
    if (what === 'shown') this.shown.push(text)
    if (what === 'said') this.said.push(text)
  }

  #heardLine(by: string, text: string): void {
    const [id = '', frame = ''] = text.split(' ')
    const key = `${by} ${id}`
    this.lines.set(key, [...(this.lines.get(key) ?? []), fromHex(frame)])
  }

  #followPage(page: Page): void {
    page.on('websocket', (socket) => {
      this.requests.push(socket.url())
      socket.on('framesent', ({ payload }) => this.frames.push({ sent: true, text: String(payload) }))
      socket.on('framereceived', ({ payload }) => this.frames.push({ sent: false, text: String(payload) }))
    })
    page.on('dialog', (dialog) => {
      this.said.push(dialog.message())
      void dialog.dismiss()
    })
  }

  async #requested(request: Request): Promise<void> {
    const entry = [request.method(), request.url(), request.postData() ?? '']
    const headers = await request.allHeaders().catch(() => request.headers())
    this.requests.push([...entry, JSON.stringify(headers)].join(' '))
  }
}

/** Waits until everything that a page told so far is here. */
export async function heardOut(page: Page): Promise<void> {
  await page.evaluate(() =>
    (globalThis as unknown as { tell(what: Told, text: string): Promise<void> }).tell('nothing', ''),
  )
}

export type Host = {
  /** Where people go; every byte to and from the server passes by here. */
  readonly home: string
  /** All that the server wrote on its two streams. */
  readonly output: { readonly out: string; readonly err: string }
  /** All bytes of each connection, by direction. */
  readonly passed: readonly Buffer[][]
  close(): Promise<void>
}

/** The second half of `npm start`: the built site and its relay, by a process of their own. */
export async function host(): Promise<Host> {
  const env = { ...process.env, PORT: '0', HOST: '127.0.0.1' }
  const child = spawn(process.execPath, ['src/host/run.mjs', 'src/host/start.ts'], { env })
  const output = { out: '', err: '' }
  child.stderr.on('data', (data: Buffer) => (output.err += data.toString()))
  const port = await new Promise<number>((listening, failed) => {
    child.once('close', () => failed(new Error(`the server ended: ${output.err}`)))
    child.stdout.on('data', (data: Buffer) => {
      output.out += data.toString()
      const [, found] = /:(\d+)\/\n/.exec(output.out) ?? []
      if (found !== undefined) listening(Number(found))
    })
  })
  const passed: Buffer[][] = []
  const tap = await listen(createServer((near) => passBy(near, port, passed)))
  return {
    home: `http://127.0.0.1:${(tap.address() as AddressInfo).port}/`,
    output,
    passed,
    async close() {
      tap.close()
      const ended = new Promise((done) => child.once('close', done))
      child.kill()
      await ended
    },
  }
}

type Socket = ReturnType<typeof connect>

function passBy(near: Socket, port: number, passed: Buffer[][]): void {
  const far = connect(port, '127.0.0.1')
  for (const [from, to] of [
    [near, far],
    [far, near],
  ] as const) {
    const bytes: Buffer[] = []
    passed.push(bytes)
    from.on('data', (data: Buffer) => bytes.push(data))
    from.on('error', () => to.destroy())
    from.pipe(to)
  }
}

function listen(server: Server): Promise<Server> {
  return new Promise((listening) => server.listen(0, '127.0.0.1', () => listening(server)))
}
