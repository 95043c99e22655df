/** Frames through a session, and the ciphers and hashes of such frames alone. */
import type { Bytes } from '../../../../src/protocol/bytes.ts'
import { encodeMessage } from '../../../../src/protocol/message.ts'
import { encodeNumbered } from '../../../../src/protocol/numbered.ts'
import { aeadOpen, aeadSeal, hkdfExpand, xOpen, xSeal } from '../../../../src/protocol/primitives.ts'
import { SEAL_ENTROPY_BYTES, type Frame, type Session } from '../../../../src/protocol/session.ts'
import { newPair, random, shakeHands } from './handshake.ts'

export const TEXT = 'x'.repeat(256)
/** Key of the ratchet 32, two counters. */
const HEADER_BYTES = 40
/** A text of 256 B makes a frame of 512: less version 1, nonce 24, sealed header 56, tag 16. */
const BODY_BYTES = 512 - 1 - 24 - 56 - 16
/** Label and session of the header; of the body also nonce and sealed header. */
const HEADER_AD_BYTES = 12 + 16
const BODY_AD_BYTES = HEADER_AD_BYTES + 24 + 56
/** The next key of the chain and a message's key. */
const STEP_BYTES = 32 + 32

/** What is measured: `seal` as often as was asked for, then `open` all of it. */
export type Frames = { seal(): void; open(): void }
/** Pairs of texts, one each way. */
export type Turns = (count: number) => void

/** Texts in one direction. */
export function throughSession(count: number): Frames {
  const { initiator, responder } = shakeHands(newPair())
  const body = encodeNumbered({ index: 0, message: encodeMessage({ kind: 'text', text: TEXT }) })
  const frame: Frame = { type: 'message', id: random(16), body }
  const entropy = Array.from({ length: count }, () => random(SEAL_ENTROPY_BYTES))
  const sealed: Bytes[] = []
  return {
    seal() {
      for (const bytes of entropy) sealed.push(initiator.session.seal(frame, bytes))
    },
    open() {
      for (const bytes of sealed) responder.session.open(bytes)
    },
  }
}

/** Texts to and fro: each one begins a turn. */
export function turnsOfSession(): Turns {
  const { initiator, responder } = shakeHands(newPair())
  const message = encodeMessage({ kind: 'text', text: TEXT })
  const pass = (from: Session, to: Session): void => {
    const frame: Frame = { type: 'message', id: random(16), body: encodeNumbered({ index: 0, message }) }
    to.open(from.seal(frame, random(SEAL_ENTROPY_BYTES)))
  }
  return (count) => {
    for (let i = 0; i < count; i++) {
      pass(initiator.session, responder.session)
      pass(responder.session, initiator.session)
    }
  }
}

/** For each frame a box for the header, a box for the body, one step of the chain. */
export function primitivesAlone(count: number): Frames {
  const [headerKey, chainKey, header, plain] = [random(32), random(32), random(HEADER_BYTES), random(BODY_BYTES)]
  const [headerAd, bodyAd] = [random(HEADER_AD_BYTES), random(BODY_AD_BYTES)]
  const nonces = Array.from({ length: count }, () => random(24))
  const sealed: { readonly nonce: Bytes; readonly header: Bytes; readonly body: Bytes }[] = []
  const nonce = new Uint8Array(12)
  const step = (): Bytes => hkdfExpand(chainKey, headerAd, STEP_BYTES).slice(32)
  return {
    seal() {
      for (const headerNonce of nonces) {
        const box = xSeal(headerKey, headerNonce, header, headerAd)
        sealed.push({ nonce: headerNonce, header: box, body: aeadSeal(step(), nonce, plain, bodyAd) })
      }
    },
    open() {
      for (const one of sealed) {
        xOpen(headerKey, one.nonce, one.header, headerAd)
        aeadOpen(step(), nonce, one.body, bodyAd)
      }
    },
  }
}
