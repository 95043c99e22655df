/**
 * A backup as one file: a head in clear, then a stream of sealed chunks (STREAM of Hoang, Reyhanitabar, Rogaway and Vizár),
 * each bound to the head, its place and whether it is the last: cut, mixed, repeated or joined files do not open.
 *
 *   head 55:  "SottoBak" 8 ‖ version 1 ‖ KDF 23 (`kdf.ts`) ‖ file id 16, random ‖ nonce prefix 7, random
 *   check 16: the tag of AES-256-GCM over nothing, nonce = prefix ‖ 0 u32 ‖ 2; data = "sotto/1/backup" ‖ head
 *   chunks:   AES-256-GCM(65,536 bytes, the last one 1 … 65,536) ‖ tag 16, nonce = prefix ‖ number u32 ‖ last u8; data likewise
 *   end 8:    "SottoEnd": only tells a file that was cut from one that was changed
 *
 * Key: Argon2id(passphrase), then HKDF-SHA-256(salt = file id, "sotto/1/backup-key"). One file, one key. Of one that is never
 * kept, and goes straight to another device: HKDF-SHA-256(32 random bytes, salt = file id, "sotto/1/move-key").
 */
import { concat, equal, Reader, utf8, Writer, type Bytes } from '../protocol/bytes.ts'
import { type FileSecret, type Random, type Sink, type Source } from '../chat/ports.ts'
import { BackupError } from './backup-error.ts'
import { chooseKdf, deriveKey, expandKey, readKdf, writeKdf, type Kdf } from './kdf.ts'

const MAGIC = utf8('SottoBak')
const END = utf8('SottoEnd')
/** 1 had a record for each message. */
const VERSION = 2
const KDF_BYTES = 23
const ID_BYTES = 16
const PREFIX_BYTES = 7
export const HEAD_BYTES = MAGIC.length + 1 + KDF_BYTES + ID_BYTES + PREFIX_BYTES
const TAG_BYTES = 16
export const CHUNK_BYTES = 1 << 16
const SEALED_BYTES = CHUNK_BYTES + TAG_BYTES
/** A million of the longest messages, and more than a browser lends anybody. */
const MAX_FILE_BYTES = 2 ** 34

/** Chunks read at once: to ask a browser for a piece of a file costs more than to open it. */
const READ_CHUNKS = 16

const [MORE, LAST, CHECK] = [0, 1, 2]

export type Head = {
  readonly bytes: Bytes
  readonly kdf: Kdf
  readonly fileId: Bytes
  readonly prefix: Bytes
}

export function makeHead(random: Random): Head {
  const [kdf, fileId, prefix] = [chooseKdf(random), random(ID_BYTES), random(PREFIX_BYTES)]
  const bytes = new Writer().put(MAGIC).u8(VERSION).put(writeKdf(kdf)).put(fileId).put(prefix).done()
  return { bytes, kdf, fileId, prefix }
}

/** Throws BackupError. What it costs to derive the key has a floor and a ceiling. */
export function readHead(bytes: Bytes): Head {
  if (bytes.length !== HEAD_BYTES || !equal(bytes.subarray(0, MAGIC.length), MAGIC)) throw new BackupError('not-backup')
  const from = new Reader(bytes.slice(MAGIC.length))
  if (from.u8() !== VERSION) throw new BackupError('version')
  const kdf = readKdf(from.take(KDF_BYTES))
  if (!kdf) throw new BackupError('altered')
  return { bytes: bytes.slice(), kdf, fileId: from.take(ID_BYTES), prefix: from.rest() }
}

export async function fileKey(secret: FileSecret, { kdf, fileId }: Head): Promise<CryptoKey> {
  return typeof secret === 'string'
    ? await deriveKey(secret, kdf, fileId, 'backup-key')
    : await expandKey(secret, fileId, 'move-key')
}

/** Seals what is written, and passes on a whole number of chunks at a time. */
export interface Sealer {
  write(plain: Bytes): Promise<void>
  /** The last chunk, never empty: something was written before. */
  end(): Promise<void>
}

export async function makeSealer(head: Head, key: CryptoKey, to: Sink): Promise<Sealer> {
  let waiting: Bytes[] = []
  let length = 0
  let number = 0
  const seal = async (plain: Bytes, flag: number): Promise<Bytes> =>
    new Uint8Array(await crypto.subtle.encrypt(gcm(head, number, flag), key, plain))
  await to(concat(head.bytes, await seal(new Uint8Array(), CHECK)))
  /** All whole chunks but one that may be the last. */
  const drain = async (): Promise<void> => {
    const all = concat(...waiting)
    let at = 0
    for (; all.length - at > CHUNK_BYTES; at += CHUNK_BYTES, number++)
      await to(await seal(all.subarray(at, at + CHUNK_BYTES), MORE))
    waiting = [all.slice(at)]
    length = all.length - at
  }
  return {
    async write(plain) {
      waiting.push(plain)
      length += plain.length
      if (length > CHUNK_BYTES) await drain()
    },
    async end() {
      await drain()
      await to(concat(await seal(concat(...waiting), LAST), END))
    },
  }
}

/** Where the sealed chunks of a file lie, and how many there are. */
type Body = { readonly from: number; readonly to: number }

/** Reads the head of a file, and looks at its two ends. Throws BackupError. */
export async function readEnds(file: Source): Promise<Head> {
  const { size } = file
  if (size > MAX_FILE_BYTES) throw new BackupError('too-large')
  const start = await read(file, 0, Math.min(size, HEAD_BYTES))
  const known = Math.min(start.length, MAGIC.length)
  if (known === 0 || !equal(start.subarray(0, known), MAGIC.subarray(0, known))) throw new BackupError('not-backup')
  if (start.length < HEAD_BYTES) throw new BackupError('cut')
  const head = readHead(start)
  const { from, to } = bodyOf(file)
  const rest = (to - from) % SEALED_BYTES
  if (to - from <= TAG_BYTES || (rest > 0 && rest <= TAG_BYTES)) throw new BackupError('cut')
  if (!equal(await read(file, to, size), END)) throw new BackupError('cut')
  return head
}

/** Throws BackupError('passphrase') for another key; the head may have been changed, too. */
export async function checkKey(file: Source, head: Head, key: CryptoKey): Promise<void> {
  const check = await read(file, HEAD_BYTES, HEAD_BYTES + TAG_BYTES)
  if (!(await open(key, gcm(head, 0, CHECK), check))) throw new BackupError('passphrase')
}

/** What each chunk holds, in order, once it has proven to be the one that belongs there. Throws BackupError('altered'). */
export async function* readChunks(
  file: Source,
  head: Head,
  key: CryptoKey,
): AsyncGenerator<{ readonly plain: Bytes; readonly at: number }, void> {
  const { from, to } = bodyOf(file)
  let number = 0
  for (let start = from; start < to; start += READ_CHUNKS * SEALED_BYTES) {
    const end = Math.min(start + READ_CHUNKS * SEALED_BYTES, to)
    const bytes = await read(file, start, end)
    for (let at = start; at < end; at += SEALED_BYTES, number++) {
      const next = Math.min(at + SEALED_BYTES, to)
      const sealed = bytes.subarray(at - start, next - start)
      const plain = await open(key, gcm(head, number, next === to ? LAST : MORE), sealed)
      if (!plain) throw new BackupError('altered')
      yield { plain, at: next }
    }
  }
}

function bodyOf({ size }: Source): Body {
  return { from: HEAD_BYTES + TAG_BYTES, to: size - END.length }
}

async function read(file: Source, from: number, to: number): Promise<Bytes> {
  try {
    return new Uint8Array(await file.slice(from, to).arrayBuffer())
  } catch {
    // It was taken away, or changed since it was chosen.
    throw new BackupError('failed')
  }
}

function gcm({ bytes, prefix }: Head, number: number, flag: number): AesGcmParams {
  const iv = new Writer().put(prefix).u32(number).u8(flag).done()
  return { name: 'AES-GCM', iv, additionalData: concat(utf8('sotto/1/backup'), bytes) }
}

/** Undefined if it was sealed by another key or for another place, or altered. */
async function open(key: CryptoKey, how: AesGcmParams, sealed: Bytes): Promise<Bytes | undefined> {
  try {
    return new Uint8Array(await crypto.subtle.decrypt(how, key, sealed))
  } catch (error) {
    // OperationError is WebCrypto's only answer to a wrong tag; anything else is a bug of ours.
    if (error instanceof DOMException && error.name === 'OperationError') return undefined
    throw error
  }
}
