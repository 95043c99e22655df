/** Two devices of one person in the little world, and whoever else has the link. */
import { concat, equal, type Bytes } from '../../src/protocol/bytes.ts'
import { Giver } from '../../src/chat/move-give.ts'
import type { Ways } from '../../src/chat/move-meeting.ts'
import { Taker } from '../../src/chat/move-take.ts'
import type { GiveView, TakeView } from '../../src/chat/move-view.ts'
import type { Outcome, Source } from '../../src/chat/moving.ts'
import type { PeerChannel } from '../../src/chat/ports.ts'
import { Endpoint, makePeers } from '../simulation/endpoint.ts'
import { makeRendezvous, type World } from '../simulation/world.ts'

export const OK: Outcome = { ok: true, lacking: 3 }

/** One page: what it needs for a move, and the ends of the lines it had. */
export function pageOf(world: World, changes: Partial<Ways> = {}): Ways & { readonly ends: Endpoint[]; die(): void } {
  const ends: Endpoint[] = []
  let lives = true
  const alive = (): boolean => lives
  return {
    rendezvous: makeRendezvous(world, alive),
    peers: makePeers(world, alive, (end) => ends.push(end)),
    clock: { now: () => world.now, after: (ms, run) => world.after(ms, () => lives && run()) },
    random: world.random,
    relays: ['ws://r'],
    named: [],
    iceServers: [],
    relayOnly: false,
    ends,
    die() {
      lives = false
      for (const end of ends) {
        end.end('closed', 0)
        end.other?.end('closed', 30)
      }
    },
    ...changes,
  }
}

/** The old device. `parts`: what the export writes, each in one go. */
export function oldDevice(
  world: World,
  parts: readonly Bytes[],
  { ways = pageOf(world), outcome = OK }: { ways?: ReturnType<typeof pageOf>; outcome?: Outcome } = {},
) {
  const views: GiveView[] = []
  const keys: Bytes[] = []
  const wrote = { parts: 0, aborted: false }
  const giver = new Giver(
    ways,
    async (sink, key, { progress, signal }) => {
      keys.push(key.slice())
      signal.addEventListener('abort', () => (wrote.aborted = true))
      for (const part of parts) {
        await sink(part)
        progress(++wrote.parts, parts.length)
      }
      return outcome
    },
    (view) => views.push(view),
  )
  return { giver, ways, views, keys, wrote, view: () => views.at(-1)! }
}

/** The new one. `keeps`: what becomes of what came. */
export function newDevice(
  world: World,
  fragment: string,
  {
    ways = pageOf(world),
    keeps = () => Promise.resolve(OK),
  }: {
    ways?: ReturnType<typeof pageOf>
    keeps?: () => Promise<Outcome>
  } = {},
) {
  const views: TakeView[] = []
  const came: Bytes[] = []
  const kept: { readonly file: Bytes; readonly key: Bytes }[] = []
  const taker = new Taker(
    ways,
    fragment,
    {
      pieces: { put: (piece) => came.push(piece.slice()), whole: () => sourceOf(concat(...came)) },
      keep: async (file, key) => {
        const bytes = new Uint8Array(await file.slice(0, file.size).arrayBuffer())
        const outcome = await keeps()
        if (outcome.ok) kept.push({ file: bytes, key: key.slice() })
        return outcome
      },
    },
    (view) => views.push(view),
  )
  return { taker, ways, views, came, kept, view: () => views.at(-1)! }
}

function sourceOf(file: Bytes): Source {
  return { size: file.length, slice: (from, to) => new Blob([file]).slice(from, to) }
}

export type Old = ReturnType<typeof oldDevice>
export type New = ReturnType<typeof newDevice>

export const isOver = ({ view }: { view: () => { readonly at: string } }): boolean =>
  view().at === 'done' || view().at === 'ended'

/** Both show a number, or one of them is over. */
export async function compares(world: World, old: Old, other: New): Promise<void> {
  await world.run(300_000, () => (old.view().at === 'compare' && other.view().at === 'compare') || isOver(old))
}

/** What the new device kept is what the old one has, all of it. */
export function isWhole(old: Old, { kept }: New, parts: readonly Bytes[]): boolean {
  const [one] = kept
  return kept.length === 1 && equal(one!.file, concat(...parts)) && old.keys.some((key) => equal(key, one!.key))
}

/** A queue that is full after each piece, and has room again a little later. */
export function narrow(world: World, ways: ReturnType<typeof pageOf>, waiting: { most: number }): Ways {
  return {
    ...ways,
    peers: (options, on) => {
      let queued = 0
      const channel = ways.peers(options, on)
      const send: PeerChannel['send'] = (frame) => {
        waiting.most = Math.max(waiting.most, ++queued)
        world.after(10, () => {
          channel.send(frame)
          if (--queued === 0) on({ type: 'drained' })
        })
        return false
      }
      return { ...channel, send, accept: channel.accept, proceed: channel.proceed, close: channel.close }
    },
  }
}
