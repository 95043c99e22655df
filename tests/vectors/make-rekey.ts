/** The rekey part of sotto-v1.json: a session whose keys are renewed while frames are under way in both directions. */
import { toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { encodeFrame } from '../../src/protocol/frame.ts'
import { asPsk } from '../../src/protocol/primitives.ts'
import { initiatorRatchet, responderRatchet } from '../../src/protocol/ratchet.ts'
import { answerRekey, beginRekey, completeRekey } from '../../src/protocol/rekey.ts'
import { SEAL_ENTROPY_BYTES, Session } from '../../src/protocol/session.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { alice, bob, bytesOf, keyPairOf } from '../protocol/help.ts'

type Side = 'initiator' | 'responder'
export type RekeyStep =
  | { readonly seal: Side; readonly entropy: string; readonly content: string; readonly frame: string }
  | {
      readonly open: Side
      readonly frame: string
      readonly content?: string
      readonly reject?: string
      readonly why?: string
    }
  /** Makes the content of the rekey frame that is sealed next. */
  | { readonly begin: 'initiator'; readonly entropy: string; readonly content: string }
  | { readonly answer: 'responder'; readonly entropy: string; readonly content: string }
  /** With the answer opened last. */
  | { readonly complete: 'initiator' }

const keys = {
  root: bytesOf('vector rekey dr-root', 32),
  headerI: bytesOf('vector rekey dr-hk-i', 32),
  nextHeaderR: bytesOf('vector rekey dr-nhk-r', 32),
}
const id = bytesOf('vector rekey session id', 16)
const pskRekey = asPsk(bytesOf('vector psk-rekey', 32))
const first = { initiator: keyPairOf('vector initiator ratchet'), responder: keyPairOf('vector responder ratchet') }

export function rekeys(): readonly { readonly [key: string]: string | readonly RekeyStep[] }[] {
  const start = {
    session_id: toHex(id),
    dr_root: toHex(keys.root),
    dr_hk_i: toHex(keys.headerI),
    dr_nhk_r: toHex(keys.nextHeaderR),
    psk_rekey: toHex(pskRekey),
    init_static: toHex(bob.secret),
    resp_static: toHex(alice.secret),
    init_ratchet: toHex(first.initiator.secret),
    resp_ratchet: toHex(first.responder.secret),
  }
  return [{ ...start, steps: renewal() }]
}

type Sent = { readonly to: Side; readonly frame: Bytes; readonly content: string }

function renewal(): RekeyStep[] {
  const initiator = new Session(
    'initiator',
    id,
    initiatorRatchet(keys, first.initiator, first.responder.public),
    pskRekey,
  )
  const responder = new Session('responder', id, responderRatchet(keys, first.responder), pskRekey)
  const sessions = { initiator, responder }
  const steps: RekeyStep[] = []
  const entropyOf = (length: number): Bytes => bytesOf(`vector rekey entropy ${steps.length}`, length)
  const seal = (by: Side, frame: Frame): Sent => {
    const entropy = entropyOf(SEAL_ENTROPY_BYTES)
    const sealed = sessions[by].seal(frame, entropy)
    const content = toHex(encodeFrame(frame))
    steps.push({ seal: by, entropy: toHex(entropy), content, frame: toHex(sealed) })
    return { to: by === 'initiator' ? 'responder' : 'initiator', frame: sealed, content }
  }
  const open = ({ to, frame, content }: Sent): void => {
    sessions[to].open(frame)
    steps.push({ open: to, frame: toHex(frame), content })
  }
  const say = (n: number): Frame => ({
    type: 'message',
    id: bytesOf(`vector id ${n}`, 16),
    body: bytesOf(`body ${n}`, 9),
  })

  open(seal('initiator', { type: 'confirm', caps: 0 }))
  open(seal('responder', { type: 'ack' }))
  const offerEntropy = entropyOf(128)
  const offer = beginRekey(initiator, { me: bob, them: alice.public }, offerEntropy)
  steps.push({ begin: 'initiator', entropy: toHex(offerEntropy), content: toHex(encodeFrame(offer)) })
  const offered = seal('initiator', offer)
  const behindOffer = seal('initiator', say(1))
  const beforeAnswer = seal('responder', say(2))
  open(offered)
  const answerEntropy = entropyOf(96)
  const message = offer.type === 'rekey' ? offer.message : new Uint8Array(0)
  const answer = answerRekey(responder, message, { me: alice, them: bob.public }, answerEntropy)
  steps.push({ answer: 'responder', entropy: toHex(answerEntropy), content: toHex(encodeFrame(answer)) })
  const answered = seal('responder', answer)
  const behindAnswer = seal('responder', say(3))
  open(behindOffer)
  open(beforeAnswer)
  open(answered)
  completeRekey(initiator, answer.type === 'rekey' ? answer.message : new Uint8Array(0))
  steps.push({ complete: 'initiator' })
  const underNew = seal('initiator', { type: 'ping' })
  open(behindAnswer)
  open(underNew)
  open(seal('responder', { type: 'pong' }))
  open(seal('initiator', say(4)))
  const gone = 'sealed under keys that are gone'
  steps.push({ open: 'responder', frame: toHex(behindOffer.frame), reject: 'bad-tag', why: gone })
  steps.push({ open: 'initiator', frame: toHex(behindAnswer.frame), reject: 'bad-tag', why: gone })
  return steps
}
