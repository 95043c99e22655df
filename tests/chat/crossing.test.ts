/** Somebody opens two links of one person at once, and frames on one channel overtake those on another: nobody is locked out. */
import { expect, test } from 'playwright/test'
import { compare, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { makeLink, meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { Endpoint } from '../simulation/endpoint.ts'
import { CALM } from '../simulation/world.ts'

const keyOf = (person: Person): Bytes => person.page?.messenger.state?.keys.public ?? new Uint8Array()
const rootsOf = (person: Person): readonly string[] =>
  [...person.disk.contacts.values()].flatMap((contact) => contact.pairs.map(({ root }) => toHex(root)))

/**
 * The first two channels that `b` dials from here on are slow: the first CONFIRM comes after the second, and what `a` answers
 * comes only when `b` confirms the next session. That a channel was hung up shows late. Ends with what it returns.
 */
function slowJoins(a: Person, b: Person): () => void {
  const { deliver, end } = Endpoint.prototype
  const dialled = b.page?.ends.length ?? 0
  const lineOf = (at: Endpoint): number => (b.page?.ends.indexOf(at) ?? -1) - dialled
  const held: (() => void)[] = []
  let confirms = 0
  Endpoint.prototype.deliver = function (this: Endpoint, other, bytes) {
    const pass = (): void => deliver.call(this, other, bytes)
    if (a.page?.ends.includes(this) && (lineOf(other) === 0 || lineOf(other) === 1)) return void held.push(pass)
    if ((lineOf(this) === 0 || lineOf(this) === 1) && confirms++ === 0) return void a.world.after(60, pass)
    pass()
    if (lineOf(this) >= 2) for (const late of held.splice(0)) late()
  }
  Endpoint.prototype.end = function (this: Endpoint, reason, ms) {
    end.call(this, reason, (lineOf(this) === 0 || lineOf(this) === 1) && ms === 30 ? 20_000 : ms)
  }
  return () => Object.assign(Endpoint.prototype, { deliver, end })
}

test('two links of one person, opened at once, with frames that overtake each other, twenty times', async () => {
  for (let seed = 0; seed < 20; seed++) {
    const met = await meet(seed, CALM)
    const { world } = met
    // The one who opens is the one who also calls.
    const [a, b] = compare(keyOf(met.a), keyOf(met.b)) < 0 ? [met.a, met.b] : [met.b, met.a]
    const joins: string[] = []
    for (const link of [await makeLink(a), await makeLink(a)]) {
      const opened = b.actions.openLink(link)
      await world.run(1_000)
      const join = await opened
      if (join.ok) joins.push(join.id)
    }
    const usual = slowJoins(a, b)
    try {
      for (const id of joins) b.actions.join(id)
      await world.run(10_000)
    } finally {
      usual()
    }
    expect(new Set(joins).size, `seed ${seed}: two links`).toBe(2)
    expect(
      rootsOf(a).filter((root) => rootsOf(b).includes(root)),
      `seed ${seed}: a pair both have`,
    ).not.toEqual([])
    expect(await world.run(3_600_000, () => a.connected && b.connected), `seed ${seed}: they meet`).toBe(true)
  }
})
