/** What the protocol's tests share: fixed identities and random bytes that are the same in every run. */
import type { Bytes } from '../../src/protocol/bytes.ts'
import { fromHex, utf8 } from '../../src/protocol/bytes.ts'
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
import type { PublicKey } from '../../src/protocol/primitives.ts'
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
const nonce = bytesOf('nonce', 16)
export const invited = { mode: 'invite', invite: bytesOf('invite', 75), nonce } as const satisfies Context
export const known = { mode: 'reconnect', pairId: bytesOf('pair', 32), nonce } as const satisfies Context
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

/** Encodings of the points of low order: 0, 1, two of order 8, p − 1; and p, p + 1, which are not canonical. */
export const LOW_ORDER: readonly PublicKey[] = [
  '00'.repeat(32),
  `01${'00'.repeat(31)}`,
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  `ec${'ff'.repeat(30)}7f`,
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
].map((hex) => fromHex(hex) as PublicKey)

/** `bytes` with one bit changed. */
export function flip(bytes: Bytes, at: number, mask = 1): Bytes {
  const out = bytes.slice()
  out[at]! ^= mask
  return out
}
