/** One handshake, both sides; and the operations of its pattern alone, by the same library. */
import type { Bytes } from '../../../../src/protocol/bytes.ts'
import type { RtcDescription } from '../../../../src/protocol/description.ts'
import {
  finish,
  initiate,
  INITIATE_ENTROPY_BYTES,
  receive,
  respond,
  RESPOND_ENTROPY_BYTES,
} from '../../../../src/protocol/handshake.ts'
import type { Established, KeyPair } from '../../../../src/protocol/handshake.ts'
import {
  asPsk,
  asSecretKey,
  dh,
  kemDecapsulate,
  kemEncapsulate,
  kemKeygen,
  KEM_SEED_BYTES,
  publicKey,
} from '../../../../src/protocol/primitives.ts'

export type Pair = { readonly inviter: KeyPair; readonly joiner: KeyPair; readonly invite: Bytes; readonly psk: Bytes }
export type Sessions = { readonly initiator: Established; readonly responder: Established }

export const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

export function newPair(): Pair {
  return { inviter: newKeys(), joiner: newKeys(), invite: random(75), psk: random(32) }
}

function newKeys(): KeyPair {
  const secret = asSecretKey(random(32))
  return { secret, public: publicKey(secret) }
}

/** As the app does it for an invite: from the first key to a session on either side. */
export function shakeHands({ inviter, joiner, invite, psk: key }: Pair): Sessions {
  const context = { mode: 'invite', invite, nonce: new Uint8Array(16) } as const
  const psk = asPsk(key)
  const says = { name: 'Somebody', caps: 0, description: DESCRIPTION }
  const entropy = random(INITIATE_ENTROPY_BYTES)
  const { message, waiting } = initiate({ context, psk, me: joiner, them: inviter.public, payload: says, entropy })
  const received = receive({ context, psk, me: inviter, message })
  const reply = respond(received, { ...says, status: 'ok' }, random(RESPOND_ENTROPY_BYTES))
  const done = finish(waiting, reply.message)
  if (!reply.established || !done.established) throw new Error('the handshake has failed')
  return { initiator: done.established, responder: reply.established }
}

/**
 * `-> psk, e, es, e1, s, ss` and `<- e, ee, ekem1, se`: an ephemeral X25519 key and four Diffie-Hellman on either side,
 * one ML-KEM key, one encapsulation, one decapsulation.
 */
export function operationsAlone({ inviter, joiner }: Pair): void {
  const [ours, theirs] = [newKeys(), newKeys()]
  const kem = kemKeygen(random(KEM_SEED_BYTES))
  dh(ours.secret, inviter.public) // es
  dh(joiner.secret, inviter.public) // ss
  dh(inviter.secret, ours.public) // es
  dh(inviter.secret, joiner.public) // ss
  dh(theirs.secret, ours.public) // ee
  const { ciphertext, shared } = kemEncapsulate(kem.public, random(32))
  dh(theirs.secret, joiner.public) // se
  dh(ours.secret, theirs.public) // ee
  const opened = kemDecapsulate(ciphertext, kem.secret)
  dh(joiner.secret, theirs.public) // se
  if (opened[0] !== shared[0]) throw new Error('the secrets differ')
}

/** What Chromium offers on one network: an mDNS name and an address. */
const DESCRIPTION: RtcDescription = {
  setup: 'actpass',
  ufrag: 'abcd',
  pwd: 'abcdefghijklmnopqrstuvwx',
  fingerprint: random(32),
  sctpPort: 5000,
  maxMessageSize: 262_144,
  candidates: [
    { type: 'host', address: { kind: 'mdns', bytes: random(16) }, port: 40_000, priority: 2_113_937_151 },
    {
      type: 'srflx',
      address: { kind: 'ipv4', bytes: new Uint8Array([192, 0, 2, 1]) },
      port: 40_000,
      priority: 1_677_729_535,
    },
  ],
}
