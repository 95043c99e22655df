/** Tries one relay, or one STUN or TURN server, and says what came of it. Nothing of a person is told to it but the address. */
import type { Check, CheckFailure, Clock, IceServer, Random } from '../chat/ports.ts'
import { toHex } from '../protocol/bytes.ts'
import { canConstruct, isTurn, PASSWORD_ERRORS } from './ice.ts'
import { request } from './rendezvous/subscriptions.ts'
import { parseRelayMessage } from './schema.ts'

/** A TURN server over TCP on a bad line needs some seconds; longer than that is of no use in a chat either. */
const PATIENCE_MS = 10_000
/** Of a relay's text, before it is parsed. */
const MAX_TEXT = 16 * 1024
type Of<T> = T extends { readonly id: string } ? Omit<T, 'id'> : never
export type Outcome = Of<Extract<Check, { readonly state: 'answered' | 'failed' }>>

const failed = (why: CheckFailure): Outcome => ({ state: 'failed', why })

/** Asks for a random topic, as if nobody were there: a relay must answer that with EOSE. */
export function probeRelay(
  url: string,
  { clock, random }: { readonly clock: Clock; readonly random: Random },
): Promise<Outcome> {
  const began = clock.now()
  return new Promise((resolve) => {
    const socket = open(url)
    if (!socket) return resolve(failed('unreachable'))
    let isOpen = false
    const end = (outcome: Outcome): void => {
      cancel()
      socket.close()
      resolve(outcome)
    }
    const cancel = clock.after(PATIENCE_MS, () => end(failed(isOpen ? 'silent' : 'unreachable')))
    socket.onopen = () => {
      isOpen = true
      socket.send(request('probe', [toHex(random(32))], 1))
    }
    socket.onmessage = ({ data }) => {
      if (typeof data !== 'string' || data.length > MAX_TEXT) return
      const [kind] = parseRelayMessage(data) ?? []
      if (kind === 'EOSE') end({ state: 'answered', ms: clock.now() - began })
      else if (kind === 'CLOSED') end(failed('refused'))
    }
    socket.onclose = () => end(failed(isOpen ? 'refused' : 'unreachable'))
  })
}

/** Undefined where the browser refuses: a page that came by https may not use ws://. */
function open(url: string): WebSocket | undefined {
  try {
    return new WebSocket(url)
  } catch {
    return undefined
  }
}

/**
 * Gathers with this server alone. STUN answers with our own address, which a browser leaves out when it knows it already:
 * then the end of gathering without an error is the answer, if there was a network to ask from.
 */
export async function probeIce(server: IceServer, { clock }: { readonly clock: Clock }): Promise<Outcome> {
  const url = String(server.urls)
  const wanted = isTurn(url) ? 'relay' : 'srflx'
  let pc: RTCPeerConnection
  try {
    pc = new RTCPeerConnection({
      iceServers: [{ ...server, urls: url }],
      iceTransportPolicy: wanted === 'relay' ? 'relay' : 'all',
    })
  } catch {
    return failed(canConstruct({}) ? 'unusable' : 'no-webrtc')
  }
  try {
    return await gather(pc, wanted, clock)
  } finally {
    pc.close()
  }
}

function gather(pc: RTCPeerConnection, wanted: string, clock: Clock): Promise<Outcome> {
  const began = clock.now()
  const tellsErrors = 'onicecandidateerror' in pc
  let why: CheckFailure | undefined
  let hasHost = false
  return new Promise((resolve) => {
    const end = (outcome: Outcome): void => {
      cancel()
      resolve(outcome)
    }
    const answered = (): void => end({ state: 'answered', ms: clock.now() - began })
    const cancel = clock.after(PATIENCE_MS, () => end(failed(why ?? 'unreachable')))
    pc.onicecandidateerror = ({ errorCode }) => {
      why = PASSWORD_ERRORS.includes(errorCode) ? 'password' : (why ?? 'unreachable')
    }
    pc.onicecandidate = ({ candidate }) => {
      hasHost ||= candidate?.type === 'host'
      if (candidate?.type === wanted) answered()
      else if (!candidate && wanted === 'srflx' && hasHost && tellsErrors && why === undefined) answered()
      else if (!candidate) end(failed(why ?? 'unreachable'))
    }
    pc.createDataChannel('probe')
    pc.setLocalDescription().catch(() => end(failed('no-webrtc')))
  })
}
