import { randomBytes } from 'node:crypto'
import { expect, test } from 'playwright/test'
import { toHex, utf8, type Bytes } from '../../src/protocol/bytes.ts'
import { makeSlot, openSlot } from '../../src/storage/slots.ts'
import { openVault, type Vault } from '../../src/storage/vault.ts'

const random = (length: number): Bytes => new Uint8Array(randomBytes(length))
const place = utf8('sixteen bytes ok')
const plain = utf8('what nobody reads')

async function newVault(): Promise<Vault> {
  return await openVault(await openSlot(await makeSlot(random)), random)
}

test('opens what it sealed, also after being opened again from the same slot', async () => {
  const slot = await makeSlot(random)
  const box = await (await openVault(await openSlot(slot), random)).seal('joins', place, 7, plain)
  const again = await openVault(await openSlot(slot), random)
  expect(await again.open('joins', place, box)).toEqual({ schema: 7, plain })
  expect(toHex(box)).not.toContain(toHex(plain))
})

test('another store, place, schema, profile or byte does not open', async () => {
  const vault = await newVault()
  const box = await vault.seal('joins', place, 7, plain)
  expect(await vault.open('invites', place, box)).toBeUndefined()
  expect(await vault.open('joins', utf8('sixteen bytes no'), box)).toBeUndefined()
  expect(await (await newVault()).open('joins', place, box)).toBeUndefined()
  for (let at = 0; at < box.length; at++) {
    const altered = box.slice()
    altered[at] = altered[at]! ^ 0x80
    expect(await vault.open('joins', place, altered), `byte ${at}`).toBeUndefined()
  }
  for (const odd of [
    undefined,
    null,
    1,
    'text',
    {},
    [],
    box.buffer,
    new Uint8Array(0),
    box.slice(0, -1),
    box.slice(1),
  ]) {
    expect(await vault.open('joins', place, odd)).toBeUndefined()
  }
})

test('store and place cannot be cut differently', async () => {
  const vault = await newVault()
  const box = await vault.seal('joins', utf8('x'), 1, plain)
  expect(await vault.open('joins', utf8('xx'), box)).toBeUndefined()
  expect(await vault.rowKey('a', 'bc')).not.toEqual(await vault.rowKey('ab', 'c'))
  expect(await vault.rowKey('a', 'b', 'c')).not.toEqual(await vault.rowKey('a', 'bc'))
})

test('row keys are the same each time, and differ between kinds and profiles', async () => {
  const [one, other] = [await newVault(), await newVault()]
  expect(await one.rowKey('ids', 'a', 'b')).toEqual(await one.rowKey('ids', 'a', 'b'))
  expect(await one.chatKey('a')).toEqual(await one.chatKey('a'))
  expect(await one.chatKey('a')).toHaveLength(16)
  const keys = [
    await one.rowKey('contacts', 'a'),
    await one.chatKey('a'),
    await one.rowKey('joins', 'a'),
    await other.rowKey('contacts', 'a'),
  ]
  expect(new Set(keys.map(toHex)).size).toBe(keys.length)
})

test('sizes are 256·2^k, whatever is inside comes back whole', async () => {
  const vault = await newVault()
  for (const length of [0, 1, 251, 252, 253, 508, 509, 20_000]) {
    const row = random(length)
    const box = await vault.seal('messages', place, 1, row)
    const padded = box.length - 3 - 12 - 16
    expect(Math.log2(padded / 256) % 1, `${length} bytes`).toBe(0)
    expect(padded).toBeLessThan(Math.max(257, 2 * (length + 4)))
    expect((await vault.open('messages', place, box))?.plain).toEqual(row)
  }
  await expect(vault.seal('messages', place, 1, new Uint8Array(1 << 22))).rejects.toThrow(RangeError)
})

test('every box has its own nonce', async () => {
  const vault = await newVault()
  const boxes = await Promise.all(Array.from({ length: 200 }, () => vault.seal('messages', place, 1, plain)))
  expect(new Set(boxes.map((box) => toHex(box.slice(3, 15)))).size).toBe(200)
})

test('an altered slot opens nothing', async () => {
  const slot = await makeSlot(random)
  const wrapped = slot.wrapped.slice()
  wrapped[20] = wrapped[20]! ^ 1
  await expect(openSlot({ ...slot, wrapped })).rejects.toThrow('unavailable')
  await expect(openSlot({ ...slot, installId: random(16) })).rejects.toThrow('unavailable')
  const { deviceKey } = await makeSlot(random)
  await expect(openSlot({ ...slot, deviceKey })).rejects.toThrow('unavailable')
  expect(slot.deviceKey.extractable).toBe(false)
})
