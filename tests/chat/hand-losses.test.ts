/** By hand, and the last words of the handshake are lost: one of the two has a contact, and the other does not know it. */
import { expect, test } from 'playwright/test'
import { compare } from '../../src/protocol/bytes.ts'
import { MINUTE } from '../attacks/help.ts'
import { begin, both, give, settled, stage, strangers, view } from '../simulation/by-hand.ts'

/** An invite's exchange by hand, up to where the maker of the link has a contact, and the other side has heard nothing of it. */
async function unacknowledged(seed: number) {
  const { world, a, b, invite, join } = await strangers(seed)
  await begin(a, invite)
  const answer = await give(a, await begin(b, join))
  b.actions.byHand({ do: 'take', text: answer })
  a.actions.byHand({ do: 'proceed' })
  expect(await world.run(5_000, () => a.contactId !== undefined)).toBe(true)
  b.kill()
  await world.run(MINUTE)
  b.open()
  await settled(b)
  expect([a.connected, b.contactId]).toEqual([false, undefined])
  const isLarger = compare(a.disk.profile!.identityPublic, b.disk.profile!.identityPublic) > 0
  return { world, a, b, join, isLarger }
}

for (const [seed, larger] of [
  [15, true],
  [14, false],
] as const)
  test(`an ACK that never came, and ${larger ? 'the maker of the link' : 'who opened it'} calls: by hand they find each other again`, async () => {
    const { world, a, b, join, isLarger } = await unacknowledged(seed)
    expect(isLarger, `seed ${seed}`).toBe(larger)
    await begin(a, a.contactId!)
    await begin(b, join)
    const [caller, called] = larger ? [a, b] : [b, a]
    expect([stage(called), stage(caller)]).toEqual(['hello', 'await-hello'])
    const answer = await give(called, await give(caller, view(called)!.code!))
    caller.actions.byHand({ do: 'take', text: answer })
    called.actions.byHand({ do: 'proceed' })
    expect(await world.run(5_000, both(a, b))).toBe(true)
  })

test('a CONFIRM that never came: who opened the link takes the code of its maker, whoever calls', async () => {
  for (const seed of [16, 17, 18, 19]) {
    const { world, a, b, invite, join } = await strangers(seed)
    await begin(a, invite)
    const answer = await give(a, await begin(b, join))
    b.actions.byHand({ do: 'take', text: answer })
    a.actions.byHand({ do: 'proceed' })
    expect(await world.run(5_000, () => b.disk.contacts.size > 0)).toBe(true)
    for (const who of [a, b]) who.kill()
    await world.run(MINUTE)
    for (const who of [a, b]) who.open()
    await settled(b)
    await begin(a, invite)
    await begin(b, join)
    expect(stage(a), `seed ${seed}`).toBe('hello')
    const second = await give(a, await give(b, view(a)!.code!))
    b.actions.byHand({ do: 'take', text: second })
    a.actions.byHand({ do: 'proceed' })
    expect(await world.run(5_000, both(a, b)), `seed ${seed}`).toBe(true)
  }
})
