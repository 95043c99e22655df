/** People who listen on relays of their own: those who know them visit these, and nothing else is told there. */
import { expect, test } from 'playwright/test'
import { MINUTE } from '../attacks/help.ts'
import { makeLink, openLink } from '../simulation/meeting.ts'
import { Person } from '../simulation/person.ts'
import { rendezvousAt, RelayServer } from '../simulation/relay-server.ts'
import { strangers } from '../simulation/contacts.ts'
import { CALM, World } from '../simulation/world.ts'

const PAGE = 'ws://page.example/'
const HERS = 'wss://hers.example/'
const HIS = 'wss://his.example/'

class Village {
  readonly world = new World(11, CALM)
  readonly relays = new Map([PAGE, HERS, HIS].map((url) => [url, new RelayServer(this.world)]))

  /** Whom each has ever called. */
  readonly called = new Map<Person, Set<string>>()

  /** With relays of their own, or the page's. */
  async arrive(relays?: readonly string[], offered: readonly string[] = [PAGE]): Promise<Person> {
    const person = new Person(this.world)
    person.offered = offered
    const called = new Set<string>()
    this.called.set(person, called)
    const at = (url: string): RelayServer => {
      called.add(url)
      return this.relays.get(url)!
    }
    person.relay = {
      rendezvousFor: (clock, alive) => rendezvousAt(at, { random: this.world.random, clock, alive }),
    }
    person.open()
    await this.world.run(1_000, () => person.ready)
    if (relays) await this.moves(person, relays)
    return person
  }

  async moves(person: Person, relays: readonly string[]): Promise<void> {
    void person.page!.messenger.dispatch({ type: 'servers', own: { relays } })
    await this.world.run(1_000)
  }

  async meet(a: Person, b: Person): Promise<void> {
    await openLink(b, await makeLink(a))
    expect(await this.world.run(MINUTE, () => a.connected && b.connected), 'they meet').toBe(true)
  }

  /** Both pages close, and open in this order; true if they are connected within `ms` of that. */
  async again(ms: number, ...people: readonly Person[]): Promise<boolean> {
    for (const who of people) who.kill()
    await this.world.run(MINUTE)
    for (const who of people) {
      who.open()
      await this.world.run(MINUTE)
    }
    return this.world.run(ms, () => people.every((who) => who.connected))
  }

  tried(url: string): number {
    return this.relays.get(url)!.tried.length
  }
}

test('who has a relay of her own is met there by whoever has none, whoever of them comes first', async () => {
  const village = new Village()
  const ada = await village.arrive([HERS])
  const ben = await village.arrive()
  await village.meet(ada, ben)
  expect(await village.again(5_000, ada, ben), 'he comes last').toBe(true)
  expect(await village.again(5_000, ben, ada), 'she comes last').toBe(true)
  expect(ben.page!.messenger.snapshot.network.relays).toEqual([{ id: PAGE, state: 'open' }])
  ada.kill()
  await village.world.run(MINUTE)
  const shown = ben.page!.messenger.snapshot.network.relays
  expect(shown, 'what is called is shown').toEqual([
    { id: PAGE, state: 'open' },
    { id: HERS, state: 'open' },
  ])
  expect(ada.disk.contacts.size + ben.disk.contacts.size).toBe(2)
  expect([...village.called.get(ada)!], 'she never calls the page’s').toEqual([HERS])
})

test('both have their own, and one of them moves: they are told, and meet there', async () => {
  const village = new Village()
  const [ada, ben] = [await village.arrive([HERS]), await village.arrive([HIS])]
  await village.meet(ada, ben)
  expect(await village.again(5_000, ada, ben)).toBe(true)
  village.relays.get(HERS)!.goDown()
  expect(await village.again(5_000, ada, ben), 'his is enough').toBe(true)
  village.relays.get(HERS)!.comeBack()
  await village.moves(ben, [PAGE])
  expect(await village.again(5_000, ada, ben), 'he has moved, and comes to hers').toBe(true)
  village.relays.get(HERS)!.goDown()
  expect(await village.again(5_000, ada, ben), 'she knows where').toBe(true)
})

test('a relay of somebody’s hears of the topics shared with them, and of nothing else', async () => {
  const village = new Village()
  const ada = await village.arrive([HERS])
  const ben = await village.arrive()
  for (const contact of strangers(village.world, 30)) ben.disk.contacts.set(contact.id, contact)
  await village.meet(ada, ben)
  ada.kill()
  ben.kill()
  const { log } = watched(village.relays.get(HERS)!)
  ben.open()
  await village.world.run(40 * MINUTE)
  const lists = log.filter((said) => said[0] === 'REQ' && said[2]!['#p']!.length > 1).map((said) => said[2]!['#p']!)
  expect(lists.length).toBeGreaterThan(0)
  for (const list of lists) expect(list.length, 'the shortest list, most of it decoys').toBe(8)
  const hellos = log.filter((said) => said[0] === 'EVENT').map((said) => said[1] as unknown as { tags: string[][] })
  expect(hellos.length).toBeGreaterThan(1)
  for (const { tags } of hellos) {
    expect(tags.length, 'the smallest batch').toBe(4)
    expect(tags.filter(([, topic]) => lists.some((list) => list.includes(topic!))).length).toBe(1)
  }
})

test('while he hides from her he calls no host of hers, and does again when he no longer does', async () => {
  const village = new Village()
  const ada = await village.arrive([HERS])
  const ben = await village.arrive()
  await village.meet(ada, ben)
  ada.kill()
  await village.world.run(MINUTE)
  const contact = ben.contactId!
  void ben.page!.messenger.dispatch({ type: 'hide-from', id: contact, hideIp: true })
  await village.world.run(MINUTE)
  const before = village.tried(HERS)
  ben.kill()
  ben.open()
  await village.world.run(40 * MINUTE)
  expect(village.tried(HERS)).toBe(before)
  void ben.page!.messenger.dispatch({ type: 'hide-from', id: contact, hideIp: false })
  await village.world.run(MINUTE)
  expect(village.tried(HERS)).toBe(before + 1)
})

test('a relay that is called for her sake only finds nobody else, and is not said to', async () => {
  const village = new Village()
  const ada = await village.arrive([HERS])
  const ben = await village.arrive(undefined, [])
  await village.meet(ada, ben)
  ada.kill()
  await village.world.run(MINUTE)
  await makeLink(ben)
  const { network, invites, chats } = ben.page!.messenger.snapshot
  expect(network.relays).toEqual([{ id: HERS, state: 'open' }])
  expect(chats[0]!.line, 'she is looked for there').toEqual({ state: 'waiting', cause: 'absent' })
  expect(invites[0]!.line, 'who opens a link is not').toEqual({ state: 'failed', cause: 'no-relay-named' })
})

type Said = readonly [string, string, { readonly '#p'?: readonly string[] }?]

/** Everything that is said to a relay from now on. */
function watched(relay: RelayServer): { readonly log: Said[] } {
  const log: Said[] = []
  const heard = relay.heard.bind(relay)
  relay.heard = (socket, text) => {
    log.push(JSON.parse(text) as Said)
    heard(socket, text)
  }
  return { log }
}
