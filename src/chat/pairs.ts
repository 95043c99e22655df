/**
 * The pair secrets of one contact. Usually one. There are more while an invite is unconfirmed, or when somebody known joins by
 * another link: then both sides keep what the other may still use, and only what a confirmed session ran on is certain.
 *
 * Rules (`tests/models`, `tests/simulation`): a new pair is added, never put in place of the others; a session that ran on
 * a pair of ours keeps it and all founded after it; the ACK of an invite's session leaves that pair alone, since the
 * other side's CONFIRM is on disk.
 */
import { equal } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import type { Psk } from '../protocol/primitives.ts'
import { MAX_CANDIDATES } from './limits.ts'
import type { Contact, Pair } from './ports.ts'

/** The contact's pairs and a founded one. The pair that the last confirmed session ran on is the first, and stays. */
export function withFounded({ confirmed, pairs }: Contact, founded: Pair): readonly Pair[] {
  const kept = confirmed ? pairs.slice(0, 1) : []
  const others = [...pairs.slice(kept.length), founded]
  return [...kept, ...others.slice(-(MAX_CANDIDATES - kept.length))]
}

/** After a session that ran on `ran`: it, with its secrets as they are now, and every pair founded after it. */
export function withRolled(pairs: readonly Pair[], ran: Pair, psks: readonly Bytes[]): readonly Pair[] {
  const at = pairs.findIndex((pair) => equal(pair.id, ran.id))
  return [{ ...ran, psks }, ...pairs.slice(at + 1)]
}

/** The responder's two: what the session ran under and its next one; but the secret of last resort never becomes an ordinary one. */
export function responderPsks(pair: Pair, ran: Psk, next: Psk): readonly Bytes[] {
  return pair.psks.some((psk) => equal(psk, ran)) ? [ran, next] : [next]
}
