/** What so many people and so many events cost a relay that runs in a process of its own. */
import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { WebSocket } from 'ws'
import { EventSigner } from '../../src/net/rendezvous/event.ts'
import { random } from '../net/support.ts'

export const TOPICS = 30
/** With decoys, as a page asks for them. */
const LISTED = 32
/** What one socket may send within a minute is bounded; so these share the work. */
const WRITERS = 20
/** So many connect at the same time. */
const CROWD = 100
/** As the handshake's. */
const CONTENT_BYTES = 1_897
const KIND = 21_059
/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10

export type Kind = 'ours' | 'bare'
export type Amount = { readonly sockets: number; readonly events: number }
type Reader = { readonly socket: WebSocket; readonly topics: readonly string[] }
/** Memory for one who is merely there, processor time for an event, and to whom the events went. */
export type Cost = { readonly kib: number; readonly ms: number; readonly right: number; readonly wrong: number }

/** Throws where some event came to nobody. */
export async function costOf(kind: Kind, { sockets: people, events }: Amount): Promise<Cost> {
  const { host, url } = await startHost(kind)
  const sockets: WebSocket[] = []
  const connect = async (): Promise<WebSocket> => {
    const socket = new WebSocket(url)
    sockets.push(socket)
    await once(socket, 'open')
    return socket
  }
  try {
    for (let i = 0; i <= WRITERS; i++) await connect()
    const before = memoryKib(host)
    const readers: Reader[] = []
    while (readers.length < people) {
      const crowd = Array.from({ length: CROWD }, async () => comesToStay(await connect(), kind))
      readers.push(...(await Promise.all(crowd)))
    }
    const kib = (memoryKib(host) - before) / people
    const worked = processorMs(host)
    const passed = await pass(kind, { sockets: sockets.slice(0, WRITERS + 1), readers, events })
    return { kib, ms: (processorMs(host) - worked) / events, ...passed }
  } finally {
    for (const socket of sockets) socket.terminate()
    host.kill()
  }
}

async function startHost(kind: Kind): Promise<{ readonly host: ChildProcess; readonly url: string }> {
  const args = ['src/host/run.mjs', 'tests/bench/relay-host.ts', kind]
  const host = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const [port] = (await once(host.stdout, 'data')) as [Buffer]
  return { host, url: `ws://127.0.0.1:${Number(port.toString())}/relay` }
}

/** Resident, as the system sees it. */
function memoryKib({ pid }: ChildProcess): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  if (kib === undefined) throw new Error('the system does not tell the memory of a process')
  return Number(kib)
}

/** Used so far. Others may be busy on this machine, so no clock on the wall tells. */
function processorMs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /, '')
    .split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** Subscribes as a page does; the bare server is told nothing. */
async function comesToStay(socket: WebSocket, kind: Kind): Promise<Reader> {
  const topics = Array.from({ length: LISTED }, () => randomBytes(32).toString('hex'))
  if (kind === 'ours') {
    socket.send(JSON.stringify(['REQ', 's1', { kinds: [KIND], '#p': topics, limit: 50 }]))
    await once(socket, 'message')
  }
  return { socket, topics }
}

/** Every event is sent by one of these to a topic of somebody. */
async function pass(
  kind: Kind,
  { sockets, readers, events }: { sockets: readonly WebSocket[]; readers: readonly Reader[]; events: number },
): Promise<Pick<Cost, 'right' | 'wrong'>> {
  const signer = new EventSigner(random)
  const now = Math.floor(Date.now() / 1_000)
  const frames = Array.from({ length: events }, (_, i) => {
    const { topics } = readers[(i * 7) % readers.length]!
    const event = signer.sign([topics[i % TOPICS]!], random(CONTENT_BYTES), now)
    return JSON.stringify(['EVENT', event])
  })
  let [right, wrong] = [0, 0]
  const all = new Promise<void>((done) => {
    const count = (data: Buffer, wants: readonly string[]): void => {
      const [verb, , event] = JSON.parse(data.toString()) as [string, string, { tags: string[][] }?]
      if (kind === 'ours' && verb !== 'EVENT') return
      const isRight = kind === 'bare' || wants.includes(event?.tags[0]?.[1] ?? '')
      if (isRight) right++
      else wrong++
      if (right + wrong === events) done()
    }
    for (const { socket, topics } of readers) socket.on('message', (data: Buffer) => count(data, topics))
    if (kind === 'bare') for (const socket of sockets) socket.on('message', (d: Buffer) => count(d, []))
  })
  // The first of them sends nothing: the bare server knows nobody before it.
  for (const [i, frame] of frames.entries()) sockets[1 + (i % WRITERS)]!.send(frame)
  await all
  if (right !== events) throw new Error(`${right} of ${events} events came to whom they concern`)
  return { right, wrong }
}
