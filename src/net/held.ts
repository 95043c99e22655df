/**
 * What the one who answers by hand knows of the other side, held back until both are ready: minutes may lie between. Such a
 * channel has made an offer too, since an offer may wait for as long as people need; theirs is taken for the answer to it.
 */
type Signal =
  | { readonly type: 'answer'; readonly sdp: string }
  | {
      readonly type: 'candidate'
      readonly candidate: { readonly candidate: string; readonly sdpMid: '0'; readonly sdpMLineIndex: 0 }
    }

/**
 * Without their candidates Chromium and Safari have nothing to give up, and still hear who knocks: in one network no
 * `proceed` is needed. Firefox gives up on an answer that names nobody after five seconds.
 */
const waitsForKnocks = (): boolean => !/ Gecko\//.test(navigator.userAgent)

export class Held {
  readonly #signal: (signal: Signal) => void
  readonly #sdp: string
  #told = false

  constructor(offer: string, signal: (signal: Signal) => void) {
    this.#sdp = offer.replace('a=setup:actpass', 'a=setup:passive')
    this.#signal = signal
  }

  /** Our own offer is made. */
  offered(): void {
    if (waitsForKnocks()) this.#tell()
  }

  proceed(): void {
    this.#tell()
    for (const candidate of this.#sdp.match(/candidate:.*/g) ?? [])
      this.#signal({ type: 'candidate', candidate: { candidate, sdpMid: '0', sdpMLineIndex: 0 } })
  }

  #tell(): void {
    if (!this.#told) this.#signal({ type: 'answer', sdp: this.#sdp.replace(/a=candidate:.*\r\n/g, '') })
    this.#told = true
  }
}
