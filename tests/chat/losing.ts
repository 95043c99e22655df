/** Scenes for what a relay loses: two who have met, and who of them calls; those who leave; and the events that get lost. */
import { isHello } from '../../src/protocol/envelope.ts'
import { routesOf } from '../../src/chat/routes.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'
import type { World } from '../simulation/world.ts'

export const SECOND = 1_000

/** Two who have met, and who of them calls when they meet again. */
export async function scene(seed: number) {
  const { world, a, b } = await meet(seed, CALM)
  const isCaller = [...routesOf(a.page!.messenger.state!, world.now).values()].some(
    ({ of, role }) => of === 'contact' && role === 'initiator',
  )
  const [caller, other] = isCaller ? [a, b] : [b, a]
  return { world, caller, other, together: () => caller.connected && other.connected }
}

export function leave(...people: readonly Person[]): void {
  for (const who of people) {
    who.page!.messenger.leave()
    who.kill()
  }
}

type Which = 'calls and answers' | 'announcements' | 'anything'

/** The relay loses these of what it is given from now on: the first is 0. */
export function loses(world: World, which: Which, numbers: readonly number[]): void {
  const publish = world.publish.bind(world)
  let n = 0
  world.publish = (topics, content) => {
    const counts = which === 'anything' || isHello(content) === (which === 'announcements')
    if (counts && numbers.includes(n++)) return
    publish(topics, content)
  }
}

/** This person leaves and comes back so many times; what each time was announced first, as a relay would repeat it. */
export async function oldAnnouncements(
  world: World,
  who: Person,
  times: number,
  together: () => boolean,
): Promise<World['log']> {
  const old: World['log'][number][] = []
  for (let i = 0; i < times; i++) {
    leave(who)
    await world.run(70 * SECOND)
    const from = world.log.length
    who.open()
    await world.run(60 * SECOND, together)
    old.push(world.log.slice(from).find(({ content }) => isHello(content))!)
    await world.run(5 * SECOND)
  }
  return old
}
