/** The part of simple-peer 9.11.1 that the wrapper uses. @types/simple-peer would pull all Node types into the page. */
declare module 'simple-peer' {
  export type SignalData =
    | { type: 'offer' | 'answer' | 'pranswer' | 'rollback'; sdp: string }
    | { type: 'candidate'; candidate: RTCIceCandidateInit }
    | { type: 'renegotiate'; renegotiate: true }
    | { type: 'transceiverRequest'; transceiverRequest: { kind: string; init?: RTCRtpTransceiverInit } }
  export interface Events {
    signal: [SignalData]
    connect: []
    data: [Uint8Array<ArrayBuffer> | string]
    close: []
    error: [Error & { code?: string }]
    iceStateChange: [RTCIceConnectionState, RTCIceGatheringState]
  }
  export default class Peer {
    constructor(options: {
      initiator: boolean
      /** Required here: without it simple-peer asks Google's and Twilio's STUN servers. */
      config: RTCConfiguration
      channelConfig?: RTCDataChannelInit
      channelName?: string
      trickle?: boolean
    })
    readonly connected: boolean
    readonly destroyed: boolean
    readonly destroying: boolean
    /** Private in simple-peer. */
    readonly _pc: RTCPeerConnection | null | undefined
    /** Private in simple-peer. */
    readonly _channel: RTCDataChannel | null
    on<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): this
    once<E extends keyof Events>(event: E, listener: (...args: Events[E]) => void): this
    removeAllListeners(event?: keyof Events): this
    signal(data: SignalData): void
    send(data: Uint8Array<ArrayBuffer>): void
    destroy(error?: Error): void
  }
}
