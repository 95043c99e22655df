/** What happens to two people who write to each other, step by step, from one seed. */

/** Ana, who made the link, or Ben, who opened it. */
export type Who = 0 | 1

/** `relay`: the server with its relay, for both at once. */
export type Blow = 'kill' | 'close' | 'reload' | 'take over' | 'relay'

/** The moment of the blow, by the text that was written last; the later ones need a line between the two. */
export type Moment = 'typed' | 'shown' | 'arrived' | 'delivered'

export type Step =
  | { readonly do: 'write'; readonly who: Who }
  | {
      readonly do: 'strike'
      readonly blow: Blow
      readonly whom: Who
      readonly when: Moment
      /** Nothing comes back before the next step `return`. */
      readonly stays: boolean
    }
  | { readonly do: 'return' }
  /** Waits until everything that was written is delivered. */
  | { readonly do: 'settle' }

export type Wish = { readonly messages: number; readonly kills: number; readonly seed: number }

const MOMENTS: readonly Moment[] = ['typed', 'shown', 'arrived', 'delivered']
const MILD: readonly Blow[] = ['reload', 'close', 'relay', 'take over']
/** Of the messages, in rounds in which somebody stays away. */
const AWAY_SHARE = 0.4
/** Every so many rounds all must have arrived; else unbroken trouble could hide that something is stuck. */
const SETTLE_EVERY = 4

/** As many blows of the mild kinds as kills. A third of the kills, and some others, are followed by a long absence. */
export function planOf({ messages, kills, seed }: Wish): readonly Step[] {
  const dice = new Dice(seed)
  const blows = dice.shuffled([
    ...Array.from({ length: kills }, (_, i) => ({ blow: 'kill' as const, stays: i % 3 === 0 })),
    ...Array.from({ length: kills }, (_, i) => ({
      blow: MILD[i % MILD.length]!,
      stays: i % 12 === 5 || i % 12 === 10,
    })),
  ])
  const sizes = sizesOf(
    messages,
    blows.map(({ stays }) => stays),
  )
  return [
    ...blows.flatMap(({ blow, stays }, i) => [
      ...roundOf(dice, sizes[i] ?? 0, blow, stays),
      ...(i % SETTLE_EVERY === SETTLE_EVERY - 1 ? [{ do: 'settle' as const }] : []),
    ]),
    ...writing(dice, sizes.at(-1) ?? 0),
    { do: 'settle' },
  ]
}

/** How many messages each round has, and how many come after the last one. */
function sizesOf(messages: number, stays: readonly boolean[]): readonly number[] {
  const away = stays.filter(Boolean).length
  const share = away === 0 ? 0 : AWAY_SHARE
  const long = Math.floor((messages * share) / Math.max(away, 1))
  const short = Math.floor((messages * (1 - share)) / (stays.length - away + 1))
  const sizes = stays.map((one) => (one ? long : short))
  return [...sizes, messages - sizes.reduce((sum, size) => sum + size, 0)]
}

function roundOf(dice: Dice, size: number, blow: Blow, stays: boolean): readonly Step[] {
  const whom = dice.who()
  const before = stays ? Math.ceil(size / 4) : size
  const strike: Step = { do: 'strike', blow, whom, when: dice.of(MOMENTS), stays }
  if (!stays) return [...writing(dice, before), strike]
  const after = size - before
  if (blow === 'relay') return [...writing(dice, before), strike, ...writing(dice, after), { do: 'return' }]
  const other = whom === 0 ? 1 : 0
  const alone = (count: number) => Array.from({ length: count }, (): Step => ({ do: 'write', who: other }))
  // What waits on disk must outlive the page that wrote it.
  const reload: Step = { do: 'strike', blow: 'reload', whom: other, when: dice.of(MOMENTS.slice(0, 2)), stays: false }
  const half = after >> 1
  return [...writing(dice, before), strike, ...alone(half), reload, ...alone(after - half), { do: 'return' }]
}

function writing(dice: Dice, count: number): readonly Step[] {
  return Array.from({ length: count }, () => ({ do: 'write', who: dice.who() }))
}

/** Mulberry32: the same numbers for the same seed. */
class Dice {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  of<T>(all: readonly T[]): T {
    return all[Math.floor(this.#next() * all.length)]!
  }

  who(): Who {
    return this.#next() < 0.5 ? 0 : 1
  }

  shuffled<T>(all: readonly T[]): readonly T[] {
    const left = [...all]
    return all.map(() => left.splice(Math.floor(this.#next() * left.length), 1)[0]!)
  }
}
