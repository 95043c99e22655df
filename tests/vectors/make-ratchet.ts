/** The ratchet part of sotto-v1.json: one conversation, step by step. */
import { concat, padTo, toHex, Writer } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'
import { encodeFrame } from '../../src/protocol/frame.ts'
import { initiatorRatchet, ratchetSeal, responderRatchet } from '../../src/protocol/ratchet.ts'
import type { Ratchet } from '../../src/protocol/ratchet.ts'
import { SEAL_ENTROPY_BYTES, Session } from '../../src/protocol/session.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { bytesOf, flip, keyPairOf } from '../protocol/help.ts'

type Side = 'initiator' | 'responder'
/** `content`: the frame's content without its padding. */
type Step =
  | { readonly seal: Side; readonly entropy: string; readonly content: string; readonly frame: string }
  | {
      readonly open: Side
      readonly frame: string
      readonly content?: string
      readonly reject?: ErrorCode
      readonly why?: string
    }

const keys = {
  root: bytesOf('vector dr-root', 32),
  headerI: bytesOf('vector dr-hk-i', 32),
  nextHeaderR: bytesOf('vector dr-nhk-r', 32),
}
const id = bytesOf('vector session id', 16)
const first = { initiator: keyPairOf('vector initiator ratchet'), responder: keyPairOf('vector responder ratchet') }

export function ratchets(): readonly { readonly [key: string]: string | readonly Step[] }[] {
  const start = {
    session_id: toHex(id),
    dr_root: toHex(keys.root),
    dr_hk_i: toHex(keys.headerI),
    dr_nhk_r: toHex(keys.nextHeaderR),
    init_ratchet: toHex(first.initiator.secret),
    resp_ratchet: toHex(first.responder.secret),
  }
  return [
    { ...start, steps: conversation() },
    { ...start, steps: nonsense() },
  ]
}

/** Turns, a gap that closes, a gap that does not, sizes, and what must be refused. */
function conversation(): Step[] {
  const sessions = {
    initiator: new Session('initiator', id, initiatorRatchet(keys, first.initiator, first.responder.public)),
    responder: new Session('responder', id, responderRatchet(keys, first.responder)),
  }
  const steps: Step[] = []
  const other = { initiator: 'responder', responder: 'initiator' } as const
  const seal = (by: Side, frame: Frame): [Side, Bytes, string] => {
    const entropy = bytesOf(`vector entropy ${steps.length}`, SEAL_ENTROPY_BYTES)
    const sealed = sessions[by].seal(frame, entropy)
    const content = toHex(encodeFrame(frame))
    steps.push({ seal: by, entropy: toHex(entropy), content, frame: toHex(sealed) })
    return [other[by], sealed, content]
  }
  const open = ([to, frame, content]: [Side, Bytes, string]): void => {
    sessions[to].open(frame)
    steps.push({ open: to, frame: toHex(frame), content })
  }
  const reject = (to: Side, frame: Bytes, code: ErrorCode, why: string): void =>
    void steps.push({ open: to, frame: toHex(frame), reject: code, why })
  const say = (n: number, length: number): Frame => ({
    type: 'message',
    id: bytesOf(`vector id ${n}`, 16),
    body: bytesOf(`vector body ${n}`, length),
  })

  const confirm = seal('initiator', { type: 'confirm', caps: 1 })
  open(confirm)
  const ack = seal('responder', { type: 'ack' })
  open(ack)
  reject('responder', confirm[1], 'replay', 'opened before')
  const gap = seal('initiator', say(1, 30))
  open(seal('initiator', say(2, 300)))
  const damaged = seal('responder', say(3, 5))
  reject('initiator', flip(damaged[1], 30), 'bad-tag', 'header changed')
  reject('initiator', flip(damaged[1], 200), 'bad-tag', 'body changed')
  open(damaged)
  seal('initiator', { type: 'ping' })
  open(seal('initiator', { type: 'receipt', what: 'read', ids: [bytesOf('vector id 3', 16)] }))
  open(gap)
  reject('responder', gap[1], 'replay', 'a late frame, twice')
  reject('initiator', gap[1], 'bad-tag', 'sent back to its author')
  reject('responder', gap[1].slice(0, -1), 'too-large', 'not one of the sizes')
  reject('responder', flip(gap[1], 0), 'version', 'another version')
  open(seal('responder', { type: 'nack', id: bytesOf('vector id 1', 16), code: 7 }))
  open(seal('initiator', { type: 'bye' }))
  return steps
}

/** Frames that an authentic but broken or newer peer might send. */
function nonsense(): Step[] {
  let ratchet: Ratchet = initiatorRatchet(keys, first.initiator, first.responder.public)
  const sealed = (content: Bytes, n: number): string => {
    const step = ratchetSeal(ratchet, id, padTo(content, 159), bytesOf(`vector nonce ${n}`, 24), bytesOf('unused', 32))
    ratchet = step.next
    return toHex(concat(Uint8Array.of(1), ...step.sealed))
  }
  const content = (type: number, length: number, body: Bytes): Bytes =>
    new Writer().u8(type).put(new Uint8Array(16)).u32(length).put(body).done()
  const none = new Uint8Array(0)
  const cases: [string, Bytes][] = [
    ['type 0', content(0, 0, none)],
    ['length beyond the end', content(3, 0xffff_ffff, none)],
    ['something in the padding', content(6, 0, Uint8Array.of(1))],
    ['a body where there is none', content(6, 1, none)],
    ['a receipt without ids', content(4, 1, Uint8Array.of(1))],
  ]
  const steps: Step[] = cases.map(([why, bytes], n) => ({
    open: 'responder',
    frame: sealed(bytes, n),
    reject: 'malformed',
    why,
  }))
  const newer = content(200, 3, bytesOf('newer', 3))
  steps.push({ open: 'responder', frame: sealed(newer, 5), content: toHex(newer), why: 'a newer type: ignored' })
  ratchet = { ...ratchet, sending: { ...ratchet.sending!, n: 6 + 65 } }
  steps.push({ open: 'responder', frame: sealed(content(6, 0, none), 6), reject: 'skipped', why: '65 frames missing' })
  return steps
}
