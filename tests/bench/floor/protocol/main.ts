/** The protocol beside its primitives alone. Asked from outside, one thing at a time, and timed there. */
import { warmUp, WARM_UP_ENTROPY_BYTES, WARM_UP_STEPS } from '../../../../src/protocol/primitives.ts'
import { primitivesAlone, TEXT, throughSession, turnsOfSession, type Frames, type Turns } from './frames.ts'
import { newPair, operationsAlone, random, shakeHands } from './handshake.ts'
import { throughOlm, turnsOfOlm } from './olm.ts'

export type Bench = typeof bench

const pair = newPair()

const bench = {
  /** As the engine does it while the page is idle. */
  warmUp(): void {
    for (let at = 0; at < WARM_UP_STEPS; at++) warmUp(random(WARM_UP_ENTROPY_BYTES), at)
  },
  handshakes(count: number): void {
    for (let i = 0; i < count; i++) shakeHands(pair)
  },
  operations(count: number): void {
    for (let i = 0; i < count; i++) operationsAlone(pair)
  },
  throughSession,
  primitivesAlone,
  throughOlm: (count: number) => throughOlm(count, TEXT),
  frames: undefined as Frames | undefined,
  turnsOfSession,
  turnsOfOlm: () => turnsOfOlm(TEXT),
  turns: undefined as Turns | undefined,
}

Object.assign(globalThis, { bench })
