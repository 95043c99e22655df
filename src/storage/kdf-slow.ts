/** Argon2id in JavaScript: four times slower than WebAssembly, and allowed everywhere. */
import { argon2idAsync } from '@noble/hashes/argon2.js'
import type { Bytes } from '../protocol/bytes.ts'
import type { Question } from './kdf-worker.ts'

/** 32 bytes. Lets the page breathe meanwhile. */
export async function slowArgon2id({ password, salt, memoryKiB, passes, lanes }: Question): Promise<Bytes> {
  return new Uint8Array(await argon2idAsync(password, salt, { m: memoryKiB, t: passes, p: lanes, dkLen: 32 }))
}
