/**
 * Keys and sealed boxes of one profile (WebCrypto).
 *
 *   master key (`slots.ts`) ─ HKDF-SHA-256(salt = install id) → one AES-256-GCM key a store, one HMAC-SHA-256 key for row keys
 *                           ─ HKDF-SHA-256(salt = a chat's secret, 32 random bytes) → the AES-256-GCM key of its pages
 */
import { Reader, utf8, Writer, type Bytes } from '../protocol/bytes.ts'
import type { Random } from '../chat/ports.ts'
import type { RowKey, SealedStore } from './schema.ts'
import type { Master } from './slots.ts'

const BOX_VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const ROW_KEY_BYTES = 16
/** version 1 ‖ schema 2 ‖ iv 12 */
const HEAD_BYTES = 3 + IV_BYTES
/** Sizes on disk are 256·2^k, so a length says little. */
const SMALLEST_BYTES = 256
/** Far above the largest row (a text of 15,000 B, a pasted draft); refused before anything is allocated. */
const LARGEST_BYTES = 1 << 22

export type Opened = { readonly schema: number; readonly plain: Bytes }

export interface Vault {
  /** 16 bytes of HMAC(index key, kind ‖ parts), each part with its length. Never the parts themselves. */
  rowKey(kind: string, ...parts: readonly string[]): Promise<RowKey>
  /** The row key of a contact's messages; unlike that of the contact's own row. Computed once. */
  chatKey(contactId: string): Promise<RowKey>
  /** Seals `plain` for exactly this place. `schema` (u16) is the codec's version, authenticated, in clear. */
  seal(store: SealedStore, place: Bytes, schema: number, plain: Bytes): Promise<Bytes>
  /** Opens what `seal` made for the same place; undefined if it was moved, altered, or never such a box. */
  open(store: SealedStore, place: Bytes, box: unknown): Promise<Opened | undefined>
  /** The key of one chat's pages: what was said goes with its secret. */
  pageKey(secret: Bytes): Promise<CryptoKey>
  /** As `seal` and `open`, under a key of `pageKey`. */
  readonly pages: PageBoxes
  /** 16 bytes of HMAC(manifest key, store ‖ place ‖ iv ‖ tag) of a box: another for whatever else lies there. */
  mac(store: string, place: Bytes, box: Bytes): Promise<Bytes>
}

export interface PageBoxes {
  seal(key: CryptoKey, place: Bytes, schema: number, plain: Bytes): Promise<Bytes>
  open(key: CryptoKey, place: Bytes, box: unknown): Promise<Opened | undefined>
}

/** Pages of the profile with this installation id. Reading needs no `random`. */
export function pageBoxes(installId: Bytes, random: Random): PageBoxes {
  const dataOf = placeData(storeBinding(installId, 'pages'))
  return {
    seal: (key, place, schema, plain) => seal(key, random(IV_BYTES), dataOf(place, schema), schema, plain),
    open: (key, place, box) => open(key, (schema) => dataOf(place, schema), box),
  }
}

/** The vault behind a master key. */
export async function openVault({ installId: salt, root }: Master, random: Random): Promise<Vault> {
  const storeKey = (store: SealedStore) =>
    crypto.subtle.deriveKey(hkdf(salt, `store/${store}`), root, { name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ])
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  const [index, sums, profile, contacts, invites, joins, blocked, chats, manifest, messages] = await Promise.all([
    crypto.subtle.deriveKey(hkdf(salt, 'index'), root, hmac, false, ['sign']),
    crypto.subtle.deriveKey(hkdf(salt, 'manifest'), root, hmac, false, ['sign']),
    storeKey('profile'),
    storeKey('contacts'),
    storeKey('invites'),
    storeKey('joins'),
    storeKey('blocked'),
    storeKey('chats'),
    storeKey('manifest'),
    storeKey('messages'),
  ])
  const keys: Record<SealedStore, CryptoKey> = { profile, contacts, invites, joins, blocked, chats, manifest, messages }
  const data = new Map(Object.keys(keys).map((store) => [store, placeData(storeBinding(salt, store))]))
  const rowData = (store: SealedStore, place: Bytes, schema: number): Bytes =>
    (data.get(store) ?? placeData(storeBinding(salt, store)))(place, schema)
  const chatKeys = new Map<string, Promise<RowKey>>()
  return {
    rowKey: (kind, ...parts) => rowKey(index, kind, parts),
    chatKey(contactId) {
      const known = chatKeys.get(contactId)
      if (known) return known
      const made = rowKey(index, 'chat', [contactId])
      chatKeys.set(contactId, made)
      return made
    },
    seal: (store, place, schema, plain) =>
      seal(keys[store], random(IV_BYTES), rowData(store, place, schema), schema, plain),
    open: (store, place, box) => open(keys[store], (schema) => rowData(store, place, schema), box),
    pageKey: (secret) =>
      crypto.subtle.deriveKey(hkdf(secret, 'chat'), root, { name: 'AES-GCM', length: 256 }, false, [
        'encrypt',
        'decrypt',
      ]),
    pages: pageBoxes(salt, random),
    async mac(store, place, box) {
      const name = utf8(store)
      const input = new Writer().u8(name.length).put(name).u8(place.length).put(place)
      const mac = await crypto.subtle.sign(
        'HMAC',
        sums,
        input.put(box.slice(3, HEAD_BYTES)).put(box.slice(-TAG_BYTES)).done(),
      )
      return new Uint8Array(mac.slice(0, ROW_KEY_BYTES))
    },
  }
}

/** What a box is bound to: profile and store (`binding`), place, schema. */
function placeData(binding: Bytes): (place: Bytes, schema: number) => Bytes {
  return (place, schema) => new Writer().put(binding).u8(place.length).put(place).u16(schema).done()
}

async function rowKey(index: CryptoKey, kind: string, parts: readonly string[]): Promise<RowKey> {
  const input = new Writer()
  for (const part of [kind, ...parts].map(utf8)) input.u16(part.length).put(part)
  const mac = await crypto.subtle.sign('HMAC', index, input.done())
  return new Uint8Array(mac.slice(0, ROW_KEY_BYTES))
}

async function seal(key: CryptoKey, iv: Bytes, data: Bytes, schema: number, plain: Bytes): Promise<Bytes> {
  const sealed = await crypto.subtle.encrypt(gcm(iv, data), key, pad(plain))
  return new Writer().u8(BOX_VERSION).u16(schema).put(iv).put(new Uint8Array(sealed)).done()
}

async function open(key: CryptoKey, data: (schema: number) => Bytes, box: unknown): Promise<Opened | undefined> {
  if (!(box instanceof Uint8Array)) return undefined
  const padded = box.length - HEAD_BYTES - TAG_BYTES
  if (padded < SMALLEST_BYTES || padded > LARGEST_BYTES) return undefined
  const reader = new Reader(new Uint8Array(box))
  if (reader.u8() !== BOX_VERSION) return undefined
  const schema = reader.u16()
  const iv = reader.take(IV_BYTES)
  try {
    const plain = unpad(new Uint8Array(await crypto.subtle.decrypt(gcm(iv, data(schema)), key, reader.rest())))
    return plain && { schema, plain }
  } catch (error) {
    // OperationError is WebCrypto's only answer to a wrong tag; anything else is a bug of ours.
    if (error instanceof DOMException && error.name === 'OperationError') return undefined
    throw error
  }
}

/** length u32 ‖ plain ‖ zeros, 256·2^k bytes in all. Throws RangeError above 4 MiB. */
function pad(plain: Bytes): Bytes {
  let size = SMALLEST_BYTES
  while (size < plain.length + 4) size *= 2
  if (size > LARGEST_BYTES) throw new RangeError('row too large')
  const padded = new Uint8Array(size)
  new DataView(padded.buffer).setUint32(0, plain.length)
  padded.set(plain, 4)
  return padded
}

function unpad(padded: Bytes): Bytes | undefined {
  const reader = new Reader(padded)
  const length = reader.u32()
  return length <= reader.left ? reader.take(length) : undefined
}

/** What binds a box to its profile and store, before its place: a row that was moved or taken from elsewhere does not open. */
function storeBinding(installId: Bytes, store: string): Bytes {
  const name = utf8(store)
  return new Writer().put(utf8('sotto/1/row')).put(installId).u8(name.length).put(name).done()
}

function gcm(iv: Bytes, additionalData: Bytes): AesGcmParams {
  return { name: 'AES-GCM', iv, additionalData }
}

function hkdf(salt: Bytes, label: string): HkdfParams {
  return { name: 'HKDF', hash: 'SHA-256', salt, info: utf8(`sotto/1/${label}`) }
}
