/** From what lies in a store to a row, or to nothing if it is damaged. Nothing damaged is ever changed or removed. */
import { Writer, type Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import type { MessageRow } from '../chat/ports.ts'
import { messageCodec, type Codec } from './rows.ts'
import type { RowKey, SealedStore } from './schema.ts'
import type { Vault } from './vault.ts'

/** A key and value as IndexedDB gave them: whoever holds the disk may have put anything there. */
export type Raw = { readonly key: unknown; readonly value: unknown }

/** Pairs up what getAllKeys and getAll of one transaction returned. */
export function zip(keys: readonly unknown[], values: readonly unknown[]): readonly Raw[] {
  return keys.map((key, i) => ({ key, value: values[i] }))
}

/** A row of a store with plain row keys; undefined if it was moved, altered or malformed. */
export async function openRow<T>(vault: Vault, store: SealedStore, codec: Codec<T>, raw: Raw): Promise<T | undefined> {
  if (!(raw.key instanceof ArrayBuffer)) return undefined
  return await openAt(vault, store, codec, new Uint8Array(raw.key), raw.value)
}

/** A message of this chat as version 1 kept it; undefined if it was moved, altered or malformed. */
export async function openMessage(
  vault: Vault,
  contactId: string,
  chat: RowKey,
  raw: Raw,
): Promise<MessageRow | undefined> {
  const seq = seqOf(raw.key)
  if (seq === undefined) return undefined
  const stored = await openAt(vault, 'messages', messageCodec, messagePlace(chat, seq), raw.value)
  return stored && { contactId, seq, ...stored }
}

/** chat key 16 ‖ seq u48: the place a message's box is bound to. */
export function messagePlace(chat: RowKey, seq: number): Bytes {
  return new Writer().put(chat).u48(seq).done()
}

/** The number in a [chat, seq] key; undefined if it is none that `commit` could have written. */
export function seqOf(key: unknown): number | undefined {
  const seq: unknown = Array.isArray(key) ? key[1] : undefined
  return isSeq(seq) ? seq : undefined
}

/** Whole, from 1, and within the u48 that is sealed. */
export function isSeq(seq: unknown): seq is number {
  return typeof seq === 'number' && Number.isInteger(seq) && seq >= 1 && seq < 2 ** 48
}

async function openAt<T>(
  vault: Vault,
  store: SealedStore,
  codec: Codec<T>,
  place: Bytes,
  box: unknown,
): Promise<T | undefined> {
  const opened = await vault.open(store, place, box)
  if (opened === undefined) return undefined
  try {
    return codec.decode(opened.schema, opened.plain)
  } catch (error) {
    if (error instanceof ProtocolError) return undefined
    throw error
  }
}
