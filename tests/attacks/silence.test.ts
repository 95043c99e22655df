/** What a stranger learns from how they are refused: nothing comes back, and nothing was begun. */
import { expect, test } from 'playwright/test'
import { compare, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { encodeCall } from '../../src/protocol/call.ts'
import { dayKeys, isHello, openEnvelope, openHello, sealEnvelope } from '../../src/protocol/envelope.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import { pskId } from '../../src/protocol/handshake.ts'
import type { KeyPair } from '../../src/protocol/handshake.ts'
import { inviteKeys, parseInvite } from '../../src/protocol/invite.ts'
import type { Invite } from '../../src/protocol/invite.ts'
import { asPsk } from '../../src/protocol/primitives.ts'
import { answerRekey } from '../../src/protocol/rekey.ts'
import { alice, bob, bytesOf, flip } from '../protocol/help.ts'
import { arrive, makeLink, meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM, World } from '../simulation/world.ts'
import { join, Noise, sha, writeHs1 } from './attacker.ts'
import * as at from './scene.ts'
import { workOf } from './work.ts'
import type { Work } from './work.ts'

const NO_NONCE = new Uint8Array(16)
/** An ML-KEM key whose first coefficient is 4095. */
const BAD_EK = flip(flip(new Uint8Array(1184), 0, 0xff), 1, 0x0f)

/** HS1 by the attacker for an invite, before the inviter's nonce is known. */
function hs1For(invite: Invite, psk: Bytes, lies = {}): Bytes {
  const prologue = join('sotto/1/hs', 1, sha(join(invite.bytes, NO_NONCE)))
  const noise = new Noise(prologue, invite.inviter)
  return writeHs1(noise, at.ownOf(at.mallory), psk, invite.inviter, at.payload1, lies)
}

/** A messenger that waits for somebody to open its link, and what happens when a relay delivers this. */
class Target {
  readonly world = new World(72, CALM)
  person!: Person
  invite!: Invite

  async open(): Promise<this> {
    this.person = await arrive(this.world)
    const fragment = await makeLink(this.person)
    this.invite = parseInvite(fragment.replace('#/join/', ''))
    await this.world.run(2_000)
    return this
  }

  send(content: Bytes): Promise<Work> {
    return workOf(() => this.deliver(content))
  }

  async deliver(content: Bytes): Promise<void> {
    this.world.publish([toHex(inviteKeys(this.invite.secret).topic)], content)
    await this.world.run(500)
  }

  envelope(message: Bytes): Bytes {
    const body = encodeCall({ nonce: NO_NONCE, message })
    return sealEnvelope(inviteKeys(this.invite.secret), 'i', 'hs1', body, bytesOf('n', 24))
  }

  /** Everything that can be seen of it from outside, and what it would do next. */
  get state(): unknown {
    const { log } = this.world
    const { invites, contacts } = this.person.disk
    return [log.length, this.person.page?.ends.length, JSON.stringify([...invites.values()]), contacts.size]
  }
}

test("attack 2: a whole messenger drops a relay's own envelope after one tag, and says nothing", async () => {
  const target = await new Target().open()
  const said = target.world.log.length
  const foreign = await target.send(at.foreignEnvelope(inviteKeys(target.invite.secret).topic))
  expect([foreign.tags, foreign.x25519, foreign.kem]).toEqual([{ boxes: 1, others: 0 }, 0, 0])
  expect(target.world.log).toHaveLength(said + 1)
  expect(target.person.page?.ends).toEqual([])
  // The same counters do see what a holder of the link causes.
  const true_ = hs1For(target.invite, inviteKeys(target.invite.secret).psk)
  expect((await target.send(target.envelope(true_))).x25519).toBeGreaterThanOrEqual(2)
  expect(target.person.page?.ends).toHaveLength(1)
})

test('attack 72: a bad envelope, psk, ML-KEM key or identity is met with silence, and changes nothing', async () => {
  const target = await new Target().open()
  const { psk } = inviteKeys(target.invite.secret)
  const before = target.state as [number, ...unknown[]]
  const attempts = {
    envelope: [flip(target.envelope(hs1For(target.invite, psk)), 500), 0],
    psk: [target.envelope(hs1For(target.invite, bytesOf('another psk', 32))), 1],
    ek: [target.envelope(hs1For(target.invite, psk, { e1: BAD_EK })), 1],
    self: [target.envelope(hs1For(target.invite, psk, { s: target.invite.inviter })), 1],
  } as const
  let published = 0
  for (const [what, [content, agreements]] of Object.entries(attempts)) {
    const work = await target.send(content)
    expect([what, work.x25519, work.kem]).toEqual([what, agreements, 0])
    // The attempt itself is all that was published.
    expect(target.state).toEqual([before[0] + ++published, ...before.slice(1)])
  }
  const { x25519 } = await target.send(target.envelope(hs1For(target.invite, psk)))
  expect(x25519).toBeGreaterThanOrEqual(2)
  expect(target.person.page?.ends).toHaveLength(1)
})

test('attack 72: whoever holds the link makes us work for twenty handshakes a minute, however bad they are', async () => {
  const target = await new Target().open()
  const { psk } = inviteKeys(target.invite.secret)
  const bad = Array.from({ length: 30 }, (_, i) => hs1For(target.invite, psk, { e1: flip(BAD_EK, 100, i + 1) }))
  const { x25519 } = await workOf(async () => {
    for (const message of bad) await target.deliver(target.envelope(message))
  })
  expect(x25519).toBe(20)
})

/** Of two who have met, the one who answers calls, waiting alone; and all that the other side and its disk know. */
async function waitingContact() {
  const { world, a, b } = await meet(72, CALM)
  const keysOf = (person: Person) => person.page!.messenger.state!.keys
  const [responder, initiator] = compare(keysOf(a).public, keysOf(b).public) < 0 ? [a, b] : [b, a]
  const theirs = keysOf(initiator)
  const me = keysOf(responder).public
  for (const person of [a, b]) person.kill()
  responder.open()
  await world.run(5_000, () => responder.ready)
  await world.run(2_000)
  const { root, id, psks } = [...responder.disk.contacts.values()][0]!.pairs[0]!
  const keys = dayKeys(root, Math.floor(world.now / 86_400_000))
  const topic = toHex(keys.topic)
  const hello = world.log.filter((e) => isHello(e.content) && e.topics.includes(topic)).at(-1)!
  const nonce = openHello(keys, 'r', hello.topics.indexOf(topic), hello.content)
  const hs1 = (who: KeyPair, psk = psks[0]!, lies = {}): Bytes => {
    const noise = new Noise(join('sotto/1/hs', 2, sha(join(id, nonce))), me)
    const message = writeHs1(noise, at.ownOf(who), psk, me, at.payload1, lies)
    return join(pskId(asPsk(psk)), message)
  }
  const envelope = (message: Bytes): Bytes =>
    sealEnvelope(keys, 'i', 'hs1', encodeCall({ nonce, message }), bytesOf('n', 24))
  /** What is published after this has come. */
  const answers = async (content: Bytes): Promise<number> => {
    const before = world.log.length + 1
    world.publish([topic], content)
    await world.run(1_500)
    return world.log.length - before
  }
  return { responder, theirs, hs1, envelope, answers }
}

test('attack 72: with a copied pair secret, too: only an unknown psk is told from silence, and only by who asked', async () => {
  const { responder, theirs, hs1, envelope, answers } = await waitingContact()
  expect(await answers(flip(envelope(hs1(theirs)), 500))).toBe(0)
  expect(await answers(envelope(hs1(at.mallory)))).toBe(0)
  expect(await answers(envelope(hs1(theirs, undefined, { e1: BAD_EK })))).toBe(0)
  expect(await answers(envelope(flip(hs1(theirs), 700)))).toBe(0)
  expect(responder.page?.ends).toEqual([])
  // The one exception, decided for people who restore a backup: a sealed "psk-unknown" for who holds the pair root.
  expect(await answers(envelope(hs1(theirs, bytesOf('an old psk', 32))))).toBe(1)
  expect(responder.page?.ends).toEqual([])
})

test('attack 72: who has the secrets and the identity is answered, so the silence above is a refusal', async () => {
  const { responder, theirs, hs1, envelope, answers } = await waitingContact()
  expect(await answers(envelope(hs1(theirs)))).toBe(1)
  expect(responder.page?.ends).toHaveLength(1)
})

/** What `run` throws. */
function thrownBy(run: () => unknown): unknown {
  try {
    run()
  } catch (error) {
    return error
  }
  return undefined
}

test('attack 72: a refusal is an error that carries a code and nothing of the message', () => {
  const { message } = at.call()
  const psk = bytesOf('another psk', 32)
  const hs1 = (psk_: Bytes, lies = {}): Bytes =>
    writeHs1(at.noise(), at.ownOf(at.mallory), psk_, alice.public, at.payload1, lies)
  const { a } = at.meet()
  const { sessionId, epoch, psk: pskRekey } = a.session.rekeyContext()
  const renewal = new Noise(join('sotto/1/hs', 3, sha(join(sessionId, 0, 0, 0, epoch))), alice.public)
  const offer = writeHs1(renewal, at.ownOf(at.mallory), pskRekey, alice.public, at.payloadEmpty)
  const refusals = {
    envelope: () => openEnvelope(at.keys, 'i', flip(at.envelopeOf(message), 99)),
    psk: () => at.hear(hs1(psk)),
    ek: () => at.hear(hs1(at.keys.psk, { e1: BAD_EK })),
    'unknown static': () => answerRekey(a.session, offer, { me: alice, them: bob.public }, bytesOf('r', 96)),
  }
  const codes = Object.entries(refusals).map(([what, refuse]) => {
    const error = thrownBy(refuse)
    expect(error, what).toBeInstanceOf(ProtocolError)
    const own = error as ProtocolError
    expect(Object.keys(own).sort()).toEqual(['code', 'name'])
    expect(own.message).toBe(`protocol: ${own.code}`)
    expect(own.cause).toBeUndefined()
    return own.code
  })
  expect(codes).toEqual(['bad-tag', 'bad-tag', 'bad-key', 'bad-key'])
  expect(a.session.epoch).toBe(0)
})

test('attack 72: a copied pair secret makes us work for twenty handshakes a minute, however bad they are', async () => {
  const { hs1, envelope, answers } = await waitingContact()
  const { mallory } = at
  const bad = Array.from({ length: 30 }, (_, i) => hs1(mallory, undefined, { e1: flip(BAD_EK, 100, i + 1) }))
  const { x25519 } = await workOf(async () => {
    for (const message of bad) await answers(envelope(message))
  })
  expect(x25519).toBe(20)
})
