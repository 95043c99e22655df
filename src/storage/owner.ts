/**
 * One claim of a tab to be the one that writes, from asking to leaving.
 *
 * [Note: The newest ticket owns the profile]
 * Each claim draws a ticket, higher than any before (a row on disk). A newer ticket always wins; the lock only tells
 * when the older tab has finished. So the order in which locks are stolen does not matter, and of tabs that claim at
 * the same moment exactly one ends as the owner:
 *  - a claimer asks for the lock, tells the others its ticket, and after 500 ms takes the lock by force (a frozen tab
 *    keeps its lock and cannot answer);
 *  - who hears of a newer ticket leaves, whether it owns the profile or is still waiting for it;
 *  - who holds the lock raises the fence to its ticket, in a transaction that checks that no newer ticket was drawn;
 *  - who loses its lock to an older ticket stays: that one will find itself too old and give up.
 *
 *   claiming ──begin──▶ owner ──newer ticket, lock stolen, fence──▶ leaving ──onLost settled, or 300 ms──▶ over
 *       └── newer ticket: the claim ends as fenced ─────────────────────────────────────────────▶ over
 */
import type { Ending } from '../chat/ports.ts'
import { isAbort } from './trouble.ts'

/** Time a tab that can answer has to leave (design §3), and the part of it in which it may still write. */
const PATIENCE_MS = 500
const LEAVING_MS = 300

export type TenureOptions = {
  /** Name of the lock and of the channel. */
  readonly name: string
  readonly ticket: number
  /** Whether no newer ticket was drawn. */
  readonly isNewest: () => Promise<boolean>
  /** Settles when every commit that was under way has ended. */
  readonly drained: () => Promise<unknown>
  readonly onLost: OnLost
}

/** Called once; what it still wants to keep may be written until its promise settles, but for `LEAVING_MS`. */
export type OnLost = (why?: Ending) => void | Promise<void>

export interface Tenure {
  readonly ticket: number
  /** Waits for the lock; returns early if a newer ticket shows up. Rejects with what the browser threw. */
  enter(): Promise<void>
  /** The claim has ended: true if this is the owner from now on, false if a newer ticket was there first. */
  begin(): boolean
  /** True from `begin` until what onLost returned has settled: what it still wants to keep may be written. */
  mayWrite(): boolean
  /** A newer claim has taken over, or else `why`. The owner calls onLost, once, then gives the lock back. */
  lose(why?: Ending): void
  /** Gives the lock back when `drained`, without a word. */
  leave(): void
}

export function makeTenure({ name, ticket, isNewest, drained, onLost }: TenureOptions): Tenure {
  let phase: 'claiming' | 'owner' | 'leaving' | 'over' = 'claiming'
  let free = (): void => undefined
  const waiting = new AbortController()
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<unknown>) => {
    if (typeof data === 'number' && data > ticket) lose()
  }

  function lose(why: Ending = 'fenced'): void {
    if (phase === 'claiming') leave()
    if (phase !== 'owner') return
    phase = 'leaving'
    const timer = setTimeout(leave, LEAVING_MS)
    void (async () => await onLost(why))().finally(() => {
      clearTimeout(timer)
      leave()
    })
  }

  function leave(): void {
    if (phase === 'over') return
    phase = 'over'
    waiting.abort()
    channel.close()
    void drained().finally(() => free())
  }

  async function stolen(): Promise<void> {
    if (!(await isNewest().catch(() => false))) lose()
  }

  async function hold(options: LockOptions): Promise<boolean> {
    const release = await holdLock(name, options, () => void stolen())
    if (release === undefined) return false
    free = release
    if (phase === 'over') free()
    return true
  }

  return {
    ticket,
    async enter() {
      channel.postMessage(ticket)
      const timer = setTimeout(() => waiting.abort(), PATIENCE_MS)
      const isHeld = await hold({ signal: waiting.signal }).finally(() => clearTimeout(timer))
      if (isHeld || phase === 'over') return
      // A newer one may hold the lock by now: that is not the one to take it from.
      if (await isNewest()) await hold({ steal: true })
      else leave()
    },
    begin() {
      if (phase === 'claiming') phase = 'owner'
      return phase === 'owner'
    },
    mayWrite: () => phase === 'owner' || phase === 'leaving',
    lose,
    leave,
  }
}

/** Whether no tab holds the lock of this name. */
export async function isFree(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query()
  return held.every((lock) => lock.name !== name)
}

/** Resolves once no tab holds the lock of this name, or one that holds it has had its time to leave. */
export async function freed(name: string): Promise<void> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  await navigator.locks.request(name, { signal }, () => undefined).catch(() => undefined)
}

/**
 * Requests the lock. Resolves with what releases it, or undefined if the signal came first. `stolen` is called if
 * another request later takes the lock by force.
 */
function holdLock(name: string, options: LockOptions, stolen: () => void): Promise<(() => void) | undefined> {
  return new Promise((resolve, reject) => {
    let isHeld = false
    const untilFreed = (): Promise<void> =>
      new Promise((free) => {
        isHeld = true
        resolve(free)
      })
    navigator.locks.request(name, options, untilFreed).catch((error: Error) => {
      if (isHeld) stolen()
      else if (isAbort(error)) resolve(undefined)
      else reject(error)
    })
  })
}
