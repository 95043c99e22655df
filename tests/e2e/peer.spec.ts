import { expect } from 'playwright/test'
import { test } from './peer-page.ts'

test.describe('peer', { tag: '@firefox' }, () => {
  test('two ends connect directly and carry full frames both ways, asking no server', async ({ probe, servers }) => {
    const result = await probe.evaluate(async (p) => {
      const { a, b } = await p.connect()
      for (let i = 0; i < 4; i++) {
        a.channel.send(p.frame(16_384, i))
        b.channel.send(p.frame(16_384, 100 + i))
      }
      const numbers = (frames: readonly Uint8Array[]) => frames.map((f) => [f.length, f[3]])
      return { b: numbers(await b.received(4)), a: numbers(await a.received(4)), types: [a, b].map((e) => e.events) }
    })
    expect(result.b).toEqual([0, 1, 2, 3].map((i) => [16_384, i]))
    expect(result.a).toEqual([100, 101, 102, 103].map((i) => [16_384, i]))
    for (const events of result.types) {
      expect(events.map((e) => e.type)).toEqual(['described', 'open'])
      expect(events[1]).toMatchObject({ type: 'open', path: 'direct' })
    }
    expect(await servers()).toEqual([[], []])
  })

  test('a full queue says so, drains, and loses nothing', async ({ probe }) => {
    const result = await probe.evaluate(async (p) => {
      const { a, b } = await p.connect()
      const total = 512
      let pauses = 0
      for (let i = 0; i < total; i++) {
        if (a.channel.send(p.frame(16_384, i))) continue
        pauses++
        const drained = a.events.filter((e) => e.type === 'drained').length
        if (drained >= pauses) throw new Error('drained inside send')
        while (a.events.filter((e) => e.type === 'drained').length < pauses) {
          await new Promise((resolve) => setTimeout(resolve, 1))
        }
      }
      const order = (await b.received(total)).map((f) => new DataView(f.buffer).getUint32(0))
      return { pauses, inOrder: order.every((n, i) => n === i) }
    })
    expect(result.pauses).toBeGreaterThan(3)
    expect(result.inOrder).toBe(true)
  })

  test('a sender that does not wait loses the channel, not the page', async ({ probe }) => {
    const reason = await probe.evaluate(async (p) => {
      const { a, b } = await p.connect()
      for (let i = 0; i < 1_000; i++) a.channel.send(p.frame(16_384, i))
      return [(await a.first('closed')).reason, (await b.first('closed')).reason]
    })
    expect(reason).toEqual(['closed', 'closed'])
  })

  test('close lets the queue leave and ends both sides once', async ({ probe }) => {
    const result = await probe.evaluate(async (p) => {
      const { a, b } = await p.connect()
      for (let i = 0; i < 50; i++) a.channel.send(p.frame(16_384, i))
      a.channel.close()
      a.channel.close()
      const sentAfter = a.channel.send(p.frame(300, 0))
      await Promise.all([a.first('closed'), b.first('closed')])
      b.channel.close()
      await new Promise((resolve) => setTimeout(resolve, 50))
      const ends = [a, b].map((e) => e.events.filter((event) => event.type === 'closed'))
      return { count: b.frames.length, ends, sentAfter }
    })
    const closed = [{ type: 'closed', reason: 'closed' }]
    expect(result).toEqual({ count: 50, ends: [closed, closed], sentAfter: false })
  })

  test('a peer that breaks the rules is cut off', async ({ probe }) => {
    const reasons = await probe.evaluate(async (p) => ({
      text: (await p.against((channel) => channel.send('hello'))).reason,
      large: (await p.against((channel) => channel.send(new Uint8Array(16_385)))).reason,
      second: (await p.against((_, pc) => pc.createDataChannel('another'))).reason,
      unordered: (await p.against(() => {}, { ordered: false })).reason,
      unreliable: (await p.against(() => {}, { maxRetransmits: 0 })).reason,
    }))
    expect(reasons).toEqual({
      text: 'protocol',
      large: 'protocol',
      second: 'protocol',
      unordered: 'protocol',
      unreliable: 'protocol',
    })
  })
  test('a description of another certificate never opens', async ({ probe }) => {
    const reason = await probe.evaluate(async (p) => {
      const { reason } = await p.against(
        () => {},
        {},
        (d) => ({ ...d, fingerprint: new Uint8Array(32) }),
      )
      return reason
    })
    expect(reason).toBe('never-opened')
  })

  test('a malformed description is refused, a second one ignored', async ({ probe }) => {
    const result = await probe.evaluate(async (p) => {
      const bad = new p.End()
      bad.channel.accept({ ...p.NOWHERE, setup: 'actpass', ufrag: 'a\r\na=x' })
      const { a, b } = await p.connect()
      a.channel.accept(p.NOWHERE)
      a.channel.send(p.frame(256, 7))
      return { bad: (await bad.first('closed')).reason, received: (await b.received(1)).length }
    })
    expect(result).toEqual({ bad: 'protocol', received: 1 })
  })

  test('nobody there: given up after 20 s, or at once by close', async ({ probe }) => {
    const result = await probe.evaluate(async (p) => {
      const clock = new p.HeldClock()
      const end = new p.End({ initiator: true }, clock)
      while (!clock.fire(20) && !end.events.length) await new Promise((resolve) => setTimeout(resolve, 5))
      const { description } = await end.first('described')
      end.channel.accept(p.NOWHERE)
      const early = end.events.map((e) => e.type)
      const fired = clock.fire(20_000)
      const late = (await end.first('closed')).reason
      const other = new p.End({ initiator: true })
      other.channel.close()
      return {
        early,
        fired,
        late,
        closed: (await other.first('closed')).reason,
        some: description.candidates.length > 0,
      }
    })
    expect(result).toEqual({ early: ['described'], fired: true, late: 'never-opened', closed: 'closed', some: true })
  })

  test('relay-only without a relay ends so, and describes no address', async ({ probe }) => {
    const events = await probe.evaluate(async (p) => {
      const clock = new p.HeldClock()
      const end = new p.End({ initiator: true, relayOnly: true }, clock)
      while (!end.events.length) {
        clock.fire(10_000)
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await end.first('closed')
      return end.events
    })
    expect(events).toEqual([{ type: 'closed', reason: 'no-relay' }])
  })

  test('a server that the browser throws at takes neither the others nor the line with it', async ({
    probe,
    servers,
  }) => {
    const [bad, good] = [
      { urls: 'turn:127.0.0.1:99999', username: 'u', credential: 'c' },
      { urls: 'stun:127.0.0.1:3478' },
    ]
    const result = await probe.evaluate(
      async (p, iceServers) => {
        const { a, b } = await p.connect({ iceServers })
        a.channel.send(p.frame(300, 7))
        return (await b.received(1)).length
      },
      [bad, good],
    )
    expect(result).toBe(1)
    expect((await servers()).at(-1)).toEqual([good])
  })

  test('without WebRTC, and above 64 connections', async ({ probe }) => {
    const result = await probe.evaluate(async (p) => {
      const before = performance.now()
      const { RTCPeerConnection: real } = globalThis
      Object.assign(globalThis, { RTCPeerConnection: undefined, webkitRTCPeerConnection: undefined })
      const none = new p.End()
      const { reason } = await none.first('closed')
      Object.assign(globalThis, { RTCPeerConnection: real })
      const make = p.factory()
      const reasons: string[] = []
      const channels = Array.from({ length: 65 }, () => make((closed) => reasons.push(closed)))
      while (reasons.length < 1) await new Promise((resolve) => setTimeout(resolve, 1))
      const first = [...reasons]
      for (const channel of channels) channel.close()
      while (reasons.length < 65) await new Promise((resolve) => setTimeout(resolve, 1))
      const last = make((closed) => reasons.push(closed))
      last.close()
      while (reasons.length < 66) await new Promise((resolve) => setTimeout(resolve, 1))
      return { reason, first, last: reasons.at(-1), quick: performance.now() - before < 20_000 }
    })
    expect(result).toEqual({ reason: 'unsupported', first: ['never-opened'], last: 'closed', quick: true })
  })
})
