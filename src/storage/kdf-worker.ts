/**
 * Argon2id beside the page: takes one question, answers with 32 bytes. The policy of the page keeps WebAssembly off; that of
 * this file (`_headers`) allows it, and nothing else. Where only the page’s own <meta> says what is allowed, a worker has no
 * policy at all. Refused it for whatever reason, it computes the same in JavaScript.
 */
import { argon2id } from 'hash-wasm'
import type { Bytes } from '../protocol/bytes.ts'
import type { Kdf } from './kdf.ts'
import { slowArgon2id } from './kdf-slow.ts'

export type Question = Kdf & { readonly password: Bytes }
export type Answer = Bytes

export const KEY_BYTES = 32

async function fastArgon2id({ password, salt, memoryKiB, passes, lanes }: Question): Promise<Bytes> {
  const cost = { memorySize: memoryKiB, iterations: passes, parallelism: lanes }
  return new Uint8Array(await argon2id({ password, salt, ...cost, hashLength: KEY_BYTES, outputType: 'binary' }))
}

onmessage = async ({ data }: MessageEvent<Question>) => {
  const answer: Answer = await fastArgon2id(data).catch(() => slowArgon2id(data))
  postMessage(answer)
}
