/**
 * How many relays many people need, and how long they take to meet:
 *
 *     npm run scale -- --people 100 --minutes 20 --seed 1
 *
 * Nobody can drive the messengers of ten millions. This drives the real ones of some people through the busiest hour of their
 * day, measures what an event and a connection cost the embedded relay on this machine, and multiplies.
 */
import { parseArgs } from 'node:util'
import { costOf } from '../bench/relay-cost.ts'
import { loadOf, tableOf } from './arithmetic.ts'
import { live, RELAYS } from './town.ts'

const USERS = [1_000, 100_000, 10_000_000]
const MACHINE = { busy: 0.5, memoryMib: 2_048 }
const SAMPLE = { sockets: 1_000, events: 1_000 }

const say = (line: string): void => void process.stdout.write(`${line}\n`)

const { values } = parseArgs({
  options: {
    people: { type: 'string', default: '100' },
    contacts: { type: 'string', default: '30' },
    minutes: { type: 'string', default: '20' },
    seed: { type: 'string' },
  },
})
const seed = values.seed === undefined ? Date.now() % 2 ** 31 : Number(values.seed)
const [people, contacts, minutes] = [values.people, values.contacts, values.minutes].map(Number) as [
  number,
  number,
  number,
]

const { kib, ms } = await costOf('ours', SAMPLE)
const costs = { socketKib: kib, eventMs: ms }
say(`measured: ${kib.toFixed(1)} KiB for a connection, ${ms.toFixed(2)} ms of one core for an event`)
say(`simulated: ${people} people with ${contacts} contacts each, ${minutes} minutes of the busiest hour, seed ${seed}`)
const tally = await live({ seed, people, contacts, minutes, eventMs: ms, busy: MACHINE.busy }, say)
const load = loadOf(tally, costs, MACHINE)
const { pageHours, meetings, reloads, failures, mostOpen } = tally
say(
  `  ${pageHours.toFixed(1)} hours of open pages, at most ${mostOpen} at once; ${reloads} reloads, ${failures} failures of relays`,
)
say(
  `  ${load.events.toFixed(1)} events an hour from an open page to each of its ${RELAYS} relays, ${load.copies.toFixed(1)} copies back`,
)
say(`  ${meetings.length} meetings, ${meetings.filter((took) => took === Infinity).length} of them not within a minute`)
say(
  `multiplied: a relay on one core that is at most ${MACHINE.busy * 100} % busy, with ${MACHINE.memoryMib / 1024} GiB, takes ` +
    `${Math.round(load.byProcessor)} open pages by its processor and ${Math.round(load.byMemory)} by its memory`,
)
say(`\n${tableOf(USERS, load, meetings)}`)
