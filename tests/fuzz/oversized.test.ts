/** Inputs far above every limit: refused before any work. And the worst of the longest that are looked at: in time. */
import { expect, test } from 'playwright/test'
import { concat } from '../../src/protocol/bytes.ts'
import { readPicture } from '../../src/screen/scan.ts'
import { ITSELF, labelOf, settle, trialOf } from './decoder.ts'
import type { Decoder } from './decoder.ts'
import { examine, fastest, measure } from './examine.ts'
import { table } from './table.ts'

const MIB = 1024 * 1024
/** A look at the length takes microseconds, even a mere copy of 16 MiB more than this. */
const NOTHING_MS = 1
/** What regular expressions and parsers that go back and forth are slow at. */
const RUNS = [
  ...['A', '!', ' ', '=', '(', ')', '.', '[', '{"a":', '\\', '"', '\u0301', '::', '1:'],
  ...['#/join/', 'http://', '\r\na=candidate:', '__proto__'],
]

/** Texts or bytes of this length, some of them like those the decoder knows. */
function* inputsOf({ valid }: Decoder, length: number, runs = RUNS): Generator {
  const longest = valid.at(-1)
  if (typeof longest === 'string')
    for (const run of runs.map((one) => one.repeat(Math.ceil(length / one.length)))) {
      yield run.slice(0, length)
      yield `${run.slice(0, length - 1)}a`
      yield (longest + run).slice(0, length)
    }
  if (longest instanceof Uint8Array) {
    yield new Uint8Array(length)
    yield new Uint8Array(length).fill(1)
    yield concat(longest, new Uint8Array(length)).slice(0, length)
  }
}

function endOf(decoder: Decoder, input: unknown): string {
  const outcome = settle(trialOf(decoder, input))
  if (outcome instanceof Promise) throw new Error(`${decoder.name} waits`)
  return labelOf(decoder, outcome)
}

const browsers = ['config.json', 'turn.json', 'picture of a code', 'box of a row', 'box of a message', 'box of a page']
const ours = table.flatMap((decoder) => {
  const { name, limit } = decoder
  return limit === undefined || browsers.includes(name) ? [] : [{ name, decoder, limit }]
})

for (const { name, decoder, limit } of ours.filter((one) => one.limit.by === ITSELF))
  test(`${name}: 1 and 16 MiB are refused as fast as a little`, () => {
    const good = new Set(decoder.valid.map((input) => endOf(decoder, input)))
    for (const length of [MIB, 16 * MIB])
      for (const input of inputsOf(decoder, length, ['A', '!'])) {
        const end = endOf(decoder, input)
        expect(decoder.outcomes).toContain(end)
        if (limit.length < length) expect([...good]).not.toContain(end)
        expect(fastest(decoder, input, NOTHING_MS)).toBeLessThanOrEqual(NOTHING_MS)
      }
  })

for (const { name, decoder, limit } of ours.filter((one) => one.limit.by !== ITSELF && one.limit.length < Infinity))
  test(`${name}: whatever ${limit.by} lets through is read in time`, async () => {
    const valid = measure(decoder)
    for (const input of inputsOf(decoder, limit.length)) await examine(decoder, input, valid)
  })

for (const file of ['config.json', 'turn.json'])
  test(`a ${file} of 16 MiB is none`, async () => {
    const decoder = table.find(({ name }) => name === file)!
    for (const text of ['[', ' ', 'A']) expect(await endLater(decoder, text.repeat(16 * MIB))).toBe('with problems')
  })

test('a box of 16 MiB is not opened', async () => {
  for (const name of ['box of a row', 'box of a message', 'box of a page']) {
    const decoder = table.find((one) => one.name === name)!
    const { key } = decoder.valid[0] as { readonly key: unknown }
    const started = performance.now()
    expect(await endLater(decoder, { key, value: new Uint8Array(16 * MIB) })).toBe('undefined')
    expect(performance.now() - started).toBeLessThan(500 * NOTHING_MS)
  }
})

test('a picture above 64 MiB is not even given to the browser', async () => {
  // There is no browser here: to go on would be an error.
  expect(await readPicture({ size: 64 * MIB + 1 } as Blob)).toBeUndefined()
  await expect(readPicture({ size: 64 * MIB } as Blob)).rejects.toThrow('createImageBitmap')
})

async function endLater(decoder: Decoder, input: unknown): Promise<string> {
  return labelOf(decoder, await settle(trialOf(decoder, input)))
}
