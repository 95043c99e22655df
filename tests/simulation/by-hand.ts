/** How two people in the simulation pass the codes themselves. */
import type { HandView } from '../../src/chat/snapshot.ts'
import { arrive, makeLink } from './meeting.ts'
import type { Person } from './person.ts'
import { CALM, World } from './world.ts'

export const GONE = { ...CALM, relayDrop: 1 }

export const view = (who: Person): HandView | undefined => who.page?.messenger.snapshot.hand
export const stage = (who: Person) => view(who)?.stage

export async function settled(who: Person): Promise<void> {
  await who.world.run(3_000)
}

export async function begin(who: Person, id: string): Promise<string> {
  who.actions.byHand({ do: 'begin', id })
  await settled(who)
  return view(who)?.code ?? ''
}

/** Gives somebody a code; returns the one they show then. */
export async function give(who: Person, text: string): Promise<string> {
  who.actions.byHand({ do: 'take', text })
  await settled(who)
  return view(who)?.code ?? ''
}

/** Opens a link without pressing Join. */
export async function look(who: Person, fragment: string): Promise<string> {
  const opened = who.actions.openLink(fragment)
  await settled(who)
  const join = await opened
  if (!join.ok) throw new Error(join.why)
  return join.id
}

export async function strangers(seed: number) {
  const world = new World(seed, GONE)
  const [a, b] = [await arrive(world), await arrive(world)]
  const link = await makeLink(a)
  const invite = a.page!.messenger.snapshot.invites[0]!.id
  return { world, a, b, link, invite, join: await look(b, link) }
}

export const both = (a: Person, b: Person) => () => a.connected && b.connected
