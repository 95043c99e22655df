/** Around a renewal: what a peer with all the keys may try, played by the second implementation alone against both in step. */
import { expect, test } from 'playwright/test'
import { publicOf } from './crypto.ts'
import type { Bytes } from './crypto.ts'
import { contentOf, frame, PING } from './frame.ts'
import type { Frame } from './frame.ts'
import { peopleOf, start } from './meet.ts'
import { other } from './model.ts'
import type { Side } from './model.ts'
import { Session } from './session.ts'
import { Source } from './twin.ts'
import type { Outcome, Twin } from './twin.ts'

const source = new Source('renewal')
const random = (size: number) => source.take(size)
const people = peopleOf(source)

/** A peer in the place of `role`, with `own` as its identity, and its victim. */
function pair(role: Side, own: Bytes = people[role].secret): { peer: Session; victim: Twin } {
  const { met, secrets } = start(people, source)
  const { exports, [other(role)]: victim } = met()
  const keys = { own, theirs: people[other(role)].public }
  const peer =
    role === 'initiator'
      ? new Session(keys, exports, publicOf(secrets.responder), random, secrets.initiator)
      : new Session(keys, exports, secrets.responder, random)
  return { peer, victim }
}

const codeOf = (outcome: Outcome<unknown>) => ('code' in outcome ? outcome.code : 'taken')

function must<T>(outcome: Outcome<T>): T {
  if ('code' in outcome) throw new Error(outcome.code)
  return outcome.value
}

const hear = (peer: Session, victim: Twin) => peer.open(must(victim.seal({ type: 'ping' }, random(56))))
const messageOf = ({ body }: Frame) => body.slice(1)

const ping = frame(PING)
/** Authentic, and nonsense: something where zeros should be. */
const nonsense = contentOf(ping)
nonsense[nonsense.length - 1] = 1

test('nonsense under new keys is a first frame under new keys: the responder switches', () => {
  const { peer, victim } = pair('initiator')
  must(victim.open(peer.seal(ping)))
  const offer = must(victim.open(peer.seal(peer.offer())))
  const old = peer.seal(ping)
  const answer = must(victim.answer(messageOf(offer), random(96)))
  peer.complete(peer.open(must(victim.seal(answer, random(56)))))
  expect(codeOf(victim.open(peer.seal(ping, { content: nonsense })))).toBe('malformed')
  // Both now seal under the new keys and have forgotten the old ones.
  expect(hear(peer, victim)).toEqual(ping)
  expect(codeOf(victim.open(old))).toBe('bad-tag')
})

test('nonsense under new keys is a first frame under new keys: the initiator forgets the old ones', () => {
  const { peer, victim } = pair('responder')
  hear(peer, victim)
  const offer = peer.open(must(victim.seal(must(victim.offer(random(128))), random(56))))
  const answer = must(victim.open(peer.seal(peer.answer(offer))))
  const [early, late] = [peer.seal(ping), peer.seal(ping)]
  must(victim.complete(messageOf(answer)))
  expect(codeOf(victim.open(early))).toBe('taken')
  hear(peer, victim)
  expect(codeOf(victim.open(peer.seal(ping, { content: nonsense })))).toBe('malformed')
  expect(codeOf(victim.open(late))).toBe('bad-tag')
  expect(codeOf(victim.open(peer.seal(ping)))).toBe('taken')
})

test('a renewal is for the same two: another identity is refused, though it has every key of the session', () => {
  const { peer, victim } = pair('initiator', random(32))
  must(victim.open(peer.seal(ping)))
  const offer = must(victim.open(peer.seal(peer.offer())))
  expect(codeOf(victim.answer(messageOf(offer), random(96)))).toBe('bad-key')
  // Nothing came of it: the session goes on as it was.
  expect(hear(peer, victim)).toEqual(ping)
  expect(codeOf(victim.open(peer.seal(ping)))).toBe('taken')
})
