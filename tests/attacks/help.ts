/** What an attacker of the simulated world has in hand: the relay's log, leaked links, and the line of somebody they own. */
import { openEnvelope, isHello } from '../../src/protocol/envelope.ts'
import type { Direction, EnvelopeKind } from '../../src/protocol/envelope.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import type { Frame, Session } from '../../src/protocol/session.ts'
import type { Live } from '../../src/chat/state.ts'
import type { Person } from '../simulation/person.ts'
import type { Endpoint } from '../simulation/endpoint.ts'
import type { World } from '../simulation/world.ts'

export const MINUTE = 60_000
export const HOUR = 60 * MINUTE

/** The handshake's boxes among everything that was published, oldest first. */
export const boxes = (world: World) => world.log.filter((event) => !isHello(event.content))

/** How many channels this person's page ever made. */
export const dials = (person: Person): number => person.page?.ends.length ?? 0

export const liveOf = (person: Person): Live | undefined =>
  [...(person.page?.messenger.state?.links.values() ?? [])].find((link) => link.live)?.live

/** What the page tells of its first join, as far as it has one. */
export const joinOf = (person: Person) => person.page?.messenger.snapshot.joins[0]

export const alertsOf = (person: Person) => person.page?.messenger.snapshot.alerts ?? []

/** Publishes everything the relay ever saw once more, to everyone who listens. */
export async function replayAll(world: World): Promise<void> {
  for (const { topics, content } of [...world.log]) world.publish(topics, content)
  await world.run(5_000)
}

export type Opened = { readonly from: Direction; readonly kind: EnvelopeKind; readonly body: Bytes }

/** What the relay's log says to somebody who has the link. */
export function openWithLink(world: World, link: string): readonly Opened[] {
  const keys = inviteKeys(parseInvite(link.replace('#/join/', '')).secret)
  return boxes(world).flatMap(({ content }) =>
    (['i', 'r'] as const).flatMap((from): Opened[] => {
      try {
        return [{ from, ...openEnvelope(keys, from, content) }]
      } catch {
        return []
      }
    }),
  )
}

/** Somebody's session in the hands of their attacker, who says on its line what they like. Their page does nothing more. */
export class Puppet {
  readonly #world: World
  readonly #session: Session
  readonly #end: Endpoint

  constructor(person: Person) {
    const session = liveOf(person)?.session
    const end = person.freeze()?.ends.find((one) => one.other && !one.closed)
    if (!session || !end) throw new Error('there is no line to take over')
    this.#world = person.world
    this.#session = session
    this.#end = end
  }

  get role(): Session['role'] {
    return this.#session.role
  }

  /** Whether the other side has not hung up. */
  get connected(): boolean {
    return !this.#end.closed
  }

  seal(frame: Frame): Bytes {
    return this.#session.seal(frame, this.#world.random(SEAL_ENTROPY_BYTES))
  }

  send(...frames: readonly Frame[]): void {
    for (const frame of frames) this.#end.send(this.seal(frame))
  }

  /** Hands bytes over at once, as many as there are. */
  pour(bytes: readonly Bytes[]): void {
    for (const frame of bytes) if (!this.#end.closed) this.#end.other?.on({ type: 'frame', bytes: frame })
  }
}
