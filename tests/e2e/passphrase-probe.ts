/** Runs in the page: what is derived from a passphrase, and slots as an adversary with the disk would write them. */
import { toHex, utf8, type Bytes } from '../../src/protocol/bytes.ts'
import { argon2id, deriveKey, writeKdf, type Kdf } from '../../src/storage/kdf.ts'
import { slowArgon2id } from '../../src/storage/kdf-slow.ts'
import { makeTable } from '../../src/storage/passphrase.ts'
import type { DeviceSlot, SealedSlot, Tries, TriesRow } from '../../src/storage/schema.ts'
import { bytesOf, openSlot, slotData, wrap } from '../../src/storage/slots.ts'
import { SLOTS } from '../../src/storage/table.ts'
import type { Write } from '../../src/chat/ports.ts'
import type { LockChange } from '../../src/chat/keyring.ts'
import {
  claim,
  DATABASE,
  entriesIn,
  entriesOf,
  history,
  outcome,
  overwrite,
  raw,
  settled,
  profile,
  type Entry,
} from './storage-probe.ts'

export * from './storage-probe.ts'

export type Vector = {
  readonly password: string
  readonly salt: string
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

const questionOf = ({ password, salt, ...cost }: Vector) => ({ password: utf8(password), salt: utf8(salt), ...cost })

export const derive = async (vector: Vector): Promise<string> => toHex(await argon2id(questionOf(vector)))
export const deriveSlowly = async (vector: Vector): Promise<string> => toHex(await slowArgon2id(questionOf(vector)))

/** What a first visit writes. */
export const blankProfile = { ...profile, name: '' }

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

/** The cheapest that is taken: a tenth of what the program itself writes, which tests have no time for. */
export const FLOOR = { memoryKiB: 19 * 1024, passes: 2, lanes: 1 }

const deviceSlot = async () => (await entriesOf('slots'))[0]?.value as DeviceSlot

/** The profile of the database under this passphrase in place of its device key. */
export async function sealCheaply(passphrase: string, cost: Omit<Kdf, 'salt'> = FLOOR): Promise<void> {
  const before = await openSlot(await deviceSlot())
  const { slots: made } = await makeTable(passphrase, before, random, { ...cost, salt: random(16) })
  for (const [key, value] of made) await overwrite({ store: 'slots', key, value })
  await forgive()
  await removeSlot(0)
}

/** The same as it was when there was one slot. */
export async function sealFormerly(passphrase: string, failed?: Tries): Promise<void> {
  const before = await openSlot(await deviceSlot())
  const { installId } = before
  const kdf = { ...FLOOR, salt: random(16) }
  const key = await deriveKey(passphrase, kdf, installId)
  const data = slotData(installId, 1, writeKdf(kdf))
  const value = { installId, kdf: writeKdf(kdf), wrapped: await wrap(await bytesOf(before), key, data, random) }
  await overwrite({ store: 'slots', key: 1, value: { ...value, ...(failed && { failed }) } })
  await removeSlot(0)
}

export async function removeSlot(key: number): Promise<void> {
  const db = await raw()
  await settled(db.transaction('slots', 'readwrite').objectStore('slots').delete(key))
  db.close()
}

/** All of them. */
export async function sealedSlots(): Promise<readonly SealedSlot[]> {
  const rows = await entriesOf('slots')
  return rows.filter(({ key }) => key !== 4).map(({ value }) => value as SealedSlot)
}

/** Writes each of them anew with something changed. */
export async function alterSlots(change: (before: SealedSlot, at: number) => Partial<SealedSlot>): Promise<void> {
  const before = await sealedSlots()
  for (const [i, slot] of before.entries())
    await overwrite({ store: 'slots', key: SLOTS[i]!, value: { ...slot, ...change(slot, i) } })
}

/** The same salt under other costs. */
export async function alterCost(cost: Omit<Kdf, 'salt'>): Promise<void> {
  await alterSlots(({ kdf }) => ({ kdf: writeKdf({ ...cost, salt: kdf.slice(7) }) }))
}

export async function tries(): Promise<TriesRow> {
  return (await entriesOf('slots')).find(({ key }) => key === 4)?.value as TriesRow
}

export async function setTries(count: number, at: number, erase = false): Promise<void> {
  await overwrite({ store: 'slots', key: 4, value: { count, at, erase } })
}

/** Lets the next try count at once. */
export const forgive = (): Promise<void> => setTries(0, 0)

export const change = (to: LockChange) => outcome(() => history.changeLock(to))

export const setPassphrase = (passphrase: string) => change({ to: 'passphrase', passphrase })

/** What is in the table of slots: which keys, and which of them is a passphrase’s. */
export async function slots(): Promise<readonly string[]> {
  return (await entriesOf('slots')).map(
    ({ key, value }) => `${JSON.stringify(key)} ${Object.keys(value as object).join()}`,
  )
}

export const unlock = (passphrase: string) => history.unlock(passphrase)

/** Each slot as one text. */
export async function slotTexts(): Promise<readonly string[]> {
  return (await sealedSlots()).map(({ wrapped, note }) => `${String(wrapped)} ${String(note)}`)
}

/** As on a device that has too little memory for it. */
export function failToDerive(): void {
  crypto.subtle.importKey = () => Promise.reject(new DOMException('no room', 'OperationError'))
}

const TWIN = `${DATABASE}-2`

/** All that the two databases say without a key: stores, lengths, tickets. */
export async function form() {
  const [main, twin] = [await entriesIn(DATABASE), await entriesIn(TWIN)]
  const owners = [main, twin].map((all) => all.find(({ store }) => store === 'owner')?.value)
  return { main: main.map(formOf), twin: twin.map(formOf), owners }
}

function formOf({ store, key, value }: Entry): string {
  if (store === 'owner') {
    const { epoch, tickets } = value as { epoch: number; tickets: number }
    return `owner ${epoch === tickets ? 'epoch=tickets' : 'behind'}`
  }
  if (value instanceof Uint8Array) return `${store} ${(key as ArrayBuffer).byteLength} ${value.length}`
  const lengths = Object.values(value as object).map((part) => (part instanceof Uint8Array ? part.length : 'tries'))
  return `${store} ${[...new Set(lengths)].join(' ')}`
}

/** As though nobody had ever claimed it. */
export async function removeTwinOwner(): Promise<void> {
  const db = await raw(TWIN)
  await settled(db.transaction('owner', 'readwrite').objectStore('owner').delete('owner'))
  db.close()
}

/** What is left in the twin of an erased profile while somebody keeps it open. */
export async function eraseBesideOpenTwin(): Promise<readonly string[]> {
  const db = await raw(TWIN)
  await history.erase()
  const stores = [...db.objectStoreNames]
  const tx = db.transaction(stores)
  const counts = await Promise.all(stores.map((store) => settled(tx.objectStore(store).count())))
  db.close()
  return stores.filter((_store, i) => counts[i] !== 0)
}

/** A commit while the browser asks for a passkey that nobody gives. */
export async function commitBesidePasskey(...writes: readonly Write[]): Promise<unknown> {
  await new Promise<void>((asked) => {
    navigator.credentials.create = () => {
      asked()
      return new Promise(() => undefined)
    }
    void change({ to: 'passkey' })
  })
  return await outcome(() => history.commit(writes))
}

export async function deleteTwin(): Promise<void> {
  await settled(indexedDB.deleteDatabase(TWIN))
}

/** Keys and boxes of all rows of both databases, as texts. */
export async function boxes(): Promise<readonly string[]> {
  const all = [...(await entriesIn(DATABASE)), ...((await exists(TWIN)) ? await entriesIn(TWIN) : [])]
  const rows = all.filter(({ store }) => store !== 'owner' && store !== 'slots')
  const text = (part: unknown): string =>
    part instanceof ArrayBuffer ? String(new Uint8Array(part)) : Array.isArray(part) ? part.map(text).join('/') : ''
  return rows.flatMap(({ key, value }) => [text(key), ...(value instanceof Uint8Array ? [String(value)] : [])])
}

async function exists(name: string): Promise<boolean> {
  return (await indexedDB.databases()).some((one) => one.name === name)
}

let kept: DeviceSlot | undefined

/** As one does that copies the disk. */
export async function keepSlot(): Promise<void> {
  kept = await deviceSlot()
}

/** And puts it back later, with a word on where the rows are now: how many contacts come, and whether the profile opens. */
export async function putSlotBack(): Promise<{ contacts: number; opened: boolean }> {
  for (const number of [1, 2, 3, 4, 5]) await removeSlot(number)
  await overwrite({ store: 'slots', key: 0, value: { ...kept, place: 1 } })
  const { contacts, profile: opened, damaged } = await claim()
  if (damaged === 0) throw new Error('there is nothing to open')
  return { contacts: contacts.length, opened: opened !== undefined }
}

/** As on a full disk: this is refused once so many went well. */
export function refuse(what: 'put' | 'clear' | 'getAll', store: string, after = 0): void {
  const whole = Reflect.get(IDBObjectStore.prototype, what) as (...given: unknown[]) => unknown
  let left = after
  Reflect.set(IDBObjectStore.prototype, what, function (this: IDBObjectStore, ...given: unknown[]) {
    if (this.name === store && left-- <= 0) throw new DOMException('full', 'QuotaExceededError')
    return whole.apply(this, given)
  })
}
