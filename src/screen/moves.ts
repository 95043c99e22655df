/** A move that is under way: one at a time, and longer than the screen it began on. */
import { createSignal } from 'solid-js'
import type { Giving, GiveView, Move, Pieces, Taking, TakeView } from '../chat/move-view.ts'
import { importMoved } from '../chat/mover.ts'
import type { Mover } from '../chat/moving.ts'
import type { Screen } from './context.ts'

/** `act`: absent until the part of the program that can do it is here. */
export type Gives = {
  readonly view: GiveView
  readonly act?: Giving
  readonly mover?: Mover
  /** When the page locks by itself, if a passphrase opens it. */
  readonly locks?: Pick<Screen['state']['me'], 'lockAfter' | 'lockHidden'>
}
/** `opened`: names this opening of the link, for the same one may be opened again. */
export type Takes = { readonly opened: object; readonly view: TakeView; readonly act?: Taking }

const [giving, setGiving] = createSignal<Gives>()
const [taking, setTaking] = createSignal<Takes>()

export { giving, taking }

const FAILED = { at: 'ended', why: 'failed' } as const
/** Names the move that counts: one that was left while it was being prepared does not. */
let current: object = {}
/** The engine takes a moment to let go of the profile. */
let holding: Promise<void> = Promise.resolve()

async function prepare({ actions }: Screen): Promise<{ readonly mover: Mover; readonly move: Move } | undefined> {
  try {
    const mover = await actions.mover()
    const move = await mover.move()
    return move && { mover, move }
  } catch {
    // Some part of the program could not be fetched.
    return undefined
  }
}

/** Makes a link, on the device that has the profile. */
export async function give(screen: Screen): Promise<void> {
  const mine = (current = {})
  const { sealed, me } = screen.state
  // The page forgets both while the engine has let go of the profile.
  const locks = sealed ? { locks: { lockAfter: me.lockAfter, lockHidden: me.lockHidden } } : {}
  setGiving({ view: { at: 'waiting', isReached: false }, ...locks })
  const ready = await prepare(screen)
  if (current !== mine) return
  if (!ready) return void setGiving({ view: FAILED })
  const { mover, move } = ready
  let isHeld = false
  const show = (view: GiveView): void => {
    // Another tab took the profile: what that one shows is no business of this move.
    const isGone = isHeld && view.at === 'ended' && mover.snapshot().phase !== 'restoring'
    if (current === mine) setGiving((now) => (isGone ? undefined : { ...now, view, mover }))
  }
  const act = move.give(async (sink, key, watch) => {
    isHeld = true
    // What came while it is written would be acknowledged here, and be lacking there.
    holding = mover.hold()
    await holding
    return await mover.moving.exportTo(sink, key, watch)
  }, show)
  setGiving((now) => now && { ...now, mover, act })
}

/** The dialog was closed, or the person goes on with what is here. */
export async function leave(): Promise<void> {
  const now = giving()
  current = {}
  setGiving(undefined)
  now?.act?.stop()
  await holding
  if (now?.mover?.snapshot().phase === 'restoring') await now.mover.begin()
}

/** Looks at a link on the device that everything is to come to. Nothing is sent. */
export async function look(screen: Screen, opened: object, fragment: string): Promise<void> {
  giveUp()
  const mine = (current = {})
  setTaking({ opened, view: { at: 'ready' } })
  const ready = await prepare(screen)
  if (current !== mine) return
  if (!ready) return void setTaking({ opened, view: FAILED })
  const { mover, move } = ready
  const show = (view: TakeView): void => {
    if (current !== mine) return
    setTaking((now) => (view.at === 'done' ? undefined : now && { ...now, view }))
    if (view.at !== 'done') return
    screen.restored[1](true)
    screen.router.replace('#/')
  }
  const act = move.take(fragment, makePieces(), (file, key, watch) => importMoved(mover, file, key, watch), show)
  setTaking((now) => now && { ...now, act })
}

export function giveUp(): void {
  const now = taking()
  current = {}
  setTaking(undefined)
  now?.act?.stop()
}

/** So much is put away at once: browsers keep large blobs on the disk. */
const PIECE_BYTES = 1 << 20

function makePieces(): Pieces {
  const held: Blob[] = []
  let waiting: Blob[] = []
  let length = 0
  const flush = (): void => {
    held.push(new Blob(waiting))
    waiting = []
    length = 0
  }
  return {
    put(piece) {
      waiting.push(new Blob([piece]))
      length += piece.length
      if (length >= PIECE_BYTES) flush()
    },
    whole() {
      flush()
      return new Blob(held.splice(0))
    },
  }
}
