/** What is said of ICE servers to a browser, and what it says of them. */
import type { IceServer } from '../chat/ports.ts'

/** RFC 8489 and 8656: unauthorized, forbidden, stale nonce, wrong credentials. */
export const PASSWORD_ERRORS: readonly number[] = [401, 403, 438, 441]

export function isTurn(url: string): boolean {
  return /^turns?:/i.test(url)
}

/** As the browser wants it; always with servers, also none. */
export function configurationOf(
  servers: readonly IceServer[],
  policy: RTCIceTransportPolicy = 'all',
): RTCConfiguration {
  return {
    iceServers: servers.map(({ urls, ...rest }) => ({ ...rest, urls: typeof urls === 'string' ? urls : [...urls] })),
    iceTransportPolicy: policy,
  }
}

/** False: no WebRTC here, or the browser throws at this configuration. */
export function canConstruct(configuration: RTCConfiguration): boolean {
  try {
    new RTCPeerConnection(configuration).close()
    return true
  } catch {
    return false
  }
}
