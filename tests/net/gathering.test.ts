import { expect, test } from 'playwright/test'
import type { PeerOptions } from '../../src/chat/ports.ts'
import { Gathering } from '../../src/net/gathering.ts'
import { ManualClock } from './support.ts'

const STUN = { urls: 'stun:x' }
const TURN = { urls: ['turn:x', 'turns:x'], username: 'u', credential: 'p' }
const line = (type: string): string => `candidate:1 1 udp 1 192.0.2.1 5000 typ ${type} generation 0`

/** Plays candidates and pauses (ms); returns when and how gathering ended, in ms from its start. */
function play(options: Partial<PeerOptions>, ...steps: readonly (number | string)[]): string {
  const clock = new ManualClock()
  const start = clock.now()
  const outcomes: string[] = []
  const all = { initiator: true, iceServers: [], relayOnly: false, patient: false, ...options }
  const gathering = new Gathering(all, clock, (outcome) => outcomes.push(`${outcome} ${clock.now() - start}`))
  gathering.started()
  for (const step of steps) {
    if (typeof step === 'number') clock.advance(step)
    else if (step === 'complete') gathering.complete()
    else gathering.candidate(line(step))
  }
  clock.advance(60_000)
  expect(outcomes.length).toBe(1)
  return outcomes[0]!
}

const cases: [string, string, Partial<PeerOptions>, ...(number | string)[]][] = [
  ['no server: 20 ms after the last candidate', 'enough 45', {}, 10, 'host', 15, 'host', 40, 'host'],
  ['no server, no candidate', 'enough 800', {}],
  ['complete ends it', 'enough 5', { iceServers: [STUN] }, 5, 'complete'],
  ['STUN: 20 ms after the last once srflx is there', 'enough 120', { iceServers: [STUN] }, 'host', 100, 'srflx'],
  ['STUN that does not answer', 'enough 800', { iceServers: [STUN] }, 'host'],
  ['TURN: srflx is not enough', 'enough 220', { iceServers: [STUN, TURN] }, 'host', 'srflx', 200, 'relay'],
  ['TURN before STUN', 'enough 120', { iceServers: [STUN, TURN] }, 'host', 'relay', 100, 'srflx'],
  ['TURN, and no NAT', 'enough 210', { iceServers: [STUN, TURN] }, 10, 'host', 'relay'],
  ['TURN that does not answer', 'enough 800', { iceServers: [TURN] }, 'host', 'srflx'],
  ['patient waits for the end', 'enough 2500', { patient: true }, 'host'],
  ['patient, complete', 'enough 900', { patient: true, iceServers: [TURN] }, 'host', 'relay', 900, 'complete'],
  ['relay-only: the first relay candidate', 'enough 3000', { relayOnly: true, iceServers: [TURN] }, 3_000, 'relay'],
  ['relay-only: 10 s', 'no-relay 10000', { relayOnly: true, iceServers: [TURN] }, 'host', 'srflx'],
  ['relay-only: complete without', 'no-relay 7', { relayOnly: true, iceServers: [TURN] }, 7, 'complete'],
]

for (const [name, outcome, options, ...steps] of cases) {
  test(name, () => expect(play(options, ...steps)).toBe(outcome))
}

test('candidates before the local description count, and stop is final', () => {
  const clock = new ManualClock()
  const outcomes: string[] = []
  const options = { initiator: true, iceServers: [], relayOnly: false, patient: false }
  const early = new Gathering(options, clock, (outcome) => outcomes.push(outcome))
  early.candidate(line('host'))
  clock.advance(1_000)
  expect(outcomes).toEqual([])
  early.started()
  clock.advance(20)
  expect(outcomes).toEqual(['enough'])
  const stopped = new Gathering(options, clock, (outcome) => outcomes.push(outcome))
  stopped.started()
  stopped.stop()
  stopped.complete()
  clock.advance(1_000)
  expect(outcomes).toEqual(['enough'])
})
