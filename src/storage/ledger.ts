/**
 * What ought to lie on disk: a sum over every sealed row, sealed itself and written in the same transaction. A row that was taken
 * away, or put back to what it was, no longer fits. A whole profile put back fits, and cannot be noticed here: contacts notice it.
 * Nor does a sum tell of what is not sealed (marks of the outbox, ids), nor is one looked for in the page that just upgraded a
 * database of a former version; and pages of a very long chat are only counted (`verify.ts`).
 *
 *   sum of a chat: its pages           ─┐
 *   sum of the profile: all other rows ─┴ and the sums of the chats. Sum: count, XOR of HMAC(manifest key, place ‖ iv ‖ tag).
 */
import { Reader, toHex, Writer, type Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { Raw } from './open.ts'
import type { StoreName } from './schema.ts'
import type { Vault } from './vault.ts'
import type { Prepared } from './write.ts'

const MAC_BYTES = 16
const SCHEMA = 1
/** The profile's own sum; every other one has the id of its chat. */
const PROFILE = ''

export type Sum = { readonly count: number; readonly xor: Bytes }

export const EMPTY_SUM: Sum = { count: 0, xor: new Uint8Array(MAC_BYTES) }

/** A sealed row as a commit leaves it; without a box it goes. `chat`: it is a page of that one. */
export type Change = {
  readonly store: StoreName
  readonly place: Bytes
  readonly box?: Bytes | undefined
  readonly chat?: string
}

export type LedgerEntry = { readonly prepared: readonly Prepared[]; settle(): void }

export interface Ledger {
  /** Takes all rows but pages as they were read, and the sums of these chats. False: they are not what was left there. */
  begin(small: ReadonlyMap<StoreName, readonly Raw[]>, chats: readonly string[]): Promise<boolean>
  /** How many pages a chat ought to have; undefined: unknown. */
  count(chat: string): number | undefined
  /** A page as it lies on disk. */
  note(place: Bytes, box: unknown): Promise<void>
  /** The sum of pages that were read, in whatever order. */
  sum(pages: readonly { readonly place: Bytes; readonly box: unknown }[], so?: Sum): Promise<Sum>
  /** Whether a chat's pages, all of them, are what was left. `sum`: over all of them. */
  fits(chat: string, sum: Sum): boolean
  /** From now on this is what ought to be there. */
  take(chat: string, sum: Sum): void
  /** The sums after a commit. `gone`: chats that go with all that is in them; `cleared`: whose pages go, but for these. */
  enter(changes: readonly Change[], gone: ReadonlySet<string>, cleared: ReadonlySet<string>): Promise<LedgerEntry>
  /** Counts the commits that changed a chat. */
  turns(chat: string): number
}

export function makeLedger(vault: Vault): Ledger {
  const macs = new Map<string, Bytes>()
  const sums = new Map<string, Sum>()
  const turns = new Map<string, number>()

  const nameOf = (store: StoreName, place: Bytes) => `${store}/${toHex(place)}`

  async function boxOf(group: string, sum: Sum): Promise<{ readonly place: Bytes; readonly box: Bytes }> {
    const place = await vault.rowKey('manifest', group)
    const plain = new Writer().u32(sum.count).put(sum.xor).done()
    return { place, box: await vault.seal('manifest', place, SCHEMA, plain) }
  }

  async function opened(group: string, rows: ReadonlyMap<string, unknown>): Promise<Sum | undefined> {
    const place = await vault.rowKey('manifest', group)
    const found = await vault.open('manifest', place, rows.get(toHex(place)))
    return found && readSum(found.plain)
  }

  return {
    async begin(small, chats) {
      const own = new Map((small.get('manifest') ?? []).map(({ key, value }) => [hexOf(key), value]))
      const root = toHex(await vault.rowKey('manifest', PROFILE))
      let sum = EMPTY_SUM
      for (const [store, rows] of small)
        for (const { place, mac } of await Promise.all(rows.map((raw) => macOf(vault, store, raw)))) {
          if (store === 'manifest' && toHex(place) === root) continue
          macs.set(nameOf(store, place), mac)
          sum = plus(sum, mac)
        }
      const known = await opened(PROFILE, own)
      sums.set(PROFILE, sum)
      await Promise.all(
        chats.map(async (id) => {
          const chat = await opened(id, own)
          if (chat) sums.set(id, chat)
        }),
      )
      return same(known ?? EMPTY_SUM, sum)
    },
    count: (chat) => sums.get(chat)?.count,
    async note(place, box) {
      if (box instanceof Uint8Array)
        macs.set(nameOf('pages', place), await vault.mac('pages', place, new Uint8Array(box)))
    },
    async sum(pages, so = EMPTY_SUM) {
      const found = await Promise.all(
        pages.map(({ place, box }) => macOf(vault, 'pages', { key: place.buffer, value: box })),
      )
      return found.reduce((all, { mac }) => plus(all, mac), so)
    },
    fits: (chat, sum) => same(sums.get(chat) ?? EMPTY_SUM, sum),
    take: (chat, sum) => void sums.set(chat, sum),
    turns: (chat) => turns.get(chat) ?? 0,
    async enter(changes, gone, cleared) {
      const next = new Map<string, Sum>()
      const fresh = new Map<string, Bytes | undefined>()
      const macAfter = async ({ store, place, box }: Change) => box && (await vault.mac(store, place, box))
      const apply = ({ store, place, chat = PROFILE }: Change, mac: Bytes | undefined): void => {
        const name = nameOf(store, place)
        const anew = cleared.has(chat)
        const before = fresh.has(name) ? fresh.get(name) : anew ? undefined : macs.get(name)
        let sum = next.get(chat) ?? (anew ? undefined : sums.get(chat)) ?? EMPTY_SUM
        if (before) sum = minus(sum, before)
        if (mac) sum = plus(sum, mac)
        next.set(chat, sum)
        fresh.set(name, mac)
      }
      const after = await Promise.all(changes.map(macAfter))
      changes.forEach((change, i) => apply(change, after[i]))
      const rows: { readonly place: Bytes; readonly box?: Bytes }[] = []
      for (const [group, sum] of [...next]) if (group !== PROFILE) rows.push(await boxOf(group, sum))
      for (const group of gone) if (sums.has(group)) rows.push({ place: await vault.rowKey('manifest', group) })
      for (const row of rows) {
        const change: Change = { store: 'manifest', ...row }
        apply(change, await macAfter(change))
      }
      rows.push(await boxOf(PROFILE, next.get(PROFILE) ?? sums.get(PROFILE) ?? EMPTY_SUM))
      return {
        prepared: [
          {
            stores: ['manifest'],
            apply: (tx) =>
              rows.map(({ place, box }) => {
                const store = tx.objectStore('manifest')
                return box ? store.put(box, place) : store.delete(place)
              }),
          },
        ],
        settle() {
          for (const [name, mac] of fresh) if (mac) macs.set(name, mac)
          for (const [name, mac] of fresh) if (!mac) macs.delete(name)
          for (const [group, sum] of next) {
            sums.set(group, sum)
            turns.set(group, (turns.get(group) ?? 0) + 1)
          }
          for (const group of gone) sums.delete(group)
        },
      }
    },
  }
}

/** count u32 ‖ xor 16 */
function readSum(bytes: Bytes): Sum | undefined {
  try {
    const from = new Reader(bytes)
    const sum = { count: from.u32(), xor: from.take(MAC_BYTES) }
    from.end()
    return sum
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}

/** Of what is no box, the mac of nothing: it was never summed, so that it never fits. */
async function macOf(
  vault: Vault,
  store: StoreName,
  { key, value }: Raw,
): Promise<{ readonly place: Bytes; readonly mac: Bytes }> {
  const place = key instanceof ArrayBuffer ? new Uint8Array(key) : new Uint8Array()
  const box = value instanceof Uint8Array ? new Uint8Array(value) : new Uint8Array()
  return { place, mac: await vault.mac(store, place, box) }
}

function hexOf(key: unknown): string {
  return key instanceof ArrayBuffer ? toHex(new Uint8Array(key)) : ''
}

function plus({ count, xor }: Sum, mac: Bytes): Sum {
  return { count: count + 1, xor: mixed(xor, mac) }
}

function minus({ count, xor }: Sum, mac: Bytes): Sum {
  return { count: Math.max(0, count - 1), xor: mixed(xor, mac) }
}

function mixed(a: Bytes, b: Bytes): Bytes {
  return a.map((byte, i) => byte ^ (b[i] ?? 0))
}

function same(a: Sum, b: Sum): boolean {
  return a.count === b.count && a.xor.every((byte, i) => byte === b.xor[i])
}
