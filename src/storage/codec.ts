/** A row as bytes: its present version, and every one before it. */
import { Reader, Writer, type Bytes } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'

export interface Codec<T> {
  /** u16, sealed into each row. */
  readonly schema: number
  encode(row: T): Bytes
  /** Throws ProtocolError('malformed'). */
  decode(schema: number, bytes: Bytes): T
}

/** A codec that writes version `schema` and reads all from 1 on. `take` must read everything. */
export function codec<T>(
  put: (out: Writer, row: T) => void,
  take: (from: Reader, version: number) => T,
  schema = 1,
): Codec<T> {
  return {
    schema,
    encode(row) {
      const out = new Writer()
      put(out, row)
      return out.done()
    },
    decode(version, bytes) {
      if (version < 1 || version > schema) throw new ProtocolError('malformed')
      const from = new Reader(bytes)
      const row = take(from, version)
      from.end()
      return row
    },
  }
}
