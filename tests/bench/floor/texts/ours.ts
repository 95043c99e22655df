/** The app's engine and disk, as `main.tsx` puts them together, without the screen. */
import type { Engine } from '../../../../src/chat/front.ts'
import type { Snapshot } from '../../../../src/chat/snapshot.ts'
import { makeEngine } from '../../../../src/engine.ts'
import type { Bytes } from '../../../../src/protocol/bytes.ts'
import { makeHistory } from '../../../../src/storage/history.ts'

const TEXT = 'x'.repeat(256)

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))
const history = makeHistory({ random })
let engine: Promise<Engine> | undefined
let snapshot: Snapshot | undefined
let changed: () => void = () => undefined

async function started(): Promise<Engine> {
  const made = await makeEngine({ history, random, base: document.baseURI })
  made.subscribe((next) => {
    snapshot = next
    changed()
  })
  await made.start(await history.claim(() => undefined))
  return made
}

export async function invite(): Promise<string> {
  const { actions } = await (engine ??= started())
  await actions.startChat()
  return until((now) => now.invites[0]?.fragment)
}

export async function join(link: string): Promise<void> {
  const { actions } = await (engine ??= started())
  const opened = await actions.openLink(link)
  if (!opened.ok) throw new Error(opened.why)
  actions.join(opened.id)
  await until((now) => now.chats.some(({ line }) => line.state === 'direct') || undefined)
}

/** Committed here, committed there, acknowledged, and that committed here. */
export async function send(count: number): Promise<number> {
  const { actions } = await (engine ??= started())
  const id = snapshot?.chats[0]?.id
  if (id === undefined) throw new Error('nobody to write to')
  const from = performance.now()
  await Promise.all(Array.from({ length: count }, () => actions.send(id, TEXT)))
  // The outbox on disk is what still has to be acknowledged; the last text leaves it last.
  while (!snapshot?.chats[0]?.last?.arrived || (await history.outbox(id, 0, 1)).length > 0) await change()
  return (performance.now() - from) / 1000
}

function change(): Promise<void> {
  return new Promise((resolve) => (changed = resolve))
}

async function until<T>(find: (now: Snapshot) => T | undefined): Promise<T> {
  for (;;) {
    const found = snapshot && find(snapshot)
    if (found !== undefined) return found
    await change()
  }
}
