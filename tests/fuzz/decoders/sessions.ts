/** Frames of a session: tampered with, and sealed by the other side around nonsense or under a hostile header. */
import { padTo } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { FRAME_SIZES } from '../../../src/protocol/session.ts'
import { bytesOf, LOW_ORDER } from '../../protocol/help.ts'
import { join, u32 } from '../../attacks/attacker.ts'
import { decoder, ITSELF } from '../decoder.ts'
import type { Decoder } from '../decoder.ts'
import { fit, mutated } from '../mutate.ts'
import { bytesLike, contents } from './formats.ts'
import { around, forged, opening, OVERHEAD, stages } from './stages.ts'
import type { Stage } from './stages.ts'

const limit = { length: Math.max(...FRAME_SIZES), by: ITSELF }
const ack = padTo(Uint8Array.of(2), FRAME_SIZES[0]! - OVERHEAD)

/** Bytes as ratchet key 32 ‖ pn u32 ‖ n u32 ‖ how far along the chain the body's key is. */
function headed(stage: Stage, bytes: Bytes): Bytes {
  const view = new DataView(fit(bytes, 41).buffer)
  const [pn, n, steps] = [view.getUint32(32), view.getUint32(36), view.getUint8(40) % 80]
  return forged(stage, { dh: fit(bytes, 32), pn, n, steps, content: ack })
}

/** Headers that fit for the next frames, and a few of which only the numbers are wrong. */
function headersOf({ says }: Stage): readonly Bytes[] {
  const { own, previous, sending } = says
  const numbers = [...Array(6).keys(), 63, 64, 65].map((steps) => join(u32(previous), u32(sending!.n + steps), steps))
  return numbers.map((rest) => join(own.public, rest))
}

function framesAt(stage: Stage): readonly Decoder[] {
  const turns = stage.name !== 'in the middle' && stage.name !== 'while keys are renewed'
  const headers = headersOf(stage)
  const [next] = stage.next
  return [
    decoder({
      name: `frames ${stage.name}`,
      covers: ['protocol/session.ts Session', 'protocol/ratchet.ts ratchetOpen'],
      valid: stage.next,
      inputs: bytesLike(stage.frames),
      examples: [join(2, next.slice(1)), next.slice(1), ...stage.frames],
      outcomes: ['value', 'too-large', 'version', 'bad-tag', ...(stage.frames.length > 2 ? ['replay'] : [])],
      trial: (bytes) => opening(stage, bytes),
      runs: 400,
      limit,
    }),
    decoder({
      name: `frames under hostile headers ${stage.name}`,
      covers: ['protocol/session.ts Session', 'protocol/ratchet.ts ratchetOpen'],
      valid: headers.slice(0, 6).map((bytes) => headed(stage, bytes)),
      inputs: mutated(headers).map((bytes) => headed(stage, bytes)),
      examples: [
        ...LOW_ORDER.map((point) => headed(stage, join(point, headers[0]!.slice(32)))),
        headed(stage, join(bytesOf('pn', 32), u32(2 ** 32 - 1), u32(2 ** 32 - 1), 0)),
        // Opened before, in the stages where the chain goes on.
        headed(stage, join(headers[0]!.slice(0, 36), u32(2), 0)),
      ],
      outcomes: ['value', 'bad-tag', 'skipped', ...(turns ? ['bad-key'] : ['replay'])],
      trial: (bytes) => opening(stage, bytes),
      runs: 300,
    }),
  ]
}

/** Sealed by the other side itself: what it holds is all that is hostile. */
function nonsenseAt(stage: Stage): Decoder {
  return decoder({
    name: 'frames sealed around nonsense',
    covers: ['protocol/session.ts Session'],
    valid: contents.map((content) => around(stage, content)),
    inputs: mutated(contents).map((content) => around(stage, content)),
    examples: [around(stage, Uint8Array.of(200))],
    outcomes: ['known', 'unknown', 'malformed'],
    trial: (bytes) => opening(stage, bytes),
    label: ({ type }) => (type === 'unknown' ? 'unknown' : 'known'),
    runs: 800,
  })
}

export const sessions = [...stages.flatMap(framesAt), nonsenseAt(stages[1]!)]
