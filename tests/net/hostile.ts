/**
 * Relays that do harm, one way each: real ones, over real sockets, that pass events on by topic but for what their manner
 * changes. A manner without a word of its own is an honest relay.
 */
import { createServer as createTcpServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { WebSocket } from 'ws'
import { random, startOddRelay, topic } from './support.ts'

type Event = { readonly id: string; readonly created_at: number; readonly tags: readonly (readonly string[])[] }
type Message = readonly unknown[]

/** What passes between a relay and one page. `say`: without what the manner does to it. */
type Line = { readonly socket: WebSocket; readonly say: (text: string) => void }

type Manner = {
  /** A page has connected. */
  readonly welcome?: (line: Line) => void
  /** What a page says; `on` treats it as an honest relay would. */
  readonly hears?: (message: Message, line: Line, on: () => void) => unknown
  /** What it would say to a page. */
  readonly says?: (message: Message, line: Line) => unknown
}

const SLOW_MS = 1_500
const SHUFFLED_MS = 250
/** Fifty pieces in a second. */
const JUNK_MS = 20
const MIB = 1024 * 1024
const YEAR_S = 365 * 86_400

const text = (message: Message): string => JSON.stringify(message)
const tell = ({ say }: Line, ...message: Message): void => say(text(message))
const later = (ms: number, run: () => void): void => void setTimeout(run, ms).unref()
const isSaid = (message: Message): boolean => message[0] === 'EVENT'
const eventOf = (message: Message): Event => (message[0] === 'EVENT' ? message.at(-1) : undefined) as Event

/** Turns away whatever it is asked for, with this reason. */
function refuses(reason: string): Manner {
  return {
    hears: (message, line) => {
      if (message[0] === 'REQ') tell(line, 'CLOSED', message[1], reason)
      if (isSaid(message)) tell(line, 'OK', eventOf(message).id, false, reason)
    },
  }
}

/** Takes no event, with this reason; all else is as it should be. */
function takesNone(reason: string, isTaken: (event: Event) => boolean = () => false): Manner {
  return {
    hears: (message, line, on) => {
      if (!isSaid(message) || isTaken(eventOf(message))) on()
      else tell(line, 'OK', eventOf(message).id, false, reason)
    },
  }
}

/** Broken differently: NIP-01 knows no author among the subscribers. */
function ownEventsKept(): Manner {
  const own = new WeakMap<WebSocket, Set<string>>()
  return {
    hears: (message, { socket }, on) => {
      if (isSaid(message)) own.set(socket, (own.get(socket) ?? new Set()).add(eventOf(message).id))
      on()
    },
    says: (message, { socket, say }) =>
      !(isSaid(message) && own.get(socket)?.has(eventOf(message).id)) && say(text(message)),
  }
}

const JUNK: readonly (() => string | Uint8Array)[] = [
  () => '{',
  () => '['.repeat(8_000),
  () => random(300),
  () => text(['EVENT', 's1', { __proto__: null, kind: 21_059, content: 'A'.repeat(20_000) }]),
  () => text(['OK', topic(), true, '']),
]

/** As the real event, but not quite. */
function lies(event: Event): readonly object[] {
  return [
    { ...event, kind: 1 },
    { ...event, tags: [['p', topic()]] },
    { ...event, content: Buffer.from(random(300)).toString('base64') },
    { ...event, sig: '0'.repeat(128), created_at: event.created_at - YEAR_S, content: 'AAAA' },
    { ...event, tags: [...event.tags, ['p', topic()]] },
  ]
}

export const HARM = {
  honest: {},
  'never answers': { hears: () => {} },
  'takes 1.5 s each way': {
    hears: (_, __, on) => later(SLOW_MS, on),
    says: (message, line) => later(SLOW_MS, () => line.say(text(message))),
  },
  'accepts everything and passes nothing on': {
    hears: (message, line, on) => (isSaid(message) ? tell(line, 'OK', eventOf(message).id, true, '') : on()),
  },
  'hands nothing on and says nothing': { hears: (message, _, on) => !isSaid(message) && on() },
  'hands a page none of its own events back': ownEventsKept(),
  'confirms no event': { says: (message, line) => message[0] !== 'OK' && line.say(text(message)) },
  'repeats everything five times': {
    says: (message, line) => {
      for (let i = 0; i < 5; i++) line.say(text(message))
    },
  },
  'pours out fifty pieces of junk a second': {
    welcome: ({ socket, say }) => {
      let count = 0
      const timer = setInterval(() => say(JUNK[count++ % JUNK.length]!() as string), JUNK_MS)
      socket.on('close', () => clearInterval(timer))
    },
  },
  'pours out five hundred pieces of junk at once': {
    welcome: ({ say }) => {
      for (let i = 0; i < 500; i++) say(JUNK[i % JUNK.length]!() as string)
    },
  },
  'sends frames of 1 MiB': {
    hears: (message, line, on) => {
      tell(line, 'EVENT', message[1], { kind: 21_059, tags: [], content: 'A'.repeat(MIB) })
      on()
    },
  },
  'lies about every event': {
    says: (message, line) => {
      if (message[0] === 'EVENT')
        for (const event of lies(eventOf(message))) line.say(text(['EVENT', message[1], event]))
      line.say(text(message))
    },
  },
  'passes on events in any order': {
    says: (message, line) =>
      isSaid(message) ? later(random(1)[0]! % SHUFFLED_MS, () => line.say(text(message))) : line.say(text(message)),
  },
  'wants an account': {
    welcome: (line) => tell(line, 'AUTH', 'challenge'),
    ...refuses('auth-required: members only'),
  },
  'wants work': takesNone('pow: 28 bits needed'),
  'blocks strangers': refuses('blocked: only certain pubkeys are allowed to post'),
  'finds every event too many': takesNone('rate-limited: slow down'),
  'finds every request too many': refuses('rate-limited: too many requests'),
  'has a clock 200 s ahead': takesNone(
    'invalid: created_at too early',
    ({ created_at: at }) => at > Date.now() / 1_000 + 140,
  ),
  'finds every time wrong': takesNone('invalid: event too far in the future'),
  'ends every subscription': {
    hears: (message, line, on) => {
      on()
      if (message[0] === 'REQ') tell(line, 'CLOSED', message[1], 'error: shutting down')
    },
  },
  'hangs up on every event': {
    hears: (message, { socket }, on) => (isSaid(message) ? socket.close() : on()),
  },
  'hangs up after every event': {
    hears: (message, { socket }, on) => {
      on()
      if (isSaid(message)) socket.close()
    },
  },
  'closes at once': { welcome: ({ socket }) => socket.close() },
  'talks to people': {
    welcome: (line) => tell(line, 'NOTICE', 'Welcome! This relay is restricted to nice people.'),
    hears: (_, line, on) => {
      tell(line, 'NOTICE', 'could not parse command: ['.repeat(20))
      on()
    },
  },
} as const satisfies Record<string, Manner>

export type Harm = keyof typeof HARM
export const HARMS = Object.keys(HARM) as readonly Harm[]

export type HostileRelay = {
  readonly url: string
  /** How many have connected, and what they said, in order. */
  readonly met: () => number
  readonly messages: readonly Message[]
  /** From now on it does this harm. */
  become(harm: Harm): void
  close(): Promise<unknown>
}

export async function startHostileRelay(harm: Harm): Promise<HostileRelay> {
  let manner: Manner = HARM[harm]
  const wants = new Map<WebSocket, Map<unknown, ReadonlySet<string>>>()
  const lineTo = (socket: WebSocket): Line => ({ socket, say: (said) => socket.readyState === 1 && socket.send(said) })
  const say = (socket: WebSocket, ...message: Message): unknown =>
    manner.says ? manner.says(message, lineTo(socket)) : lineTo(socket).say(text(message))
  const publish = (event: Event): void => {
    for (const [socket, subscriptions] of wants)
      for (const [id, topics] of subscriptions)
        if (event.tags.some(([, value = '']) => topics.has(value))) say(socket, 'EVENT', id, event)
  }
  const serve = (socket: WebSocket, message: Message): void => {
    const subscriptions = wants.get(socket)
    if (message[0] === 'CLOSE') subscriptions?.delete(message[1])
    else if (message[0] === 'REQ') {
      subscriptions?.set(message[1], new Set((message[2] as { '#p': string[] })['#p']))
      say(socket, 'EOSE', message[1])
    } else {
      say(socket, 'OK', eventOf(message).id, true, '')
      publish(eventOf(message))
    }
  }
  const { url, sockets, messages, close } = await startOddRelay(
    ({ socket, message }) => {
      const on = (): void => serve(socket, message)
      if (manner.hears) manner.hears(message, lineTo(socket), on)
      else on()
    },
    (socket) => {
      wants.set(socket, new Map())
      socket.on('close', () => wants.delete(socket))
      manner.welcome?.(lineTo(socket))
    },
  )
  const become = (next: Harm): void => void (manner = HARM[next])
  return { url, messages, close, become, met: () => sockets.length }
}

/** Takes connections and says nothing, not even that it is a WebSocket; with `drops` it ends them at once. */
export async function startDeafRelay(drops = false): Promise<HostileRelay> {
  const sockets: Socket[] = []
  const server = createTcpServer((socket) => {
    sockets.push(socket.on('error', () => {}))
    if (drops) socket.destroy()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const close = (): Promise<unknown> => {
    for (const socket of sockets) socket.destroy()
    return new Promise((closed) => server.close(closed))
  }
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    met: () => sockets.length,
    messages: [],
    become: () => {},
    close,
  }
}
