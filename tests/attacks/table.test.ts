/** Holds `attacks.md` and the titles of the tests together. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'

const LAST = 72

type Row = { readonly number: number; readonly files: readonly string[]; readonly waits: boolean }

/** The rows of the table: number, and the files of its tests or what it waits for. */
function rowsOf(markdown: string): Row[] {
  return [...markdown.matchAll(/^\| (\d+) \|.*\| ([^|]+) \|$/gm)].map(([, number, last = '']) => ({
    number: Number(number),
    files: [...last.matchAll(/`([^`]+)`/g)].map(([, file = '']) => file),
    waits: last.startsWith('waits for: '),
  }))
}

/** The numbers in the titles of a file: `attack 15: …`, `attacks 15 and 16: …`, `attacks 9, 10 and 11: …`. */
function numbersIn(source: string): Set<number> {
  const titles = source.matchAll(/\btest(?:\.describe)?\(\s*(['"`])attacks? ([\d, and]+):/g)
  return new Set([...titles].flatMap(([, , numbers = '']) => (numbers.match(/\d+/g) ?? []).map(Number)))
}

/** Path of each test file to the numbers in its titles, where there are any. */
function titled(): Map<string, Set<number>> {
  const paths = readdirSync('tests', { recursive: true, encoding: 'utf8' })
    .map((path) => `tests/${path.replaceAll('\\', '/')}`)
    .filter((path) => /\.(test|spec)\.ts$/.test(path) && path !== 'tests/attacks/table.test.ts')
  const found = paths.map((path) => [path, numbersIn(readFileSync(path, 'utf8'))] as const)
  return new Map(found.filter(([, numbers]) => numbers.size > 0))
}

/** What does not agree. */
function problems(rows: readonly Row[], tests: ReadonlyMap<string, ReadonlySet<number>>): string[] {
  const all = Array.from({ length: LAST }, (_, i) => i + 1)
  const counted = rows.map((row) => row.number)
  return [
    ...all.filter((n) => counted.filter((one) => one === n).length !== 1).map((n) => `${n}: not once in the table`),
    ...counted.filter((n) => n < 1 || n > LAST).map((n) => `${n}: not a number of an attack`),
    ...rows.filter(({ files, waits }) => waits === files.length > 0).map(({ number }) => `${number}: neither or both`),
    ...rows.flatMap(({ number, files }) =>
      files.filter((file) => !tests.get(file)?.has(number)).map((file) => `${number}: no test in ${file}`),
    ),
    ...[...tests].flatMap(([file, numbers]) =>
      [...numbers]
        .filter((n) => !rows.some((row) => row.number === n && row.files.includes(file)))
        .map((n) => `${n}: ${file} is not named in the table`),
    ),
  ]
}

test('every attack has its row, every row its test, and every test its row', () => {
  expect(problems(rowsOf(readFileSync('tests/attacks.md', 'utf8')), titled())).toEqual([])
})

const ROW = (n: number, last = '`a.test.ts`'): string => `| ${n} | something | ${last} |`
const TABLE = Array.from({ length: LAST }, (_, i) => ROW(i + 1, i === 1 ? 'waits for: files' : undefined))
const TITLES = new Map([['a.test.ts', new Set(Array.from({ length: LAST }, (_, i) => i + 1).filter((n) => n !== 2))]])

test('the guard sees what is missing, twice, or waits with a test', () => {
  const seen = (table: readonly string[], tests = TITLES): string[] => problems(rowsOf(table.join('\n')), tests)
  const without = (n: number) => new Map([['a.test.ts', new Set([...TITLES.get('a.test.ts')!].filter((m) => m !== n))]])
  expect(seen(TABLE)).toEqual([])
  expect(seen(TABLE.slice(0, -1))).toEqual(['72: not once in the table', '72: a.test.ts is not named in the table'])
  expect(seen([...TABLE, ROW(5)])).toEqual(['5: not once in the table'])
  expect(seen([...TABLE, ROW(73, 'waits for: x')])).toEqual(['73: not a number of an attack'])
  expect(seen(TABLE.map((row, i) => (i === 4 ? ROW(5, 'nothing') : row)))).toHaveLength(2)
  expect(seen(TABLE, without(9))).toEqual(['9: no test in a.test.ts'])
  expect(seen(TABLE, new Map([...TITLES, ['b.test.ts', new Set([2])]]))).toEqual([
    '2: b.test.ts is not named in the table',
  ])
  expect(seen(TABLE, new Map([['b.test.ts', new Set([1])]]))).toContain('1: no test in a.test.ts')
})

test('the guard reads titles as they are written', () => {
  const source =
    "test('attack 1: a', x)\ntest(\n  `attacks 2, 3 and 4: ${b}`,\n  x)\ntest(\"attacks 5 and 6: c\")\ntest('an attack 7: d')"
  expect([...numbersIn(source)]).toEqual([1, 2, 3, 4, 5, 6])
})
