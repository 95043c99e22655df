/** How each kind of random plan is played. `n` chooses the random bytes and the keys it begins with. */
import { Attacker } from './attack.ts'
import type { Attack } from './attack.ts'
import { forgedHs1, forgedHs2 } from './forgery.ts'
import type { Fault } from './forgery.ts'
import type { Terms } from './handshake.ts'
import { meet, peopleOf, start } from './meet.ts'
import type { Side } from './model.ts'
import type { Command } from './schedule.ts'
import { Source } from './twin.ts'
import { World } from './world.ts'
import type { Counts } from './world.ts'

const people = peopleOf(new Source('people'))
const starts = Array.from({ length: 8 }, (_, i) => start(people, new Source(`start ${i}`)))
const startOf = (n: number) => starts[n % starts.length]!

const invited: Terms = {
  mode: 1,
  agreed: new Source('invite').take(75),
  nonce: new Source('nonce').take(16),
  psk: new Source('psk').take(32),
}
const known: Terms = { ...invited, mode: 2, agreed: new Source('pair').take(32) }

/** Straight from keys, without a handshake. */
export function fromKeys(n: number, plan: readonly Command[], counts: Counts): void {
  new World(startOf(n).met(), people, new Source(`schedule ${n}`), counts).run(plan)
}

export function fromHandshake(n: number, plan: readonly Command[], counts: Counts): void {
  const source = new Source(`life ${n}`)
  new World(meet(invited, people, source), people, source, counts).run(plan)
}

export function attack(role: Side, n: number, plan: readonly Attack[], counts: Record<string, number>): void {
  const { met, secrets } = startOf(n)
  new Attacker(met(), role, secrets, new Source(`attack ${n}`), counts).run(plan)
}

export function forge(which: 1 | 2, n: number, faults: readonly Fault[], counts: Record<string, number>): void {
  const forged = which === 1 ? forgedHs1 : forgedHs2
  const code = forged(n % 2 ? invited : known, people, faults, `forgery ${n}`)
  counts[code] = (counts[code] ?? 0) + 1
}
