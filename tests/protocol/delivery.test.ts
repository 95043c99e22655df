/** Sessions over a hostile channel: whatever is lost, repeated, reordered or changed, each frame opens once, as it was, or not at all. */
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { test } from 'playwright/test'
import { equal, padTo, toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { decodeFrame, encodeFrame } from '../../src/protocol/frame.ts'
import { initiatorRatchet, MAX_CHAINS, responderRatchet } from '../../src/protocol/ratchet.ts'
import { Session } from '../../src/protocol/session.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { bytesOf, codeOf, connect, flip, keyPairOf, sealer } from './help.ts'
import { Ratchet } from '../second/ratchet.ts'

type Sent = { readonly bytes: Bytes; readonly frame: Frame; readonly chain: number; opened: boolean }

/** One end, and what a reader of the README would say about it. */
class End {
  readonly session: Session
  readonly sent: Sent[] = []
  readonly #seal: (frame: Frame) => Bytes
  #chain = 0
  /** The newest chain of the other side's that we have seen, and whether our next frame begins a new one of ours. */
  seen = -1
  #turn = false

  constructor(session: Session, name: string) {
    this.session = session
    this.#seal = sealer(session, name)
  }

  /** False when it is not yet allowed to speak. */
  send(n: number): boolean {
    const frame: Frame = {
      type: 'message',
      id: bytesOf(`${this.session.role} ${n}`, 16),
      body: bytesOf(`${n}`, n % 40),
    }
    if (this.session.role === 'responder' && this.seen < 0) {
      assert.equal(
        codeOf(() => this.#seal(frame)),
        'state',
      )
      return false
    }
    if (this.#turn) this.#chain++
    this.#turn = false
    this.sent.push({ bytes: this.#seal(frame), frame, chain: this.#chain, opened: false })
    return true
  }

  receive(sent: Sent): void {
    const tooOld = sent.chain <= this.seen - MAX_CHAINS
    if (tooOld)
      return assert.equal(
        codeOf(() => this.session.open(sent.bytes)),
        'bad-tag',
      )
    if (sent.opened)
      return assert.equal(
        codeOf(() => this.session.open(sent.bytes)),
        'replay',
      )
    assert.deepEqual(this.session.open(sent.bytes), sent.frame)
    sent.opened = true
    if (sent.chain > this.seen) {
      this.seen = sent.chain
      this.#turn = true
    }
  }
}

const command = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant('send' as const), by: fc.boolean(), which: fc.nat() }) },
  // Mostly the latest, sometimes any: reordering, repetition, and by omission loss.
  { weight: 4, arbitrary: fc.record({ do: fc.constant('latest' as const), by: fc.boolean(), which: fc.nat(2) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('any' as const), by: fc.boolean(), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('damage' as const), by: fc.boolean(), which: fc.nat() }) },
)

test('lost, repeated, reordered and damaged frames', () => {
  fc.assert(
    fc.property(fc.array(command, { minLength: 20, maxLength: 60 }), (commands) => {
      const { bobs, alices } = connect()
      const [bob, alice] = [new End(bobs, 'bob'), new End(alices, 'alice')]
      bob.send(1000)
      commands.forEach(({ do: what, by, which }, n) => {
        const [sender, receiver] = by ? [bob, alice] : [alice, bob]
        if (what === 'send') return sender.send(n)
        const index = what === 'latest' ? sender.sent.length - 1 - which : which % sender.sent.length
        const sent = sender.sent[index]
        if (!sent) return
        if (what !== 'damage') return receiver.receive(sent)
        const code = codeOf(() => receiver.session.open(flip(sent.bytes, 1 + (which % (sent.bytes.length - 1)))))
        // Of a frame that was opened before, the header alone may already tell.
        assert(code === 'bad-tag' || (sent.opened && code === 'replay'), code)
      })
      // In the end the line clears: what is sent now arrives, and everything recent that is missing still opens.
      for (let round = 0; round < 2; round++)
        for (const [sender, receiver] of [
          [bob, alice],
          [alice, bob],
        ] as const)
          if (sender.send(2000 + round)) receiver.receive(sender.sent.at(-1)!)
      for (const [sender, receiver] of [
        [bob, alice],
        [alice, bob],
      ] as const)
        for (const sent of sender.sent) receiver.receive(sent)
    }),
    { numRuns: 60 },
  )
})

/** Our session as one end, the second implementation as the other. */
function mixed(oursIs: 'initiator' | 'responder'): { ours: Session; theirs: Ratchet } {
  const keys = { root: bytesOf('root', 32), headerI: bytesOf('hi', 32), nextHeaderR: bytesOf('nhr', 32) }
  const id = bytesOf('session', 16)
  const secrets = { sessionId: id, drRoot: keys.root, drHkI: keys.headerI, drNhkR: keys.nextHeaderR }
  const alices = keyPairOf("alice's ratchet key")
  if (oursIs === 'responder') {
    const theirs = Ratchet.alice(secrets, alices.public, bytesOf('theirs', 32))
    return { ours: new Session('responder', id, responderRatchet(keys, alices)), theirs }
  }
  const ratchet = initiatorRatchet(keys, keyPairOf("bob's ratchet key"), alices.public)
  return { ours: new Session('initiator', id, ratchet), theirs: Ratchet.bob(secrets, alices.secret) }
}

for (const role of ['initiator', 'responder'] as const) {
  test(`the second ratchet understands our ${role}, and the other way round, with gaps and late frames`, () => {
    const turn = fc.array(fc.constantFrom('now' as const, 'late' as const, 'lost' as const), {
      minLength: 1,
      maxLength: 5,
    })
    fc.assert(
      fc.property(fc.array(turn, { minLength: 2, maxLength: 8 }), (turns) => {
        const { ours, theirs } = mixed(role)
        const seal = sealer(ours, 'ours')
        let count = 0
        turns.forEach((fates, t) => {
          const mine = (t % 2 === 0) === (role === 'initiator')
          const late: (() => void)[] = []
          for (const fate of [...fates, 'now' as const]) {
            const frame: Frame = { type: 'message', id: bytesOf('id', 16), body: bytesOf(`b${count++}`, 12) }
            const plain = padTo(encodeFrame(frame), 159)
            const bytes = mine
              ? seal(frame)
              : theirs.seal(plain, bytesOf(`n${count}`, 24), bytesOf(`generated ${count}`, 32))
            const arrive = (): void =>
              mine ? assert(equal(theirs.open(bytes), plain)) : assert.deepEqual(ours.open(bytes), decodeFrame(plain))
            if (fate === 'now') arrive()
            else if (fate === 'late') late.push(arrive)
          }
          while (late.length > 0) late.pop()!()
        })
      }),
      { numRuns: 25 },
    )
  })
}

test('two sessions from the same entropy make the same bytes: nothing is random inside', () => {
  const frames = [connect(), connect()].map(({ bobs }) => toHex(sealer(bobs, 'bob')({ type: 'ping' })))
  assert.equal(frames[0], frames[1])
})
