/**
 * Decides when enough ICE candidates are known to describe ourselves. There is one description and no later additions:
 * a second message through a relay would cost more than the last candidates are worth.
 */
import type { Clock, PeerOptions } from '../chat/ports.ts'

/** Interfaces answer within a few milliseconds of each other; waiting for the end of gathering costs about 90 ms more. */
const QUIET_MS = 20
/** On a busy device the TURN server may answer first; without a public address of one's own only its way would be tried. */
const RELAY_FIRST_MS = 200
/** An unreachable STUN server keeps Chromium gathering for more than 20 s. */
const CAP_MS = 800
const PATIENT_CAP_MS = 2_500
/** Relay-only never falls back, so it may take its time; a TURN server over TCP on a bad line needs it. */
const RELAY_ONLY_CAP_MS = 10_000

export type Outcome = 'enough' | 'no-relay'

export class Gathering {
  readonly #options: PeerOptions
  readonly #clock: Clock
  readonly #done: (outcome: Outcome) => void
  readonly #wanted: 'relay' | 'srflx' | 'host'
  readonly #seen = new Set<string>()
  #started = false
  #over = false
  #cancelCap = (): void => {}
  #cancelQuiet = (): void => {}

  /** `done` is called once, never before `started`. */
  constructor(options: PeerOptions, clock: Clock, done: (outcome: Outcome) => void) {
    this.#options = options
    this.#clock = clock
    this.#done = done
    this.#wanted = options.relayOnly ? 'relay' : bestType(options)
  }

  /** The browser has its local description and gathers. */
  started(): void {
    if (this.#started || this.#over) return
    this.#started = true
    const { relayOnly, patient } = this.#options
    const capMs = relayOnly ? RELAY_ONLY_CAP_MS : patient ? PATIENT_CAP_MS : CAP_MS
    this.#cancelCap = this.#clock.after(capMs, () => this.#finish())
    this.#consider()
  }

  /** A new candidate, as the browser prints it; empty for the end. */
  candidate(line: string): void {
    const type = / typ (host|srflx|prflx|relay)/.exec(line)?.[1]
    if (type === undefined || this.#over) return
    this.#seen.add(type)
    this.#consider()
  }

  complete(): void {
    if (this.#started) this.#finish()
  }

  stop(): void {
    this.#over = true
    this.#cancelCap()
    this.#cancelQuiet()
  }

  #consider(): void {
    if (!this.#started || !this.#seen.has(this.#wanted)) return
    if (this.#options.relayOnly) return this.#finish()
    if (this.#options.patient) return
    this.#cancelQuiet()
    const quietMs = this.#wanted === 'relay' && !this.#seen.has('srflx') ? RELAY_FIRST_MS : QUIET_MS
    this.#cancelQuiet = this.#clock.after(quietMs, () => this.#finish())
  }

  #finish(): void {
    if (this.#over) return
    this.stop()
    this.#done(this.#options.relayOnly && !this.#seen.has('relay') ? 'no-relay' : 'enough')
  }
}

/** The last kind of candidate worth waiting for: with only STUN configured a relay candidate will never come. */
function bestType({ iceServers }: PeerOptions): 'relay' | 'srflx' | 'host' {
  const urls = iceServers.flatMap((server) => server.urls)
  if (urls.some((url) => /^turns?:/i.test(url))) return 'relay'
  return urls.length > 0 ? 'srflx' : 'host'
}
