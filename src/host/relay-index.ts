/** Which subscriptions an event concerns, in time proportional to their number and not to that of all subscribers. */
import { matches, topicsOf } from './relay-messages.ts'
import type { Filter, RelayEvent } from './relay-messages.ts'

export type Subscription<Owner> = { readonly owner: Owner; readonly id: string; readonly filters: readonly Filter[] }

export class SubscriptionIndex<Owner> {
  /** By topic (`p` and its value) or author (`a` and its value). */
  readonly #byValue = new Map<string, Set<Subscription<Owner>>>()
  #size = 0

  get size(): number {
    return this.#size
  }

  add(subscription: Subscription<Owner>): void {
    this.#size++
    for (const value of valuesOf(subscription)) {
      const set = this.#byValue.get(value) ?? new Set()
      this.#byValue.set(value, set.add(subscription))
    }
  }

  remove(subscription: Subscription<Owner>): void {
    this.#size--
    for (const value of valuesOf(subscription)) {
      const set = this.#byValue.get(value)
      set?.delete(subscription)
      if (set?.size === 0) this.#byValue.delete(value)
    }
  }

  /** Each once. */
  matching(event: RelayEvent): readonly Subscription<Owner>[] {
    const values = [`a${event.pubkey}`, ...topicsOf(event).map((topic) => `p${topic}`)]
    const candidates = new Set(values.flatMap((value) => [...(this.#byValue.get(value) ?? [])]))
    return [...candidates].filter(({ filters }) => filters.some((filter) => matches(filter, event)))
  }
}

/** Topics where a filter has them: they are the rarer ones. */
function valuesOf({ filters }: { readonly filters: readonly Filter[] }): ReadonlySet<string> {
  const values = filters.flatMap(({ topics, authors }) =>
    topics ? Array.from(topics, (t) => `p${t}`) : Array.from(authors ?? [], (a) => `a${a}`),
  )
  return new Set(values)
}
