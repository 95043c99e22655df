/** Where this person listens, where others do, and which of their relays are visited for their sake. */
import type { RtcDescription } from '../protocol/description.ts'
import { CAPS } from '../protocol/frame.ts'
import type { Payload } from '../protocol/payload.ts'
import { canBeNamed, MAX_NAMED_RELAYS } from '../protocol/relay-list.ts'
import { MAX_RELAYS } from './limits.ts'
import type { Contact } from './ports.ts'
import { hidesFrom, relaysOf } from './routes.ts'
import type { Route, State } from './state.ts'

/**
 * Relays of this person's own, for links and handshakes to name; not with the password that one may hold. Others of this page know
 * those of the page.
 */
export function namedRelays({ profile }: State): readonly string[] {
  return (profile.relays ?? [])
    .filter((relay) => canBeNamed(relay) && !/^wss?:\/\/[^/]*@/.test(relay))
    .slice(0, MAX_NAMED_RELAYS)
}

export function ourPayload(state: State, description: RtcDescription): Payload & { description: RtcDescription } {
  return { name: state.profile.name, caps: CAPS, description, relays: namedRelays(state) }
}

/** What their handshake says of it is so from now on; nothing said: where the page says. */
export function listensAt(relays: readonly string[] = []): Pick<Contact, 'relays'> {
  return { relays }
}

/** Nobody from whom our address is hidden can have us call a host of theirs, and who is connected needs none. */
function isVisited(state: State, contact: Contact): boolean {
  const isAway = !contact.stopped && !state.links.get(contact.id)?.live
  return isAway && (contact.relays?.length ?? 0) > 0 && !hidesFrom(state, contact.key)
}

/** Every relay of these contacts. */
export function visitedRelays(state: State): readonly string[] {
  return [...state.contacts.values()].flatMap((c) => (isVisited(state, c) ? (c.relays ?? []) : []))
}

/** Relays that only contacts use, each with the topics of these contacts: nobody's relay learns whom else we know. */
export function placesOf(state: State, routes: Iterable<Route>): ReadonlyMap<string, readonly string[]> {
  const own = relaysOf(state)
  const places = new Map<string, string[]>()
  for (const { link, of, topic } of routes) {
    const contact = of === 'contact' ? state.contacts.get(link) : undefined
    const elsewhere = contact?.relays?.filter((relay) => !own.includes(relay)) ?? []
    if (!contact || elsewhere.length === 0 || !isVisited(state, contact)) continue
    for (const relay of elsewhere) {
      const topics = places.get(relay)
      if (topics) topics.push(topic)
      else if (places.size < MAX_RELAYS) places.set(relay, [topic])
    }
  }
  return places
}
