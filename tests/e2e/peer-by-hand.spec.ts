/** A channel whose answer travels for a while: the one who gave it waits without looking for the other. */
import { expect } from 'playwright/test'
import { test } from './peer-page.ts'

test.setTimeout(90_000)

// Firefox gives up five seconds after an answer that names nobody, which a busy machine can need for the knocking.
test('is alive when another has given up, and opens once it may look', async ({ probe }) => {
  const result = await probe.evaluate(async (p) => {
    const [a, b] = [new p.End({ initiator: true, byHand: true }), new p.End({ byHand: true })]
    b.channel.accept((await a.first('described')).description)
    const { description } = await b.first('described')
    // The other side has the answer, and a network that lets nobody in: only we can knock.
    const ordinary = new p.End()
    ordinary.channel.accept({ ...p.NOWHERE, setup: 'actpass' })
    const { reason } = await ordinary.first('closed')
    const before = b.events.map(({ type }) => type)
    b.channel.proceed()
    a.channel.accept({ ...description, candidates: [] })
    await Promise.all([a.first('open'), b.first('open')])
    return { reason, before }
  })
  expect(result).toEqual({ reason: 'never-opened', before: ['described'] })
})

test.describe('a channel by hand', { tag: '@firefox' }, () => {
  test('opens by itself where the other side can knock and the browser waits for that', async ({
    probe,
    browserName,
  }) => {
    const types = await probe.evaluate(async (p, needsHelp) => {
      const a = new p.End({ initiator: true, byHand: true })
      const { description } = await a.first('described')
      const b = new p.End({ byHand: true })
      b.channel.accept(description)
      a.channel.accept((await b.first('described')).description)
      if (needsHelp) b.channel.proceed()
      await Promise.all([a.first('open'), b.first('open')])
      a.channel.send(p.frame(300, 7))
      b.channel.send(p.frame(300, 8))
      await Promise.all([a.received(1), b.received(1)])
      return [a, b].map(({ events }) => events.map(({ type }) => type))
    }, browserName === 'firefox')
    expect(types).toEqual([
      ['described', 'open'],
      ['described', 'open'],
    ])
  })

  test('is told nothing of where the other side is before it may look', async ({ probe }) => {
    const counts = await probe.evaluate(async (p) => {
      const seen: (readonly number[])[] = []
      const clock = new p.HeldClock()
      const original = RTCPeerConnection.prototype.addIceCandidate
      let added = 0
      RTCPeerConnection.prototype.addIceCandidate = function (this: RTCPeerConnection, candidate) {
        added++
        return Reflect.apply(original, this, [candidate]) as Promise<void>
      }
      const [a, b] = [new p.End({ initiator: true, byHand: true }), new p.End({ byHand: true, patient: true }, clock)]
      const { description } = await a.first('described')
      b.channel.accept(description)
      seen.push([added, Number(clock.fire(20_000))])
      while (!clock.fire(2_500) && b.events.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await b.first('described')
      // No time runs against it either.
      seen.push([added, Number(clock.fire(20_000))])
      b.channel.proceed()
      b.channel.proceed()
      while (added < description.candidates.length) await new Promise((resolve) => setTimeout(resolve, 5))
      seen.push([added, description.candidates.length, Number(clock.fire(20_000))])
      return seen
    })
    const [, , after = []] = counts
    expect(counts.slice(0, 2)).toEqual([
      [0, 0],
      [0, 0],
    ])
    expect(after[0]).toBe(after[1])
    expect(after[0]).toBeGreaterThan(0)
    expect(after[2]).toBe(1)
  })
})
