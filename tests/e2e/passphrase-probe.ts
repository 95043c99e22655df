/** Runs in the page: what is derived from a passphrase, and slots as an adversary with the disk would write them. */
import { toHex, utf8, type Bytes } from '../../src/protocol/bytes.ts'
import { argon2id, writeKdf, type Kdf } from '../../src/storage/kdf.ts'
import { slowArgon2id } from '../../src/storage/kdf-slow.ts'
import { makePassphraseSlot } from '../../src/storage/passphrase.ts'
import type { DeviceSlot, PassphraseSlot } from '../../src/storage/schema.ts'
import { openSlot } from '../../src/storage/slots.ts'
import { entriesOf, history, overwrite, raw, settled } from './storage-probe.ts'

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

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

/** The cheapest that is taken: a tenth of what the program itself writes, which tests have no time for. */
export const FLOOR = { memoryKiB: 19 * 1024, passes: 2, lanes: 1 }

/** The profile of the database under this passphrase in place of its device key. */
export async function sealCheaply(passphrase: string, cost: Omit<Kdf, 'salt'> = FLOOR): Promise<void> {
  const device = (await entriesOf('slots'))[0]?.value as DeviceSlot
  const slot = await makePassphraseSlot(passphrase, await openSlot(device), random, { ...cost, salt: random(16) })
  await overwrite({ store: 'slots', key: 1, value: slot })
  const db = await raw()
  await settled(db.transaction('slots', 'readwrite').objectStore('slots').delete(0))
  db.close()
}

export async function slot(): Promise<PassphraseSlot> {
  return (await entriesOf('slots'))[0]?.value as PassphraseSlot
}

/** Writes the passphrase slot anew with something changed. */
export async function alterSlot(change: (before: PassphraseSlot) => Partial<PassphraseSlot>): Promise<void> {
  const before = await slot()
  await overwrite({ store: 'slots', key: 1, value: { ...before, ...change(before) } })
}

/** The same salt under other costs. */
export async function alterCost(cost: Omit<Kdf, 'salt'>): Promise<void> {
  await alterSlot(({ kdf }) => ({ kdf: writeKdf({ ...cost, salt: kdf.slice(7) }) }))
}

/** Lets the next try count at once. */
export async function forgive(): Promise<void> {
  await alterSlot(() => ({ failed: { count: 0, at: 0 } }))
}

/** What is in the table of slots: which keys, and which of them is a passphrase’s. */
export async function slots(): Promise<readonly string[]> {
  return (await entriesOf('slots')).map(
    ({ key, value }) => `${JSON.stringify(key)} ${Object.keys(value as object).join()}`,
  )
}

export const unlock = (passphrase: string) => history.unlock(passphrase)
