/**
 * Points in the life of a session where hostile frames are tried: the ratchet of the one who hears them, a value that never
 * changes, and everything the other side could send next. The forger's frames come from the second implementation.
 */
import { isDeepStrictEqual } from 'node:util'
import { concat, padTo } from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { encodeFrame } from '../../../src/protocol/frame.ts'
import { asPsk } from '../../../src/protocol/primitives.ts'
import { initiatorRatchet, ratchetOpen, ratchetSeal, responderRatchet } from '../../../src/protocol/ratchet.ts'
import type { Ratchet } from '../../../src/protocol/ratchet.ts'
import { FRAME_SIZES, Session } from '../../../src/protocol/session.ts'
import type { Frame } from '../../../src/protocol/session.ts'
import { bytesOf, keyPairOf } from '../../protocol/help.ts'
import { join, u32, xSeal } from '../../attacks/attacker.ts'
import { expand, seal } from '../../second/crypto.ts'
import type { Trial } from '../decoder.ts'
import { fit } from '../mutate.ts'

/** Version, header nonce, sealed header and the tag of the body. */
export const OVERHEAD = 1 + 24 + 56 + 16
const CONTENT_SIZES = FRAME_SIZES.map((size) => size - OVERHEAD)

export type Stage = {
  readonly name: string
  /** The ratchet of the one who hears. */
  readonly hears: Ratchet
  /** A session on a ratchet of its own, which is one like `hears`: a session overwrites the keys that it is done with. */
  readonly open: (own?: Ratchet) => Session
  /** The other side, its turn begun. */
  readonly says: Ratchet
  readonly id: Bytes
  /** Late, repeated, next: each as it was sealed. */
  readonly frames: readonly Bytes[]
  /** The next frame, and the one after it. */
  readonly next: readonly [Bytes, Bytes]
}

const CALLS: readonly Frame[] = [
  { type: 'confirm', caps: 3 },
  { type: 'message', id: bytesOf('id', 16), body: bytesOf('body', 90) },
  { type: 'receipt', what: 'read', ids: [bytesOf('id', 16)] },
]

let count = 0
function sealed(ratchet: Ratchet, id: Bytes, frame: Frame): { readonly bytes: Bytes; readonly next: Ratchet } {
  const content = padTo(encodeFrame(frame), CONTENT_SIZES[0]!)
  const entropy = bytesOf(`stage ${count++}`, 56)
  const { sealed: rest, next } = ratchetSeal(ratchet, id, content, entropy.slice(0, 24), entropy.slice(24))
  return { bytes: concat(Uint8Array.of(1), ...rest), next }
}

/** Two ratchets, the first turns of which were spoken as `script` says: who, and whether it arrived. */
class Talk {
  readonly id: Bytes
  readonly frames: Bytes[] = []
  i: Ratchet
  r: Ratchet

  constructor(seed: string, script: readonly string[]) {
    this.id = bytesOf(`session ${seed}`, 16)
    const [root, headerI, nextHeaderR] = ['root', 'hi', 'hr'].map((key) => bytesOf(`${key} ${seed}`, 32))
    const keys = { root: root!, headerI: headerI!, nextHeaderR: nextHeaderR! }
    const second = keyPairOf(`r ${seed}`)
    this.i = initiatorRatchet(keys, keyPairOf(`i ${seed}`), second.public)
    this.r = responderRatchet(keys, second)
    for (const step of script) this.say(step[0] as 'i' | 'r', step.endsWith('lost'))
  }

  say(who: 'i' | 'r', lost: boolean): void {
    const { bytes, next } = sealed(this[who], this.id, CALLS[count % CALLS.length]!)
    this[who] = next
    this.frames.push(bytes)
    const other = who === 'i' ? 'r' : 'i'
    if (!lost) this[other] = ratchetOpen(this[other], this.id, bytes.slice(1)).next
  }

  /** From here on `hears` is talked to. */
  stage(name: string, hears: 'i' | 'r', renewing?: () => Session): Stage {
    const says = hears === 'i' ? this.r : this.i
    const [one, frame] = [sealed(says, this.id, CALLS[0]!), CALLS[1]!]
    const two = sealed(one.next, this.id, frame)
    const role = hears === 'i' ? 'initiator' : 'responder'
    const open = (own = structuredClone(this[hears])): Session => {
      const session = new Session(role, this.id, own, asPsk(bytesOf('rekey', 32)))
      if (renewing) session.adopt(renewing())
      return session
    }
    const next = [one.bytes, two.bytes] as const
    return { name, open, hears: this[hears], says: one.next, id: this.id, frames: [...this.frames, ...next], next }
  }
}

const CHAT = ['i', 'r', 'r lost', 'i', 'i lost', 'i lost', 'i', 'r', 'r', 'i lost', 'i lost', 'i']
const coming = new Talk('coming', [])

export const stages: readonly Stage[] = [
  new Talk('first', []).stage('before the first frame', 'r'),
  new Talk('chat', CHAT).stage('in the middle', 'r'),
  new Talk('turn', [...CHAT, 'r', 'r lost', 'i']).stage('before a turn', 'i'),
  new Talk('chat', CHAT).stage(
    'while keys are renewed',
    'r',
    () => new Session('responder', coming.id, structuredClone(coming.r)),
  ),
]

/** Opens a frame at a stage. A refused one must have changed nothing, and none may keep the true ones from opening. */
export function opening(stage: Stage, bytes: Bytes): Trial<Frame> {
  const ratchet = structuredClone(stage.hears)
  const session = stage.open(ratchet)
  return {
    decode: () => session.open(bytes),
    after(outcome) {
      const spent = 'value' in outcome || outcome.code === 'malformed'
      if (!spent && !isDeepStrictEqual(ratchet, stage.hears)) throw new Error('a refused frame changed the ratchet')
      if (session.used.frames !== (spent ? 1 : 0) || session.epoch !== 0) throw new Error('counted what was refused')
      const [one, other] = stage.next
      // What was opened may have been the next one itself, or stand in the place of the other.
      session.open(spent && isDeepStrictEqual(bytes, one) ? other : one)
      if (!spent) session.open(other)
    },
  }
}

/** The content of a frame, in the smallest that holds it, as the other side would seal it after its next frame. */
export function around(stage: Stage, content: Bytes): Bytes {
  const { sending, own, previous } = stage.says
  const size = CONTENT_SIZES.find((one) => content.length <= one) ?? Math.max(...CONTENT_SIZES)
  return forged(stage, { dh: own.public, pn: previous, n: sending!.n, steps: 0, content: fit(content, size) })
}

/** Any header, sealed under the right key; the body under the key `steps` further in the chain. */
export function forged(
  stage: Stage,
  header: { dh: Bytes; pn: number; n: number; steps: number; content: Bytes },
): Bytes {
  const nonce = bytesOf('forged nonce', 24)
  const { headerKey, chainKey } = stage.says.sending!
  const plain = join(header.dh, u32(header.pn), u32(header.n))
  const box = xSeal(headerKey, nonce, join('sotto/1/dr/h', stage.id), plain)
  let step = expand(chainKey, join('sotto/1/dr/ck'), 64)
  for (let i = 0; i < header.steps; i++) step = expand(step.slice(0, 32), join('sotto/1/dr/ck'), 64)
  const ad = join('sotto/1/dr/b', stage.id, nonce, box)
  return join(1, nonce, box, seal(step.slice(32), new Uint8Array(12), ad, header.content))
}
