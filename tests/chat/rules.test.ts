/** Rules that only show when things cross: what each of them is for, and that it is needed. */
import { expect, test } from 'playwright/test'
import { compare, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { encodeCall } from '../../src/protocol/call.ts'
import { isHello, openHello, sealEnvelope } from '../../src/protocol/envelope.ts'
import { initiate, INITIATE_ENTROPY_BYTES } from '../../src/protocol/handshake.ts'
import type { Context, KeyPair } from '../../src/protocol/handshake.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import type { Psk, PublicKey } from '../../src/protocol/primitives.ts'
import { dayKeys } from '../../src/protocol/topics.ts'
import type { TopicKeys } from '../../src/protocol/topics.ts'
import { DAY } from '../../src/chat/limits.ts'
import { step } from '../../src/chat/step.ts'
import { arrive, makeLink, meet, openLink } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'
import { dials, liveOf, MINUTE } from '../attacks/help.ts'

/** Keeps what this person's newest channel sends; the result lets the first of it arrive. */
function holdLine(person: Person): { readonly count: () => number; readonly letGo: () => void } {
  const end = person.page?.ends.at(-1)
  const held: Bytes[] = []
  if (end) end.send = (bytes) => void held.push(bytes)
  return {
    count: () => held.length,
    letGo: () => end?.other && end.deliver(end.other, held[0]!),
  }
}

test('every try of a joiner stays known until one is confirmed: a CONFIRM may arrive after a later one was sent', async () => {
  const world = new World(1, CALM)
  const [a, b] = [await arrive(world), await arrive(world)]
  await openLink(b, await makeLink(a))
  await world.run(5_000, () => dials(b) === 1)
  const first = holdLine(b)
  await world.run(5_000, () => first.count() === 1)
  b.freeze()
  b.open()
  await world.run(15_000, () => dials(b) === 1)
  const second = holdLine(b)
  await world.run(15_000, () => second.count() === 1)
  expect([...b.disk.contacts.values()][0]?.pairs).toHaveLength(2)
  expect(a.contactId).toBeUndefined()
  first.letGo()
  await world.run(1_000, () => a.contactId !== undefined)
  expect(await world.run(2 * MINUTE, () => a.connected && b.connected)).toBe(true)
})

test('what waits is handed to a line once, although its beginning and the other’s first words both ask for it', async () => {
  for (let seed = 0; seed < 10; seed++) {
    const { world, a, b } = await meet(100 + seed, CALM)
    b.kill()
    await world.run(20_000)
    for (let i = 0; i < 20; i++) void a.actions.send(a.contactId ?? '', `a${i}`)
    await world.run(5_000)
    a.kill()
    b.open()
    await world.run(5_000)
    for (let i = 0; i < 20; i++) void b.actions.send(b.contactId ?? '', `b${i}`)
    await world.run(5_000)
    a.open()
    const arrived = () =>
      [...a.rows(), ...b.rows()].filter((row) => row.mine && row.state === 'delivered').length === 40
    expect(await world.run(5 * MINUTE, arrived), `seed ${seed}`).toBe(true)
    expect([liveOf(a)?.sent, liveOf(b)?.sent], `seed ${seed}: messages handed to this line`).toEqual([20, 20])
  }
})

test('an outbox that was read before the newest message was written is read again', async () => {
  const { a } = await meet(2, CALM)
  const env = { now: a.world.now, random: a.world.random }
  const [contactId, peer] = [a.contactId ?? '', liveOf(a)?.peer ?? 0]
  const id = toHex(a.world.random(16))
  let state = a.page!.messenger.state!
  for (const event of [
    { type: 'congested', peer } as const,
    { type: 'drained', peer } as const,
    { type: 'compose', contactId, texts: [{ id, body: { kind: 'text', text: 'the newest' } }] } as const,
  ])
    state = step(state, event, env).state
  const read = step(state, { type: 'outbox', contactId, line: peer, rows: [], more: false }, env)
  expect(read.effects).toEqual([{ do: 'flush', contactId, line: peer, after: 0 }])
  const [row] = [...state.last.values()]
  const again = step(read.state, { type: 'outbox', contactId, line: peer, rows: [row!], more: false }, env)
  expect(again.effects).toMatchObject([{ do: 'send', frame: { type: 'message' } }])
  expect(again.state.links.get(contactId)?.live?.caughtUp).toBe(true)
})

/** Somebody who calls as nobody honest would: with an HS1 of their own making for a nonce of their choice. */
function callTwice(
  world: World,
  as: Person,
  keys: TopicKeys,
  call: { readonly context: Context & { readonly nonce: Bytes }; readonly psk: Psk; readonly them: PublicKey },
): void {
  const { identitySecret, identityPublic } = as.disk.profile!
  const me = { secret: identitySecret, public: identityPublic } as KeyPair
  const description = {
    setup: 'actpass',
    ufrag: 'none',
    pwd: 'p'.repeat(22),
    fingerprint: new Uint8Array(32),
    sctpPort: 5000,
    maxMessageSize: 262_144,
    candidates: [],
  } as const
  for (let i = 0; i < 2; i++) {
    const { message } = initiate({
      ...call,
      me,
      payload: { name: '', caps: 0, description },
      entropy: world.random(INITIATE_ENTROPY_BYTES),
    })
    const body = encodeCall({ nonce: call.context.nonce, message })
    world.publish([toHex(keys.topic)], sealEnvelope(keys, 'i', 'hs1', body, world.random(24)))
  }
}

/** The responder's nonce in the newest HELLO on this topic. */
function announced(world: World, keys: TopicKeys): Bytes | undefined {
  const topic = toHex(keys.topic)
  for (let i = world.log.length - 1; i >= 0; i--) {
    const { topics, content } = world.log[i]!
    if (!isHello(content) || !topics.includes(topic)) continue
    try {
      return openHello(keys, 'r', topics.indexOf(topic), content)
    } catch {
      // the initiator's
    }
  }
  return undefined
}

for (const zeros of [false, true])
  test(`a nonce of an invite is good for one HS1${zeros ? ', also the one of zeros' : ''}, whoever calls twice`, async () => {
    const world = new World(3, CALM)
    const [a, b] = [await arrive(world), await arrive(world)]
    const invite = parseInvite((await makeLink(a)).replace('#/join/', ''))
    const { psk, ...keys } = inviteKeys(invite.secret)
    const nonce = zeros ? new Uint8Array(16) : announced(world, keys)!
    callTwice(world, b, keys, { context: { mode: 'invite', invite: invite.bytes, nonce }, psk, them: invite.inviter })
    await world.run(5_000)
    expect(dials(a)).toBe(1)
  })

test('a nonce between contacts is good for one HS1, whoever calls twice', async () => {
  const { world, a, b } = await meet(4, CALM)
  for (const who of [a, b]) who.kill()
  await world.run(20_000)
  const isLarger = compare(a.disk.profile!.identityPublic, b.disk.profile!.identityPublic) > 0
  const [caller, called] = isLarger ? [a, b] : [b, a]
  called.open()
  await world.run(5_000)
  const contact = [...caller.disk.contacts.values()][0]!
  const pair = contact.pairs[0]!
  const keys = dayKeys(pair.root, Math.floor(world.now / DAY))
  const context = { mode: 'reconnect', pairId: pair.id, nonce: announced(world, keys)! } as const
  callTwice(world, caller, keys, { context, psk: pair.psks[0] as Psk, them: contact.key as PublicKey })
  await world.run(5_000)
  expect(dials(called)).toBe(1)
})
