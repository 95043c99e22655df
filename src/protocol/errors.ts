/**
 * Why the protocol refused something. A closed set: programs branch on the code, people get a sentence elsewhere,
 * and the other side is told nothing. An error never carries a key, a plaintext or an attacker's bytes.
 */
export type ErrorCode =
  /** Bytes that do not follow the layout. Inside a session: an authenticated frame with nonsense in it; only that frame is lost. */
  | 'malformed'
  /** A format version other than ours: "update needed". */
  | 'version'
  /** A link or code that was cut or mistyped. */
  | 'checksum'
  /** A code that is not whole. */
  | 'cut'
  /** Over a limit, refused before any work. For session frames: not one of the exact frame sizes. */
  | 'too-large'
  /** An authentication tag did not match: forged, damaged, or sealed under another key. */
  | 'bad-tag'
  /** A public key that is not one: wrong length, non-canonical, of low order, or an ML-KEM key out of range. */
  | 'bad-key'
  /** The other side claims to be ourselves. */
  | 'self'
  /** A frame that was opened before, or whose key is gone. */
  | 'replay'
  /** A step taken twice or out of turn: a bug in the caller. */
  | 'state'
  /** More frames missing than the session will wait for. */
  | 'skipped'
  /** The session is used up. */
  | 'closed'

export class ProtocolError extends Error {
  readonly code: ErrorCode
  constructor(code: ErrorCode) {
    super(`protocol: ${code}`)
    this.name = 'ProtocolError'
    this.code = code
  }
}
