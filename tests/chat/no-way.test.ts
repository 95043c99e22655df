/** Who hides and has nowhere to is here all the same: the other side is told so, and not that nobody is there. */
import { expect, test } from 'playwright/test'
import { compare } from '../../src/protocol/bytes.ts'
import { MINUTE, replayAll } from '../attacks/help.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'

const THEY_HIDE = { state: 'failed', cause: 'they-hide' }
const TURN = { urls: 'turn:t.example', username: 'u', credential: 'c' }
const WITH_TURN = { relays: ['ws://r'], iceServers: [TURN], relayOnly: false }

const lineOf = (person: Person) => person.page?.messenger.snapshot.chats[0]?.line

/** Two who know each other; the first of them calls. */
async function meetInOrder(seed: number) {
  const { world, a, b } = await meet(seed, CALM)
  const isFirst = compare(a.disk.profile!.identityPublic, b.disk.profile!.identityPublic) > 0
  return { world, caller: isFirst ? a : b, called: isFirst ? b : a }
}

/** No server gives this page an address to be reached by. */
function refuse(person: Person): void {
  const { world, page } = person
  const ends = page!.ends
  const push = ends.push.bind(ends)
  ends.push = (...born) => {
    for (const end of born)
      world.after(5, () => {
        end.closed = true
        end.on({ type: 'closed', reason: 'no-relay' })
      })
    return push(...born)
  }
}

for (const role of ['calls', 'is called'] as const)
  test(`who hides and ${role}, with a server that does not work: the other side is told, until there is a way`, async () => {
    const { world, caller, called } = await meetInOrder(1)
    const [hider, other] = role === 'calls' ? [caller, called] : [called, caller]
    void hider.actions.setHideIp(true)
    await world.run(1_000)
    hider.kill()
    // Who is gone does not say so again, when this side announces itself the next time.
    expect(await world.run(30 * MINUTE, () => lineOf(other)?.cause === 'absent')).toBe(true)
    hider.open()
    await world.run(1_000, () => hider.ready)
    refuse(hider)
    void hider.page!.messenger.dispatch({ type: 'settings', settings: WITH_TURN })
    expect(await world.run(MINUTE, () => lineOf(other)?.cause === 'they-hide')).toBe(true)
    expect([lineOf(other), lineOf(hider)]).toEqual([THEY_HIDE, { state: 'failed', cause: 'nowhere-to-hide' }])

    hider.kill()
    hider.open()
    await world.run(1_000, () => hider.ready)
    void hider.actions.setHideIp(false)
    expect(await world.run(MINUTE, () => hider.connected && other.connected)).toBe(true)
    // What a relay repeats was for nonces of another time.
    hider.kill()
    await world.run(MINUTE)
    await replayAll(world)
    expect(lineOf(other)?.cause).toMatch(/^(absent|looking)$/)
  })

for (const role of ['makes', 'opens'] as const)
  test(`who hides and ${role} a link: the other side is told`, async () => {
    const world = new World(2, CALM)
    const [maker, opener] = [await arrive(world), await arrive(world)]
    void (role === 'makes' ? maker : opener).actions.setHideIp(true)
    await openLink(opener, await makeLink(maker))
    const told = () => {
      const { invites, joins } = (role === 'makes' ? opener : maker).page!.messenger.snapshot
      return [...invites, ...joins].map(({ line }) => line)
    }
    await world.run(MINUTE, () => told()[0]?.cause === 'they-hide')
    expect(told()).toEqual([THEY_HIDE])
  })
