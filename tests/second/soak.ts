/**
 * The plays of properties.test.ts, one after another until the time is over:
 *
 *     npm run soak:protocol -- --minutes 60 --seed 1
 *
 * Ends with 1 on the first disagreement and prints its seed, which as `--seed` plays it again at once, and the plan; or when
 * memory grew.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { attacks } from './attack.ts'
import { faults } from './forgery.ts'
import { attack, forge, fromHandshake, fromKeys } from './plays.ts'
import { disorder, life, limits, monologue, renewals } from './schedule.ts'
import { noCounts } from './world.ts'

const MINUTE = 60_000
const MAX_GROWTH_MB = 16
/** Until then caches and compiled code settle. */
const WARM_UP = 0.25

const counts = noCounts()

type Play = (seed: number) => { readonly plan: unknown; readonly act: () => void }

/** The plan of a seed, with its own number for random bytes. */
function playOf<P>(plans: fc.Arbitrary<P>, act: (n: number, plan: P) => void): Play {
  return (seed) => {
    const [[n, plan]] = fc.sample(fc.tuple(fc.nat(), plans), { seed, numRuns: 1 }) as [[number, P]]
    return { plan, act: () => act(n, plan) }
  }
}

const { refused } = counts
const plays: readonly (readonly [name: string, play: Play])[] = [
  ['disorder', playOf(disorder, (n, plan) => fromKeys(n, plan, counts))],
  ['monologue', playOf(monologue, (n, plan) => fromKeys(n, plan, counts))],
  ['limits', playOf(limits, (n, plan) => fromKeys(n, plan, counts))],
  ['renewals', playOf(renewals, (n, plan) => fromKeys(n, plan, counts))],
  ['life', playOf(life, (n, plan) => fromHandshake(n, plan, counts))],
  ['attack of the initiator', playOf(attacks, (n, plan) => attack('initiator', n, plan, refused))],
  ['attack of the responder', playOf(attacks, (n, plan) => attack('responder', n, plan, refused))],
  ['forged HS1', playOf(faults, (n, plan) => forge(1, n, plan, refused))],
  ['forged HS2', playOf(faults, (n, plan) => forge(2, n, plan, refused))],
]

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

function usedMb(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return (heapUsed + external) / 2 ** 20
}

const say = (line: string) => process.stdout.write(`${line}\n`)

/** False on a disagreement. */
function play(seed: number): boolean {
  const [name, plan] = plays[seed % plays.length]!
  const { plan: planned, act } = plan(seed)
  try {
    act()
    return true
  } catch (error) {
    say(`--seed ${seed} (${name}): ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    say(
      JSON.stringify(planned, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value,
      ),
    )
    return false
  }
}

function soak(minutes: number, first: number): boolean {
  const begin = Date.now()
  const elapsed = () => (Date.now() - begin) / (minutes * MINUTE)
  let seed = first
  let warm: number | undefined
  let agreed = true
  while (agreed && (elapsed() < 1 || seed === first)) {
    if (warm === undefined && elapsed() >= WARM_UP) warm = usedMb()
    agreed = play(seed)
    seed += 1
  }
  const [before, after] = [warm ?? usedMb(), usedMb()]
  const { frames, opened, rekeys, reconnects } = counts
  say(`seed ${first}, ${minutes} minutes: ${seed - first} schedules, ${frames} frames, ${opened} opened,`)
  say(`${rekeys} rekeys, ${reconnects} reconnects, refused or taken: ${JSON.stringify(refused)}`)
  say(
    `${agreed ? 0 : 1} disagreements; memory ${before.toFixed(1)} MB after the warm-up, ${after.toFixed(1)} MB at the end`,
  )
  const flat = after - before <= MAX_GROWTH_MB
  if (!flat) say('memory grew')
  return agreed && flat
}

const { values } = parseArgs({ options: { minutes: { type: 'string', default: '1' }, seed: { type: 'string' } } })
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
process.exitCode = soak(Number(values.minutes), seed) ? 0 : 1
