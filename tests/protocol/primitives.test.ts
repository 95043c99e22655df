import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'playwright/test'
import { concat, fromHex, isZero, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import {
  aeadOpen,
  aeadSeal,
  asPublicKey,
  asSecretKey,
  checkKemPublic,
  dh,
  hkdfExpand,
  hkdfExtract,
  kemDecapsulate,
  kemEncapsulate,
  kemKeygen,
  publicKey,
  schnorrPublicKey,
  schnorrSign,
  schnorrVerify,
  warmUp,
  WARM_UP_ENTROPY_BYTES,
  WARM_UP_STEPS,
  xOpen,
  xSeal,
} from '../../src/protocol/primitives.ts'
import { alice, bob, bytesOf, codeOf } from './help.ts'

type Fields = Readonly<Record<string, string>>
type Case = {
  readonly tcId: number
  readonly result: 'valid' | 'invalid' | 'acceptable'
  readonly size?: number
} & Fields

/** Every case of a Wycheproof file, one step each so that a failure names its case. */
async function wycheproof(name: string, cases: number, run: (one: Case) => void): Promise<void> {
  const file = JSON.parse(readFileSync(`tests/vectors/wycheproof_${name}_test.json`, 'utf8')) as {
    testGroups: { tests: Case[] }[]
  }
  const all = file.testGroups.flatMap((group) => group.tests)
  expect(all).toHaveLength(cases)
  for (const one of all) await test.step(`${name} ${one.tcId}`, () => run(one))
}

test('X25519 agrees with Wycheproof and refuses exactly the zero shared secrets', async () => {
  await wycheproof('x25519', 518, (one) => {
    const run = (): Bytes => dh(asSecretKey(fromHex(one['private']!)), fromHex(one['public']!))
    if (isZero(fromHex(one['shared']!))) expect(codeOf(run)).toBe('bad-key')
    else expect(toHex(run())).toBe(one['shared'])
  })
})

for (const [name, cases, seal, open] of [
  ['chacha20_poly1305', 325, aeadSeal, aeadOpen],
  ['xchacha20_poly1305', 315, xSeal, xOpen],
] as const) {
  test(`${name} agrees with Wycheproof`, async () => {
    await wycheproof(name, cases, (one) => {
      const [key, iv, aad, msg, ct, tag] = ['key', 'iv', 'aad', 'msg', 'ct', 'tag'].map((field) => fromHex(one[field]!))
      const sealed = concat(ct!, tag!)
      if (one.result === 'valid') {
        expect(toHex(seal(key!, iv!, msg!, aad!))).toBe(toHex(sealed))
        expect(toHex(open(key!, iv!, sealed, aad!))).toBe(one['msg'])
      } else expect(codeOf(() => open(key!, iv!, sealed, aad!))).toBe('bad-tag')
    })
  })
}

test('HKDF-SHA256 agrees with Wycheproof', async () => {
  await wycheproof('hkdf_sha256', 86, (one) => {
    const [ikm, salt, info] = ['ikm', 'salt', 'info'].map((field) => fromHex(one[field]!))
    const run = (): Bytes => hkdfExpand(hkdfExtract(salt!, ikm!), info!, one.size!)
    if (one.result === 'valid') expect(toHex(run())).toBe(one['okm'])
    else expect(run).toThrow()
  })
})

test('ML-KEM-768 agrees with Wycheproof', async () => {
  let ran = 0
  await wycheproof('mlkem_768', 193, (one) => {
    const { seed, ek, m, c, K } = one
    if (seed !== undefined && c !== undefined) ran += decapsulates(one)
    else if (ek !== undefined && m !== undefined) ran += encapsulates(one)
    else throw new Error(`nothing to run in ${Object.keys(one).join()} ${String(K)}`)
  })
  expect(ran).toBe(193)
})

function decapsulates(one: Case): 1 {
  const run = (): string => toHex(kemDecapsulate(fromHex(one['c']!), kemKeygen(fromHex(one['seed']!)).secret))
  if (one.result === 'valid') expect(run()).toBe(one['K'])
  else expect(run).toThrow()
  return 1
}

function encapsulates(one: Case): 1 {
  const run = (): { ciphertext: Bytes; shared: Bytes } => kemEncapsulate(fromHex(one['ek']!), fromHex(one['m']!))
  if (one.result === 'valid') {
    expect(toHex(run().ciphertext)).toBe(one['c'])
    expect(toHex(run().shared)).toBe(one['K'])
  } else expect(codeOf(run)).toBe('bad-key')
  return 1
}

test('every ML-KEM key with a coefficient out of range is refused before use', () => {
  const lines = gunzipSync(readFileSync('tests/vectors/cctv/modulus_ML-KEM-768.txt.gz')).toString().trim().split('\n')
  expect(lines).toHaveLength(780)
  for (const line of lines) expect(codeOf(() => checkKemPublic(fromHex(line)))).toBe('bad-key')
  const good = kemKeygen(bytesOf('seed', 64)).public
  expect(codeOf(() => checkKemPublic(good))).toBe('nothing thrown')
  for (const bad of [good.slice(1), concat(good, Uint8Array.of(0)), new Uint8Array(0)])
    expect(codeOf(() => checkKemPublic(bad))).toBe('bad-key')
})

test('a ciphertext made for another key gives another secret, not an error', () => {
  const pair = kemKeygen(bytesOf('seed', 64))
  const { ciphertext, shared } = kemEncapsulate(pair.public, bytesOf('m', 32))
  const other = kemDecapsulate(ciphertext, kemKeygen(bytesOf('another seed', 64)).secret)
  expect(toHex(kemDecapsulate(ciphertext, pair.secret))).toBe(toHex(shared))
  expect(toHex(other)).not.toBe(toHex(shared))
})

/** p − 1, p, p + 1 and the largest 255-bit number, little-endian. */
const NEAR_P = ['ec', 'ed', 'ee', 'ff'].map((low) => fromHex(`${low}${'ff'.repeat(30)}7f`))

test('a public key has one encoding', () => {
  expect(NEAR_P.map((key) => codeOf(() => asPublicKey(key)))).toEqual([
    'nothing thrown',
    'bad-key',
    'bad-key',
    'bad-key',
  ])
  const highBit = alice.public.slice()
  highBit[31]! |= 0x80
  expect(codeOf(() => asPublicKey(highBit))).toBe('bad-key')
  expect(codeOf(() => asPublicKey(alice.public))).toBe('nothing thrown')
  for (const length of [0, 31, 33]) expect(codeOf(() => asPublicKey(bytesOf('key', length)))).toBe('bad-key')
})

test('Diffie-Hellman is the same from both sides', () => {
  expect(toHex(dh(alice.secret, bob.public))).toBe(toHex(dh(bob.secret, alice.public)))
})

test('Schnorr signatures verify (BIP 340 vector 1) and a changed bit does not', () => {
  const secret = fromHex('b7e151628aed2a6abf7158809cf4f3c762e7160f38b4da56a784d9045190cfef')
  const message = fromHex('243f6a8885a308d313198a2e03707344a4093822299f31d0082efa98ec4e6c89')
  const aux = fromHex('0000000000000000000000000000000000000000000000000000000000000001')
  const signature = schnorrSign(message, secret, aux)
  const key = schnorrPublicKey(secret)
  expect(toHex(key)).toBe('dff1d77f2a671c5f36183726db2341be58feae1da2deced843240f7b502ba659')
  expect(toHex(signature)).toBe(
    '6896bd60eeae296db48a229ff71dfe071bde413e6d43f917dc8dcf8c78de33418906d11ac976abccb20b091292bff4ea897efcb639ea871cfa95f6de339e4b0a',
  )
  expect(schnorrVerify(signature, message, key)).toBe(true)
  signature[40]! ^= 1
  expect(schnorrVerify(signature, message, key)).toBe(false)
  expect(schnorrVerify(signature.slice(1), message, key)).toBe(false)
})

test('scalars out of range are refused by code', () => {
  for (const secret of [new Uint8Array(32), new Uint8Array(32).fill(0xff)]) {
    expect(codeOf(() => schnorrPublicKey(secret))).toBe('bad-key')
    expect(codeOf(() => schnorrSign(bytesOf('m', 32), secret, bytesOf('aux', 32)))).toBe('bad-key')
  }
})

test('a key is the same by the ladder and by the table', () => {
  const secret = asSecretKey(bytesOf('secret', 32))
  const keys = Array.from({ length: 12 }, () => toHex(publicKey(secret)))
  warmUp(bytesOf('warm', WARM_UP_ENTROPY_BYTES), WARM_UP_STEPS - 1)
  expect(new Set([...keys, toHex(publicKey(secret)), toHex(dh(secret, fromHex(`09${'00'.repeat(31)}`)))]).size).toBe(1)
})

test('warming up runs through', () => {
  for (let at = 0; at < WARM_UP_STEPS; at++)
    expect(codeOf(() => warmUp(bytesOf('warm', WARM_UP_ENTROPY_BYTES), at))).toBe('nothing thrown')
})
