/** Somebody was removed; later the person opens a new link of theirs, on purpose. */
import { expect, test } from 'playwright/test'
import { compare } from '../../src/protocol/bytes.ts'
import { arrive, makeLink, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const keyOf = (p: Person) => p.disk.profile!.identityPublic
for (const responder of [false, true])
  test(`who joins a removed person's new link meets them again after a reload (${responder ? 'responder' : 'initiator'})`, async () => {
    const world = new World(9, CALM)
    let [a, b] = [await arrive(world), await arrive(world)]
    // b removes a; afterwards b is the responder of reconnections, or not.
    if (compare(keyOf(b), keyOf(a)) > 0 === responder) [a, b] = [b, a]
    await openLink(b, await makeLink(a))
    expect(await world.run(60_000, () => a.connected && b.connected)).toBe(true)
    b.actions.removeContact(b.contactId!)
    await world.run(60_000)
    await openLink(b, await makeLink(a))
    expect(await world.run(60_000, () => a.connected && b.connected), 'they meet by the new link').toBe(true)
    b.kill()
    await world.run(60_000)
    b.open()
    expect(await world.run(3_600_000, () => a.connected && b.connected), 'and after a reload').toBe(true)
  })
