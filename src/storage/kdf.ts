/** From a passphrase to the key that wraps the master key: Argon2id in a worker, then HKDF. */
import { Reader, utf8, Writer, type Bytes } from '../protocol/bytes.ts'
import type { Random } from '../chat/ports.ts'
import { startWorker } from './beside.ts'
import type { Answer, Question } from './kdf-worker.ts'

/** Argon2id (RFC 9106), version 0x13. */
export type Kdf = {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
  readonly salt: Bytes
}

/** RFC 9106’s second choice, on one lane: a quarter of a second on a laptop, a second on a phone. */
const CHOSEN = { memoryKiB: 64 * 1024, passes: 3, lanes: 1 }
/** OWASP’s least. Below it guessing is too cheap for a slot of this program, so somebody else wrote it. */
const LEAST = { memoryKiB: 19 * 1024, passes: 2 }
/** Above it a phone gives up, so that somebody else wrote it too. */
const MOST = { memoryKiB: 512 * 1024, passes: 16, lanes: 4 }
const SALT_BYTES = 16
const KDF_VERSION = 1

export function chooseKdf(random: Random): Kdf {
  return { ...CHOSEN, salt: random(SALT_BYTES) }
}

/** version 1 ‖ memory KiB u32 ‖ passes u8 ‖ lanes u8 ‖ salt 16 */
export function writeKdf({ memoryKiB, passes, lanes, salt }: Kdf): Bytes {
  return new Writer().u8(KDF_VERSION).u32(memoryKiB).u8(passes).u8(lanes).put(salt).done()
}

/** Undefined for anything that this program would not have written: whoever holds the disk may have put it there. */
export function readKdf(bytes: unknown): Kdf | undefined {
  if (!(bytes instanceof Uint8Array) || bytes.length !== 7 + SALT_BYTES) return undefined
  const from = new Reader(new Uint8Array(bytes))
  const version = from.u8()
  const kdf = { memoryKiB: from.u32(), passes: from.u8(), lanes: from.u8(), salt: from.rest() }
  const isWithin =
    version === KDF_VERSION &&
    kdf.memoryKiB >= LEAST.memoryKiB &&
    kdf.memoryKiB <= MOST.memoryKiB &&
    kdf.passes >= LEAST.passes &&
    kdf.passes <= MOST.passes &&
    kdf.lanes >= 1 &&
    kdf.lanes <= MOST.lanes
  return isWithin ? kdf : undefined
}

/** AES-256-GCM, bound to the profile or file. The same passphrase on every keyboard: Unicode in its composed form. */
export async function deriveKey(passphrase: string, kdf: Kdf, id: Bytes, use = 'kek'): Promise<CryptoKey> {
  const hash = await argon2id({ password: utf8(passphrase.normalize('NFKC')), ...kdf })
  const key = await expandKey(hash, id, use)
  hash.fill(0)
  return key
}

/** AES-256-GCM from what nobody can guess. */
export async function expandKey(secret: Bytes, id: Bytes, use: string): Promise<CryptoKey> {
  const root = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey'])
  const how = { name: 'HKDF', hash: 'SHA-256', salt: id, info: utf8(`sotto/1/${use}`) }
  return await crypto.subtle.deriveKey(how, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

/** 32 bytes. In a worker, which ends with it; where the page may have none, in the page itself, and slower. */
export async function argon2id(question: Question): Promise<Bytes> {
  const worker = await startWorker(() => import('./kdf-worker.ts?worker&url'))
  return worker ? await ask(worker, question) : await inThePage(question)
}

async function inThePage(question: Question): Promise<Bytes> {
  const { slowArgon2id } = await import('./kdf-slow.ts')
  return await slowArgon2id(question)
}

async function ask(worker: Worker, question: Question): Promise<Bytes> {
  try {
    const answer = await new Promise<Answer | undefined>((resolve) => {
      worker.onmessage = ({ data }: MessageEvent<Answer>) => resolve(data)
      // It was not fetched, or is not allowed to run.
      worker.onerror = (event) => {
        event.preventDefault()
        resolve(undefined)
      }
      worker.postMessage(question)
    })
    return answer ?? (await inThePage(question))
  } finally {
    worker.terminate()
  }
}
