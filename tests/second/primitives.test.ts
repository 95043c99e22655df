/** Published answers for the primitives that the second implementation does not take from Node. */
import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'playwright/test'
import { kemDecapsulate, kemEncapsulate, kemKeygen } from '../../src/protocol/primitives.ts'
import { fromHex, hchacha20, hex, xopen, xseal } from './crypto.ts'
import { decapsulate, encapsulate, isKemKey, KEM_CIPHERTEXT_BYTES, kemKeys } from './mlkem.ts'
import { Source } from './twin.ts'

type Case = { readonly result: string; readonly tcId: number } & Readonly<Record<string, string>>

function wycheproof(name: string): readonly Case[] {
  const text = readFileSync(`tests/vectors/wycheproof_${name}_test.json`, 'utf8')
  const { testGroups } = JSON.parse(text) as { readonly testGroups: readonly { readonly tests: readonly Case[] }[] }
  return testGroups.flatMap(({ tests }) => tests)
}

test('HChaCha20 (draft-irtf-cfrg-xchacha, section 2.2.1)', () => {
  const key = fromHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')
  const out = hchacha20(key, fromHex('000000090000004a0000000031415927'))
  expect(hex(out)).toBe('82413b4227b27bfed30e42508a877d73a0f9e4d58a74a853c12ec41326d3ecdc')
})

test('XChaCha20-Poly1305 agrees with Wycheproof', () => {
  const cases = wycheproof('xchacha20_poly1305').filter(({ iv }) => iv!.length === 48)
  expect(cases.length).toBeGreaterThan(200)
  for (const { key, iv, aad, msg, ct, tag, result } of cases) {
    const [k, nonce, ad, plain] = [fromHex(key!), fromHex(iv!), fromHex(aad!), fromHex(msg!)]
    const sealed = fromHex(ct! + tag!)
    const opened = xopen(k, nonce, ad, sealed)
    expect(opened && hex(opened)).toBe(result === 'valid' ? msg : undefined)
    if (result === 'valid') expect(hex(xseal(k, nonce, ad, plain))).toBe(ct! + tag!)
  }
})

test('ML-KEM-768 agrees with Wycheproof', () => {
  const cases = wycheproof('mlkem_768')
  expect(cases).toHaveLength(193)
  for (const { seed, ek, c, K, result, tcId } of cases) {
    if (c!.length === 2 * KEM_CIPHERTEXT_BYTES && seed!.length === 128) {
      const keys = kemKeys(fromHex(seed!))
      expect(hex(keys.publicKey), `${tcId}`).toBe(ek)
      expect(hex(decapsulate(keys.secretKey, fromHex(c!))), `${tcId}`).toBe(K)
    } else expect(result, `${tcId}`).toBe('invalid')
  }
})

test('every ML-KEM key with a coefficient out of range is refused', () => {
  const lines = gunzipSync(readFileSync('tests/vectors/cctv/modulus_ML-KEM-768.txt.gz')).toString().trim().split('\n')
  expect(lines).toHaveLength(780)
  for (const line of lines) expect(isKemKey(fromHex(line))).toBe(false)
})

test('the real implementation makes the same ciphertext, and the same secret of a changed one', () => {
  const changes = fc.record({ n: fc.nat(), at: fc.nat(KEM_CIPHERTEXT_BYTES - 1), mask: fc.nat(255) })
  fc.assert(
    fc.property(changes, ({ n, at, mask }) => {
      const source = new Source(`kem ${n}`)
      const seed = source.take(64)
      const keys = kemKeys(seed)
      const m = source.take(32)
      const { ciphertext, secret } = encapsulate(keys.publicKey, m)
      const real = kemEncapsulate(keys.publicKey, m)
      expect([hex(real.ciphertext), hex(real.shared)]).toEqual([hex(ciphertext), hex(secret)])
      const changed = ciphertext.map((byte, i) => (i === at ? byte ^ mask : byte))
      const ours = decapsulate(keys.secretKey, changed)
      expect(hex(ours)).toBe(hex(kemDecapsulate(changed, kemKeygen(seed).secret)))
      expect(hex(ours) === hex(secret)).toBe(mask === 0)
    }),
    { numRuns: 40 },
  )
})
