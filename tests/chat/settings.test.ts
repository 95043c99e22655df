/** Other settings while the page is open: who has a line keeps it, who could have none for want of them tries again. */
import { expect, test } from 'playwright/test'
import { compare } from '../../src/protocol/bytes.ts'
import type { IceServer, Settings } from '../../src/chat/ports.ts'
import { dials, liveOf, MINUTE } from '../attacks/help.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'

const WITH_TURN: Settings = {
  relays: ['ws://r'],
  iceServers: [{ urls: 'turn:t.example', username: 'u', credential: 'c' }],
  relayOnly: false,
}

const lineOf = (person: Person) => person.page?.messenger.snapshot.chats[0]?.line

for (const role of ['calls', 'is called'] as const)
  test(`a person who hides and ${role} has a line as soon as there is a server to hide behind`, async () => {
    const { world, a, b } = await meet(role === 'calls' ? 1 : 2, CALM)
    const isLarger = compare(a.disk.profile!.identityPublic, b.disk.profile!.identityPublic) > 0
    const [hider, other] = isLarger === (role === 'calls') ? [a, b] : [b, a]
    void hider.actions.setHideIp(true)
    await world.run(1_000)
    for (const who of [hider, other]) who.kill()
    await world.run(20_000)
    for (const who of [hider, other]) who.open()
    await world.run(5_000, () => lineOf(hider)?.cause === 'nowhere-to-hide')
    expect([lineOf(hider), dials(hider)]).toEqual([{ state: 'failed', cause: 'nowhere-to-hide' }, 0])
    void hider.page!.messenger.dispatch({ type: 'settings', settings: WITH_TURN })
    expect(await world.run(20_000, () => hider.connected && other.connected)).toBe(true)
  })

const NO_WAY = { state: 'failed', cause: 'needs-turn' }

test('two whose networks kept them apart try again at once, and not only when it would have been time', async () => {
  const { world, a, b } = await meet(3, { ...CALM })
  world.trouble = { ...CALM, openFails: 1 }
  for (const who of [a, b]) who.kill()
  await world.run(20_000)
  for (const who of [a, b]) who.open()
  // The third failure is followed by a wait of two minutes.
  const next = (who: Person) => [...(who.page?.messenger.state?.links.values() ?? [])].map((link) => link.helloAt ?? 0)
  await world.run(10 * MINUTE, () => [a, b].every((who) => Math.max(...next(who)) > world.now + MINUTE))
  expect([lineOf(a), lineOf(b)]).toEqual([NO_WAY, NO_WAY])
  world.trouble = CALM
  await world.run(30_000)
  expect(a.connected).toBe(false)
  void a.page!.messenger.dispatch({ type: 'settings', settings: WITH_TURN })
  expect(await world.run(15_000, () => a.connected && b.connected)).toBe(true)
})

test('a line that stands is left alone, and what is known of relays no longer used is forgotten', async () => {
  const { world, a, b } = await meet(4, CALM)
  const before = [a, b].map((who) => liveOf(who)?.peer)
  const { messenger } = a.page!
  await messenger.dispatch({ type: 'settings', settings: { ...WITH_TURN, relays: ['ws://old', 'ws://r'] } })
  await messenger.dispatch({ type: 'relay', relay: 'ws://old', state: 'open' })
  expect(messenger.state!.relays.get('ws://old')).toBe('open')
  const [published, made] = [world.log.length, dials(a)]
  const told = messenger.dispatch({ type: 'settings', settings: WITH_TURN })
  await world.run(3_000)
  expect(await told).toBe(true)
  expect([a, b].map((who) => liveOf(who)?.peer)).toEqual(before)
  expect([world.log.length, dials(a)]).toEqual([published, made])
  expect([...messenger.state!.relays.keys()].includes('ws://old')).toBe(false)
})

test('settings that came while another tab had the profile count when this one has it again', async () => {
  const { world, a } = await meet(5, CALM)
  const { messenger } = a.page!
  const lost = messenger.lost('elsewhere')
  await world.run(100)
  await lost
  await messenger.dispatch({ type: 'settings', settings: WITH_TURN })
  void a.actions.takeOver()
  await world.run(5_000, () => a.ready)
  expect(messenger.state?.settings).toEqual(WITH_TURN)
})

test('servers that the page lends are used while there are none of one’s own, renewed, and never offered to be kept', async () => {
  const { world, a } = await meet(6, CALM)
  const { messenger } = a.page!
  const config = [{ urls: 'stun:s.example' }]
  const lend = async (username: string): Promise<void> => {
    const lent = [{ urls: 'turn:lent.example', username, credential: 'c' }]
    void messenger.dispatch({ type: 'settings', settings: { ...WITH_TURN, iceServers: config, lent } })
    await world.run(100)
  }
  const own = async (iceServers: readonly IceServer[] | undefined): Promise<void> => {
    void messenger.dispatch({ type: 'servers', own: { iceServers } })
    await world.run(100)
  }
  const seen = () => {
    const { written, lent } = messenger.snapshot.network
    return [written.iceServers, lent, messenger.state!.settings.iceServers.map((server) => server.username)]
  }
  await lend('1:u')
  expect(seen()).toEqual(['[{"urls":"stun:s.example"}]', ['turn:lent.example'], [undefined, '1:u']])
  await lend('2:u')
  expect(seen()[2]).toEqual([undefined, '2:u'])
  const mine = JSON.parse(messenger.snapshot.network.written.iceServers) as IceServer[]
  await own([...mine, { urls: 'stun:mine.example' }])
  expect(seen()[1]).toEqual([])
  expect(JSON.stringify(a.disk.profile)).not.toContain('lent.example')
  await own(undefined)
  await lend('3:u')
  expect(seen()).toEqual(['[{"urls":"stun:s.example"}]', ['turn:lent.example'], [undefined, '3:u']])
})

test('own servers that are none can be seen, and so taken away again', async () => {
  const { world, a } = await meet(7, CALM)
  const { messenger } = a.page!
  void messenger.dispatch({ type: 'servers', own: { iceServers: [] } })
  await world.run(100)
  expect(messenger.snapshot.network).toMatchObject({ own: ['iceServers'], written: { iceServers: '[]' } })
  const back = a.actions.setServers('iceServers', ' ')
  await world.run(100)
  expect(await back).toEqual({ ok: true })
  expect(messenger.snapshot.network).toMatchObject({ own: [], written: { iceServers: '' } })
})
