/** "I am here", to those who may be waiting: up to sixteen to an event. */
import { toHex } from '../protocol/bytes.ts'
import { HELLO_ENTROPY_BYTES, HELLO_SLOTS, sealHellos } from '../protocol/envelope.ts'
import type { HelloSlot } from '../protocol/envelope.ts'
import { nonceOf } from './handshaking.ts'
import { HELLO_GAP } from './limits.ts'
import { placesOf } from './places.ts'
import type { Route } from './state.ts'
import type { Turn } from './turn.ts'

/** Announces on these routes; at this relay, or at all of ours and, each for itself, at those of the others. */
export function announce(turn: Turn, due: readonly Route[], relay?: string): void {
  announceAt(turn, due, relay)
  if (relay !== undefined) return
  for (const [place, topics] of placesOf(turn.state, due))
    announceAt(
      turn,
      due.filter(({ topic }) => topics.includes(topic)),
      place,
    )
}

/** Sixteen to an event. */
function announceAt(turn: Turn, due: readonly Route[], relay: string | undefined): void {
  for (let i = 0; i < due.length; i += HELLO_SLOTS) {
    const slots = due.slice(i, i + HELLO_SLOTS).map((route) => slotOf(turn, route))
    const { topics, content } = sealHellos(slots, turn.random(HELLO_ENTROPY_BYTES))
    turn.effect({
      do: 'publish',
      publication: { topics: topics.map(toHex), content, kind: 'hello', ...(relay ? { relay } : {}) },
    })
  }
  // What is due everywhere stays due when one relay has heard it.
  const done = relay === undefined ? { helloAt: undefined, answerAt: undefined } : {}
  for (const route of due) turn.setLink(route.link, { announcedAt: turn.env.now, ...done })
}

function slotOf(turn: Turn, route: Route): HelloSlot {
  if (route.role === 'responder') return { keys: route.keys, dir: 'r', nonce: nonceOf(turn, route.link) }
  const known = turn.link(route.link).hello
  if (known && Math.abs(turn.env.now - known.at) < HELLO_GAP) return { keys: route.keys, dir: 'i', nonce: known.nonce }
  const nonce = turn.random(16)
  turn.setLink(route.link, { hello: { nonce, at: turn.env.now } })
  return { keys: route.keys, dir: 'i', nonce }
}
