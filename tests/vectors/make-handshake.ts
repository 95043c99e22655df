/** The handshake part of sotto-v1.json: messages, payloads, and what must be refused. */
import { concat, fromHex, toHex, utf8, Writer } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'
import { PATTERN, pskId } from '../../src/protocol/handshake.ts'
import { inviteKeys } from '../../src/protocol/invite.ts'
import { HandshakeState } from '../../src/protocol/noise.ts'
import { encodePayload, encodeReply } from '../../src/protocol/payload.ts'
import type { Payload, Reply } from '../../src/protocol/payload.ts'
import { sha256 } from '../../src/protocol/primitives.ts'
import { alice, bob, bytesOf, flip, keyPairOf } from '../protocol/help.ts'
import { hex, invite, secret } from './make-common.ts'
import type { Cases, Json } from './make-common.ts'

const nonce = bytesOf('vector hello nonce', 16)
const pairId = bytesOf('vector pair id', 32)
const keys = inviteKeys(secret)

const bobs: Payload = {
  name: 'Bob',
  caps: 1,
  description: {
    setup: 'actpass',
    ufrag: 'wXyZ',
    pwd: 'abcdefghijklmnopqrstuvwx',
    fingerprint: bytesOf('vector fingerprint', 32),
    sctpPort: 5000,
    maxMessageSize: 262_144,
    candidates: [
      {
        type: 'relay',
        address: { kind: 'ipv4', bytes: Uint8Array.of(198, 51, 100, 7) },
        port: 50_000,
        priority: 41_885_439,
      },
      {
        type: 'srflx',
        address: { kind: 'ipv4', bytes: Uint8Array.of(203, 0, 113, 5) },
        port: 40_000,
        priority: 1_677_729_535,
      },
      {
        type: 'host',
        address: { kind: 'mdns', bytes: bytesOf('vector uuid', 16) },
        port: 50_001,
        priority: 2_122_260_223,
      },
    ],
  },
}

const drawn = {
  e: keyPairOf('vector initiator ephemeral'),
  kemSeed: bytesOf('vector ML-KEM seed', 64),
  re: keyPairOf('vector responder ephemeral'),
  kemRandom: bytesOf('vector ML-KEM m', 32),
  ratchet: keyPairOf('vector responder ratchet'),
}

const agreedOn = { 1: invite.bytes, 2: pairId, 3: bytesOf('vector session id', 16) } as const
const EPOCH = 7

function handshake(
  mode: 1 | 2 | 3,
  reply: Reply,
): Record<string, Json> & { message1: string; message2: string; hs1: string } {
  const agreed = agreedOn[mode]
  const last = mode === 3 ? new Writer().u32(EPOCH).done() : nonce
  const prologue = concat(utf8('sotto/1/hs'), Uint8Array.of(mode), sha256(agreed, last))
  const common = { pattern: PATTERN, prologue, psks: [keys.psk] }
  const initiator = new HandshakeState({ ...common, initiator: true, s: bob, rs: alice.public })
  const responder = new HandshakeState({ ...common, initiator: false, s: alice })
  const payload1 = encodePayload(bobs)
  const payload2 = encodeReply(reply.status === 'ok' ? { ...reply, ratchet: drawn.ratchet.public } : reply)
  const message1 = initiator.writeMessage(payload1, { e: drawn.e, kemSeed: drawn.kemSeed })
  responder.readMessage(message1)
  const message2 = responder.writeMessage(payload2, { e: drawn.re, kemRandom: drawn.kemRandom })
  const [i2r, r2i] = responder.split()
  return {
    mode,
    protocol_name: PATTERN.protocolName,
    context: toHex(agreed),
    ...(mode === 3 ? { epoch: EPOCH } : { responder_nonce: toHex(nonce) }),
    ...hex({
      prologue,
      psk: keys.psk,
      resp_static: alice.secret,
      init_static: bob.secret,
      init_ephemeral: drawn.e.secret,
      resp_ephemeral: drawn.re.secret,
      mlkem_keygen_seed_d_z: drawn.kemSeed,
      mlkem_encaps_m: drawn.kemRandom,
      resp_ratchet: drawn.ratchet.secret,
      payload1,
      payload2,
    }),
    message1: toHex(message1),
    /** As sent: in mode 2 the psk id comes first. */
    hs1: toHex(mode === 2 ? concat(pskId(keys.psk), message1) : message1),
    message2: toHex(message2),
    ...hex({ handshake_hash: responder.handshakeHash, k_i2r: i2r.key!, k_r2i: r2i.key! }),
  }
}

type Made = ReturnType<typeof handshake>

export function handshakes(): Cases {
  const ok: Reply = { status: 'ok', name: 'Alice', caps: 3 }
  const valid = [handshake(1, ok), handshake(2, ok), handshake(1, { status: 'used' }), handshake(3, ok)]
  const [first, second, , third] = valid as [Made, Made, Made, Made]
  const at = (text: string, byte: number): string => toHex(flip(fromHex(text), byte))
  const rejected: [string, 'hs1' | 'message2', string, Json, ErrorCode][] = [
    ['first byte of e changed', 'hs1', at(first.hs1, 0), 1, 'bad-tag'],
    ['e1 changed', 'hs1', at(first.hs1, 700), 1, 'bad-tag'],
    ['s changed', 'hs1', at(first.hs1, 1250), 1, 'bad-tag'],
    ['payload changed', 'hs1', at(first.hs1, 1500), 1, 'bad-tag'],
    ['cut by one', 'hs1', first.hs1.slice(0, -2), 1, 'malformed'],
    ['without the psk id', 'hs1', second.message1, 2, 'malformed'],
    ['another psk id', 'hs1', at(second.hs1, 0), 2, 'bad-tag'],
    ['e changed', 'message2', at(first.message2, 5), 1, 'bad-tag'],
    ['ekem1 changed', 'message2', at(first.message2, 600), 1, 'bad-tag'],
    ['payload changed', 'message2', at(first.message2, 1300), 1, 'bad-tag'],
    ['one byte more', 'message2', `${first.message2}00`, 1, 'malformed'],
    ["of the pair's other mode", 'message2', second.message2, 1, 'bad-tag'],
    ['of the invite', 'hs1', first.hs1, 3, 'bad-tag'],
    ['an answer changed', 'message2', at(third.message2, 700), 3, 'bad-tag'],
  ]
  return [
    ...valid,
    // Everything else as in the valid case of the same mode.
    ...rejected.map(([why, name, message, mode, reject]) => ({ why, mode, [name]: message, reject })),
  ]
}

export function payloads(): Cases {
  const good = encodePayload({ name: 'B', caps: 1 })
  const described = encodePayload(bobs)
  const write = (offset: number, ...bytes: number[]): Bytes => {
    const out = good.slice()
    out.set(bytes, offset)
    return out
  }
  const rejected: [string, Bytes][] = [
    ['nothing in it', new Uint8Array(512)],
    ['another size', new Uint8Array(511)],
    ['a field twice', write(11, 1, 0, 0)],
    ['unknown field below 0x80', write(11, 6, 0, 0)],
    ['length beyond the end', write(11, 0x80, 2, 0)],
    ['something in the padding', write(400, 1)],
    ['a name that is no UTF-8', write(3, 0xff)],
  ]
  const { description, ...rest } = bobs
  return [
    { fields: { name: 'B', caps: 1 }, bytes: toHex(good) },
    { why: 'a field to ignore', fields: { name: 'B', caps: 1 }, bytes: toHex(write(11, 0x80, 0, 1, 7)) },
    {
      fields: { ...rest, description: JSON.parse(JSON.stringify(description, hexed)) as Json },
      bytes: toHex(described),
    },
    ...rejected.map(([why, bytes]) => ({ why, bytes: toHex(bytes), reject: 'malformed' })),
  ]
}

function hexed(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? toHex(value) : value
}
