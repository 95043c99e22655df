/** Relays as links and handshakes name them: count u8 ‖ for each its length u8 ‖ its URL. */
import { fromUtf8, utf8 } from './bytes.ts'
import type { Reader, Writer } from './bytes.ts'
import { ProtocolError } from './errors.ts'

/** A link must stay short enough to paste, and names other relays only in a pinch. */
export const MAX_NAMED_RELAYS = 4
export const MAX_RELAY_URL_BYTES = 128

/** Whether a link or a handshake can name it. Whether it is a usable URL shows when it is used. */
export function canBeNamed(url: string): boolean {
  return url.length <= MAX_RELAY_URL_BYTES && /^wss?:\/\/[!-~]+$/.test(url)
}

/** Throws 'too-large' on too many or a too long one, 'malformed' on one that is no ws(s) URL in printable ASCII. */
export function putRelays(writer: Writer, relays: readonly string[]): Writer {
  if (relays.length > MAX_NAMED_RELAYS) throw new ProtocolError('too-large')
  writer.u8(relays.length)
  for (const relay of relays) {
    if (!canBeNamed(relay)) throw new ProtocolError(relay.length > MAX_RELAY_URL_BYTES ? 'too-large' : 'malformed')
    const url = utf8(relay)
    writer.u8(url.length).put(url)
  }
  return writer
}

/** Throws 'malformed'. */
export function takeRelays(reader: Reader): readonly string[] {
  const count = reader.u8()
  if (count > MAX_NAMED_RELAYS) throw new ProtocolError('malformed')
  return Array.from({ length: count }, () => {
    const url = fromUtf8(reader.take(reader.u8()))
    if (!canBeNamed(url)) throw new ProtocolError('malformed')
    return url
  })
}
