import { randomBytes } from 'node:crypto'
import { expect, test } from 'playwright/test'
import { toHex, type Bytes } from '../../src/protocol/bytes.ts'
import { writeKdf } from '../../src/storage/kdf.ts'
import { bytesOf, makeSlot, openSlot, type Master } from '../../src/storage/slots.ts'
import {
  blankSlot,
  drawRoles,
  NOTHING_TO_DO,
  openSealedSlot,
  readNote,
  sealNote,
  sealSlot,
  turned,
  withSlot,
} from '../../src/storage/table.ts'

const random = (length: number): Bytes => new Uint8Array(randomBytes(length))
const kdf = writeKdf({ memoryKiB: 65_536, passes: 3, lanes: 1, salt: random(16) })
const newKey = () => crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

const flipped = (bytes: Bytes, at: number): Bytes => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte))

async function newMaster(): Promise<Master> {
  return { ...(await openSlot(await makeSlot(random))), place: 1, roles: drawRoles(random) }
}

test('a slot opens with its key in its place, and gives back all that was sealed', async () => {
  const [key, master] = [await newKey(), await newMaster()]
  for (const fresh of [true, false])
    for (const erases of [true, false]) {
      const flags = { fresh, erases }
      const slot = await sealSlot({ master, flags }, { key, number: 2, kdf, random })
      const opened = await openSealedSlot(key, 2, slot)
      expect(opened?.flags).toEqual(flags)
      expect(opened?.master).toMatchObject({ place: 1, roles: master.roles, installId: master.installId })
      expect(toHex(await bytesOf(opened!.master))).toBe(toHex(await bytesOf(master)))
      // Moved, under another key, or with anything of it altered.
      expect(await openSealedSlot(key, 1, slot)).toBeUndefined()
      expect(await openSealedSlot(await newKey(), 2, slot)).toBeUndefined()
      expect(await openSealedSlot(key, 2, { ...slot, kdf: flipped(slot.kdf, 3) })).toBeUndefined()
      expect(await openSealedSlot(key, 2, { ...slot, installId: random(16) })).toBeUndefined()
      const wrapped = flipped(slot.wrapped, 40)
      expect(await openSealedSlot(key, 2, { ...slot, wrapped })).toBeUndefined()
    }
})

test('random bytes have the form of a slot, and open with nothing', async () => {
  const [key, master] = [await newKey(), await newMaster()]
  const slot = await sealSlot({ master, flags: NOTHING_TO_DO }, { key, number: 1, kdf, random })
  const blank = blankSlot(slot, random)
  const form = (one: object) => Object.entries(one).map(([name, value]) => `${name} ${(value as Bytes).length}`)
  expect(form(blank)).toEqual(form(slot))
  expect([toHex(blank.installId), toHex(blank.kdf)]).toEqual([toHex(slot.installId), toHex(slot.kdf)])
  expect(blankSlot(slot, random).wrapped).not.toEqual(blank.wrapped)
  expect(await openSealedSlot(key, 1, blank)).toBeUndefined()
  expect(await readNote(master, blank)).toEqual({ duress: false, passkey: false, former: false })
})

test('a note is read by its own profile only, and kept where the slot is written anew', async () => {
  const [key, master] = [await newKey(), await newMaster()]
  const note = await sealNote(master, { duress: true, passkey: true, former: true }, random)
  const slot = await sealSlot({ master, flags: NOTHING_TO_DO }, { key, number: 3, kdf, random, note })
  expect(await readNote(master, slot)).toEqual({ duress: true, passkey: true, former: true })
  const nothing = { duress: false, passkey: false, former: false }
  expect(await readNote(await newMaster(), slot)).toEqual(nothing)
  expect(await readNote(master, { ...slot, note: flipped(note, 14) })).toEqual(nothing)
  for (const odd of [undefined, 'text', 7])
    expect(await readNote(master, { ...slot, note: odd as unknown as Bytes })).toEqual(nothing)
  expect(await readNote(master, undefined)).toEqual(nothing)
})

test('a passkey is put into its own slot; what replaces the other profile takes the passkey of that one too', async () => {
  const [key, master] = [await newKey(), await newMaster()]
  const { passphrase, other, passkey, otherPasskey } = master.roles!
  const own = await sealSlot({ master, flags: NOTHING_TO_DO }, { key, number: passphrase, kdf, random })
  const table = { slots: new Map([[passphrase, own]]), tries: undefined }
  const placesOf = async (role: 'other' | 'passkey') =>
    [...(await withSlot(table, master, random, role, blankSlot(own, random))).keys()].sort()
  expect(await placesOf('passkey')).toEqual([passphrase, passkey].sort())
  expect(await placesOf('other')).toEqual([passphrase, other, otherPasskey].sort())
})

test('who has which slot is drawn, each order as often as any other', () => {
  const orders = new Map<string, number>()
  for (let byte = 0; byte < 256; byte++) {
    const bytes = [byte, 0]
    const roles = drawRoles(() => Uint8Array.of(bytes.shift() ?? 0))
    expect(new Set(Object.values(roles))).toEqual(new Set([1, 2, 3, 5]))
    expect(turned(turned(roles))).toEqual(roles)
    const { passphrase, other, passkey, otherPasskey } = turned(roles)
    expect({ passphrase: other, other: passphrase, passkey: otherPasskey, otherPasskey: passkey }).toEqual(roles)
    const order = JSON.stringify(roles)
    if (byte < 240) orders.set(order, (orders.get(order) ?? 0) + 1)
  }
  expect([...orders.values()]).toEqual(Array<number>(24).fill(10))
})
