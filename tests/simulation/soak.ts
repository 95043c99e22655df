/**
 * The lives of short-lives.test.ts, one after another until the time is over:
 *
 *     npm run soak:simulation -- --minutes 60 --seed 1
 *
 * Ends with 1 on the first life that goes wrong and prints its seed, which as `--seed` lives it again at once.
 */
import { parseArgs } from 'node:util'
import { live } from './short-life.ts'
import { noTally } from './tally.ts'

const MINUTE = 60_000

const say = (line: string) => process.stdout.write(`${line}\n`)

/** False if a life went wrong. */
async function soak(minutes: number, first: number): Promise<boolean> {
  const end = Date.now() + minutes * MINUTE
  const tally = noTally()
  let wrong: readonly string[] = []
  for (let seed = first; wrong.length === 0 && (Date.now() < end || seed === first); seed++) {
    wrong = await live(seed, tally)
    for (const what of wrong) say(`--seed ${seed}: ${what}`)
  }
  const counts = Object.entries(tally).map(([what, count]) => `${count} ${what}`)
  say(`from seed ${first}, ${minutes} minutes: ${counts.join(', ')}; ${wrong.length === 0 ? 0 : 1} lives went wrong`)
  return wrong.length === 0
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } } })
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
process.exitCode = (await soak(Number(values.minutes), seed)) ? 0 : 1
