/**
 * A profile on its way to another device of the same person: the number that both screens show, and the steps inside the session.
 * NOT its concern: what the bytes are that are carried (a backup's), and who may begin (the chat's).
 *
 * [Note: The number] The link may have been seen or replaced on its way. Eight digits are few, so neither side may choose its share
 * when it knows the other's: the old device first commits to its own, and shows it after it has the new one's. Whoever stands
 * between the two has two handshakes and one guess.
 */
import { concat, equal, Reader, Writer } from './bytes.ts'
import type { Bytes } from './bytes.ts'
import { ProtocolError } from './errors.ts'
import { label } from './labels.ts'
import { sha256 } from './primitives.ts'
import { MAX_BODY_BYTES } from './session.ts'

export const SHARE_BYTES = 32
export const FILE_KEY_BYTES = 32
const HASH_BYTES = 32
/** kind u8 ‖ at u48 */
const DATA_HEADER_BYTES = 7
/** What one step can carry of the file. */
export const MAX_DATA_BYTES = MAX_BODY_BYTES - DATA_HEADER_BYTES

const FAILURES = ['failed', 'stopped', 'full', 'declined', 'occupied'] as const
/** Why one side ends it, as far as the other need know. */
export type MoveFailure = (typeof FAILURES)[number]

export type MoveStep =
  /** Old device: what its share will be. */
  | { readonly type: 'commit'; readonly hash: Bytes }
  /** New device, then old device: the share. */
  | { readonly type: 'share'; readonly share: Bytes }
  /** Old device: a person there said that the numbers are the same. `key`: of the file. */
  | { readonly type: 'begin'; readonly key: Bytes }
  /** Old device: a piece of the file, and where it belongs. */
  | { readonly type: 'data'; readonly at: number; readonly bytes: Bytes }
  /** New device: it has so much. */
  | { readonly type: 'taken'; readonly bytes: number }
  /** Old device: that was all. */
  | { readonly type: 'end'; readonly bytes: number }
  /** New device: everything is on its disk. */
  | { readonly type: 'kept' }
  /** Either: nothing comes of it. */
  | { readonly type: 'failed'; readonly why: MoveFailure }

const KINDS = { commit: 1, share: 2, begin: 3, data: 4, taken: 5, end: 6, kept: 7, failed: 8 } as const

/** kind u8 ‖ content. */
export function encodeMoveStep(step: MoveStep): Bytes {
  const writer = new Writer().u8(KINDS[step.type])
  switch (step.type) {
    case 'commit':
      return writer.put(step.hash).done()
    case 'share':
      return writer.put(step.share).done()
    case 'begin':
      return writer.put(step.key).done()
    case 'data':
      return writer.u48(step.at).put(step.bytes).done()
    case 'taken':
    case 'end':
      return writer.u48(step.bytes).done()
    case 'kept':
      return writer.done()
    case 'failed':
      return writer.u8(FAILURES.indexOf(step.why)).done()
  }
}

/** Throws 'malformed' on anything `encodeMoveStep` does not make. */
export function decodeMoveStep(body: Bytes): MoveStep {
  const reader = new Reader(body)
  const step = readStep(reader.u8(), reader)
  reader.end()
  return step
}

function readStep(kind: number, from: Reader): MoveStep {
  switch (kind) {
    case KINDS.commit:
      return { type: 'commit', hash: from.take(HASH_BYTES) }
    case KINDS.share:
      return { type: 'share', share: from.take(SHARE_BYTES) }
    case KINDS.begin:
      return { type: 'begin', key: from.take(FILE_KEY_BYTES) }
    case KINDS.data:
      return { type: 'data', at: from.u48(), bytes: someOf(from) }
    case KINDS.taken:
      return { type: 'taken', bytes: from.u48() }
    case KINDS.end:
      return { type: 'end', bytes: from.u48() }
    case KINDS.kept:
      return { type: 'kept' }
    case KINDS.failed:
      return { type: 'failed', why: failureOf(from.u8()) }
    default:
      throw new ProtocolError('malformed')
  }
}

function someOf(from: Reader): Bytes {
  if (from.left === 0) throw new ProtocolError('malformed')
  return from.rest()
}

function failureOf(code: number): MoveFailure {
  const why = FAILURES[code]
  if (why === undefined) throw new ProtocolError('malformed')
  return why
}

/** What the old device says of its share before it shows it. */
export function commitTo(share: Bytes): Bytes {
  return sha256(label('move-share'), share)
}

export function keepsTo(hash: Bytes, share: Bytes): boolean {
  return equal(hash, commitTo(share))
}

/** Eight digits that both devices show if nobody is between them. */
export function moveNumber(handshakeHash: Bytes, oldShare: Bytes, newShare: Bytes): string {
  const reader = new Reader(sha256(label('move-number'), concat(handshakeHash, oldShare, newShare)))
  return String(reader.u48() % 100_000_000).padStart(8, '0')
}
