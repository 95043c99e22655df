/** From what some people do to a relay, and what that costs it, to how many relays many people need. */
import { OPEN, PEAK, RELAYS } from './town.ts'
import type { Tally } from './town.ts'

/** Of one relay: measured. */
export type Costs = { readonly socketKib: number; readonly eventMs: number }
/** Of the machine it runs on: one core of which this share may be busy, and so much memory. */
export type Machine = { readonly busy: number; readonly memoryMib: number }

export type Load = {
  /** Events that one relay gets from one open page in an hour, and copies that it hands on to it. */
  readonly events: number
  readonly copies: number
  /** The same for a user over the whole day, whose page is mostly closed. */
  readonly eventsOfDay: number
  /** Open pages that one relay can take: by processor, by memory, and by whichever is less. */
  readonly byProcessor: number
  readonly byMemory: number
  readonly pages: number
}

export type Row = {
  readonly users: number
  readonly open: number
  readonly relays: number
  /** Events a second at each of them, at the busiest hour. */
  readonly perSecond: number
}

const HOUR_MS = 3_600_000
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length

export function loadOf(tally: Tally, costs: Costs, machine: Machine): Load {
  const events = tally.events / tally.pageHours
  const byProcessor = (machine.busy * HOUR_MS) / (costs.eventMs * events)
  const byMemory = (machine.memoryMib * 1024) / costs.socketKib
  const pages = Math.floor(Math.min(byProcessor, byMemory))
  return {
    events,
    copies: tally.copies / tally.pageHours,
    eventsOfDay: events * mean(OPEN),
    byProcessor,
    byMemory,
    pages,
  }
}

/** A page goes by several relays; who outgrows them adds as many again. */
export function rowOf(users: number, load: Load): Row {
  const open = users * PEAK
  const sets = Math.ceil(open / load.pages)
  return { users, open, relays: sets * RELAYS, perSecond: ((open / sets) * load.events) / 3_600 }
}

/** Of ascending values, the one that this share of them does not pass. */
export function quantile(sorted: readonly number[], share: number): number {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]
  if (value === undefined) throw new RangeError('no values')
  return value
}

const whole = (value: number): string =>
  value < 10 ? value.toFixed(1) : Number(value.toPrecision(2)).toLocaleString('en')
const seconds = (ms: number): string => (ms === Infinity ? 'over a minute' : `${(ms / 1_000).toFixed(1)} s`)

/** In Markdown, as the README shows it. */
export function tableOf(users: readonly number[], load: Load, meetings: readonly number[]): string {
  const [half, most] = [quantile(meetings, 0.5), quantile(meetings, 0.95)].map(seconds)
  const lines = users.map((count) => {
    const row = rowOf(count, load)
    return `| ${whole(count)} | ${whole(row.open)} | ${row.relays} | ${whole(row.perSecond)} | ${whole(load.eventsOfDay)} | ${half}, ${most} |`
  })
  return [
    '| users | of these at once | relays | events a second at each | events an hour from each user | time to meet: median, 95 % |',
    '| ---: | ---: | ---: | ---: | ---: | ---: |',
    ...lines,
  ].join('\n')
}
