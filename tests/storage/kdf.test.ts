import { argon2id } from '@noble/hashes/argon2.js'
import { expect, test } from 'playwright/test'
import { fromHex, toHex } from '../../src/protocol/bytes.ts'
import vectors from '../vectors/argon2id.json' with { type: 'json' }

test('what computes where WebAssembly is refused gives the answer of RFC 9106', () => {
  const { memoryKiB, passes, lanes, password, salt, secret, associated, hash } = vectors.rfc9106
  const cost = { m: memoryKiB, t: passes, p: lanes, dkLen: 32 }
  const rest = { key: fromHex(secret), personalization: fromHex(associated) }
  expect(toHex(new Uint8Array(argon2id(fromHex(password), fromHex(salt), { ...cost, ...rest })))).toBe(hash)
})
