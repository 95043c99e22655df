/** The protocol beside its primitives alone. Asked from outside, one thing at a time, and timed there. */
import { primitivesAlone, throughSession, type Frames } from './frames.ts'
import { newPair, operationsAlone, shakeHands } from './handshake.ts'

export type Bench = typeof bench

const pair = newPair()

const bench = {
  handshakes(count: number): void {
    for (let i = 0; i < count; i++) shakeHands(pair)
  },
  operations(count: number): void {
    for (let i = 0; i < count; i++) operationsAlone(pair)
  },
  throughSession,
  primitivesAlone,
  frames: undefined as Frames | undefined,
}

Object.assign(globalThis, { bench })
