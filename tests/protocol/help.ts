/** What the protocol's tests share: fixed identities and random bytes that are the same in every run. */
import type { Bytes } from '../../src/protocol/bytes.ts'
import { utf8 } from '../../src/protocol/bytes.ts'
import { ProtocolError } from '../../src/protocol/errors.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'
import {
  finish,
  initiate,
  INITIATE_ENTROPY_BYTES,
  receive,
  respond,
  RESPOND_ENTROPY_BYTES,
} from '../../src/protocol/handshake.ts'
import type { Context, KeyPair, Payload } from '../../src/protocol/handshake.ts'
import { asPsk, asSecretKey, hkdfExpand, publicKey, sha256 } from '../../src/protocol/primitives.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import type { Frame, Session } from '../../src/protocol/session.ts'

/** Bytes that look random and depend only on the seed. */
export function bytesOf(seed: string, length: number): Bytes {
  return hkdfExpand(sha256(utf8(seed)), utf8('test bytes'), length)
}

export function keyPairOf(seed: string): KeyPair {
  const secret = asSecretKey(bytesOf(seed, 32))
  return { secret, public: publicKey(secret) }
}

export const alice = keyPairOf('alice')
export const bob = keyPairOf('bob')
export const psk = asPsk(bytesOf('psk', 32))
export const invited: Context = { mode: 'invite', invite: bytesOf('invite', 75), nonce: bytesOf('nonce', 16) }
export const known: Context = { mode: 'reconnect', pairId: bytesOf('pair', 32), nonce: bytesOf('nonce', 16) }
export const bobSays: Payload = { name: 'Bob', caps: 1 }
export const aliceSays: Payload = { name: 'Alice', caps: 3 }

/** Bob's first message to Alice. */
export function firstMessage(context: Context, seed = 'hs1'): ReturnType<typeof initiate> {
  const entropy = bytesOf(seed, INITIATE_ENTROPY_BYTES)
  return initiate({ context, psk, me: bob, them: alice.public, payload: bobSays, entropy })
}

/** Both ends of a finished handshake between Bob (initiator) and Alice. */
export function connect(context: Context = invited, seed = ''): { bobs: Session; alices: Session } {
  const { message, waiting } = firstMessage(context, `hs1${seed}`)
  const received = receive({ context, psk, me: alice, message })
  const answer = respond(received, { ...aliceSays, status: 'ok' }, bytesOf(`hs2${seed}`, RESPOND_ENTROPY_BYTES))
  const done = finish(waiting, answer.message)
  return { bobs: done.established!.session, alices: answer.established!.session }
}

/** Seals with entropy that no other call uses. */
export function sealer(session: Session, seed: string): (frame: Frame) => Bytes {
  let count = 0
  return (frame) => session.seal(frame, bytesOf(`${seed} ${count++}`, SEAL_ENTROPY_BYTES))
}

/** The code of the ProtocolError that `run` throws; any other outcome is a failure that says what happened. */
export function codeOf(run: () => unknown): ErrorCode | 'nothing thrown' {
  try {
    run()
  } catch (error) {
    if (error instanceof ProtocolError) return error.code
    throw error
  }
  return 'nothing thrown'
}
