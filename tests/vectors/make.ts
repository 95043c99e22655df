/**
 * Writes sotto-v1.json: our own answers, from fixed inputs. tests/protocol/vectors.test.ts regenerates and compares the file,
 * and checks each case as a stranger would, from the JSON alone.
 */
import { writeFileSync } from 'node:fs'
import { compare, concat, padTo, toBase64url, toHex, utf8 } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { dayKeys, encodeNotice, HELLO_ENTROPY_BYTES, sealEnvelope, sealHellos } from '../../src/protocol/envelope.ts'
import type { EnvelopeKind } from '../../src/protocol/envelope.ts'
import { exportKeys } from '../../src/protocol/exporter.ts'
import type { ErrorCode } from '../../src/protocol/errors.ts'
import { inviteFragment, inviteKeys, makeInvite } from '../../src/protocol/invite.ts'
import { pskId } from '../../src/protocol/handshake.ts'
import { asPsk, sha256, xSeal } from '../../src/protocol/primitives.ts'
import { boxContext, recoverPsk } from '../../src/protocol/topics.ts'
import { safetyNumber, safetyPayload } from '../../src/protocol/safety.ts'
import { alice, bob, bytesOf, flip, keyPairOf } from '../protocol/help.ts'
import { hex, secret } from './make-common.ts'
import type { Cases } from './make-common.ts'
import { handshakes, payloads } from './make-handshake.ts'
import { ratchets } from './make-ratchet.ts'
import { rekeys } from './make-rekey.ts'

// ── Invites ──

function invites(): Cases {
  const plain = { relayOnly: false, manual: false, expiresAt: 29_500_000, inviter: alice.public, secret, relays: [] }
  const full = { ...plain, relayOnly: true, manual: true, relays: ['wss://relay.example/path', 'ws://192.0.2.1:8080'] }
  const valid = [plain, full].map((fields) => {
    const { topic, keyI, keyR, psk } = inviteKeys(fields.secret)
    return {
      fields: { ...fields, inviter: toHex(fields.inviter), secret: toHex(fields.secret) },
      fragment: inviteFragment(makeInvite(fields)),
      ...hex({ topic, env_i: keyI, env_r: keyR, psk }),
    }
  })
  const summed = (body: Bytes): string => toBase64url(concat(body, sha256(utf8('sotto/1/inv-sum'), body).slice(0, 4)))
  const { bytes } = makeInvite(plain)
  const body = bytes.slice(0, -4)
  const rejected: [string, string, ErrorCode][] = [
    ['empty', '', 'malformed'],
    ['padding', `${toBase64url(bytes)}=`, 'malformed'],
    ['another alphabet', toBase64url(bytes).replace(/.$/, '+'), 'malformed'],
    ['cut', toBase64url(bytes.slice(0, 60)), 'checksum'],
    ['one bit of the secret changed', toBase64url(flip(bytes, 40)), 'checksum'],
    ['version 2', toBase64url(flip(bytes, 0, 3)), 'version'],
    ['unknown flag', summed(flip(body, 1, 4)), 'malformed'],
    ['identity with the high bit set', summed(flip(body, 37, 0x80)), 'malformed'],
    [
      'identity not canonical',
      summed(concat(body.slice(0, 6), new Uint8Array(31).fill(0xff), Uint8Array.of(0x7f), body.slice(38))),
      'malformed',
    ],
    ['a relay is announced but missing', summed(flip(body, 70)), 'malformed'],
    ['bytes after the end', summed(concat(body, Uint8Array.of(0))), 'malformed'],
    ['too long', 'A'.repeat(789), 'too-large'],
  ]
  return [...valid, ...rejected.map(([why, fragment, reject]) => ({ why, fragment, reject }))]
}

// ── Envelopes ──

const keys = inviteKeys(secret)
const keysHex = hex({ topic: keys.topic, env_i: keys.keyI, env_r: keys.keyR })
const boxNonce = bytesOf('vector envelope nonce', 24)

function envelopes(): Cases {
  const cases: ['i' | 'r', EnvelopeKind, Bytes][] = [
    ['i', 'hs1', bytesOf('vector body', 40)],
    ['r', 'hs2', bytesOf('vector body', 1853)],
    ['r', 'notice', encodeNotice('withdrawn')],
    ['r', 'psk-unknown', bytesOf('vector body', 24)],
  ]
  const sealed = (dir: 'i' | 'r', kind: EnvelopeKind, body: Bytes): Bytes =>
    sealEnvelope(keys, dir, kind, body, boxNonce)
  const valid = cases.map(([dir, kind, body]) => ({
    ...keysHex,
    dir,
    kind,
    body: toHex(body),
    nonce: toHex(boxNonce),
    content: toHex(sealed(dir, kind, body)),
  }))
  const good = sealed('i', 'hs1', bytesOf('vector body', 40))
  const rejected: [string, 'i' | 'r', Bytes, ErrorCode][] = [
    ['the other direction', 'r', good, 'bad-tag'],
    ['one bit changed', 'i', flip(good, 1000), 'bad-tag'],
    ['another version byte', 'i', flip(good, 0), 'malformed'],
    ['cut by one', 'i', good.slice(0, -1), 'malformed'],
    ['too long', 'i', new Uint8Array(3434), 'too-large'],
  ]
  // What only somebody with the key can seal: authentic, and still refused.
  const inside = (...content: number[]): Bytes =>
    concat(
      Uint8Array.of(1),
      boxNonce,
      xSeal(keys.keyI, boxNonce, padTo(Uint8Array.from(content), 1856), boxContext('env', keys.topic, 'i')),
    )
  rejected.push(
    ['a kind that is none', 'i', inside(3, 0, 0), 'malformed'],
    ['length beyond the end', 'i', inside(1, 0xff, 0xff), 'malformed'],
    ['something in the padding', 'i', inside(1, 0, 1, 9, 7), 'malformed'],
  )
  return [
    ...valid,
    ...rejected.map(([why, dir, content, reject]) => ({ why, ...keysHex, dir, content: toHex(content), reject })),
  ]
}

function hellos(): Cases {
  const slots = (['i', 'r'] as const).map((dir, i) => ({
    keys: dayKeys(bytesOf(`vector pair root ${i}`, 32), 20_500),
    dir,
    nonce: bytesOf(`vector hello ${i}`, 16),
  }))
  const entropy = bytesOf('vector hello entropy', HELLO_ENTROPY_BYTES)
  const { topics, content } = sealHellos(slots, entropy)
  const [first] = slots as [(typeof slots)[0]]
  const index = topics.findIndex((topic) => compare(topic, first.keys.topic) === 0)
  const box = (flags: number): Bytes =>
    xSeal(
      first.keys.keyI,
      entropy.slice(0, 24),
      padTo(Uint8Array.of(flags), 24),
      boxContext('hello', first.keys.topic, 'i'),
    )
  const alone = (slot: Bytes): Bytes => concat(entropy.slice(0, 24), slot, new Uint8Array(120))
  const rejected: [string, number, Bytes, ErrorCode][] = [
    ['the slot of another topic', (index + 1) % 4, content, 'bad-tag'],
    ['one bit changed', index, flip(content, 24 + 40 * index), 'bad-tag'],
    ['cut by one', index, content.slice(0, -1), 'malformed'],
    ['a slot beyond the end', 4, content, 'malformed'],
    ["the responder's flag from the initiator", 0, alone(box(1)), 'malformed'],
    ['an unknown flag', 0, alone(box(2)), 'malformed'],
  ]
  const keysOfFirst = hex({ topic: first.keys.topic, env_i: first.keys.keyI, env_r: first.keys.keyR })
  return [
    ...rejected.map(([why, at, bytes, reject]) => ({
      why,
      ...keysOfFirst,
      dir: 'i',
      index: at,
      content: toHex(bytes),
      reject,
    })),
    {
      slots: slots.map(({ keys: k, dir, nonce: hello }, i) => ({
        pair_root: toHex(bytesOf(`vector pair root ${i}`, 32)),
        day: 20_500,
        ...hex({ topic: k.topic, env_i: k.keyI, env_r: k.keyR }),
        dir,
        nonce: toHex(hello),
      })),
      entropy: toHex(entropy),
      topics: topics.map(toHex),
      content: toHex(content),
    },
  ]
}

// ── Exports, safety numbers ──

function exportCases(): Cases {
  return ([1, 2, 3] as const).map((mode) => {
    const [hash, kI2r, kR2i] = ['h', 'k1', 'k2'].map((name) => bytesOf(`vector ${name}`, 32)) as [Bytes, Bytes, Bytes]
    const { sessionId, ratchet, pairRoot, pairId: id, pskNext, pskRekey } = exportKeys(hash, kI2r, kR2i, mode)
    return {
      ...hex({ handshake_hash: hash, k_i2r: kI2r, k_r2i: kR2i }),
      mode,
      ...hex({ session_id: sessionId, dr_root: ratchet.root, dr_hk_i: ratchet.headerI, dr_nhk_r: ratchet.nextHeaderR }),
      ...(pairRoot && id ? hex({ pair_root: pairRoot, pair_id: id }) : {}),
      ...hex({ psk_next: pskNext, psk_rekey: pskRekey }),
    }
  })
}

/** What a pair keeps: the name of a secret, and the secret of last resort. */
function pairs(): Cases {
  const [root, psk] = [bytesOf('vector pair root', 32), asPsk(bytesOf('vector pair psk', 32))]
  return [{ ...hex({ psk, psk_id: pskId(psk) }) }, { ...hex({ pair_root: root, psk_recover: recoverPsk(root) }) }]
}

function safety(): Cases {
  const [mine, theirs] = [alice.public, bob.public]
  const carol = keyPairOf('carol').public
  const shown = safetyPayload(theirs, mine)
  const compared: [string, Bytes][] = [
    ['match', shown],
    ['mismatch', safetyPayload(carol, mine)],
    ['mismatch', safetyPayload(theirs, carol)],
    ['own-code', safetyPayload(mine, theirs)],
    ['other-version', concat(utf8('SOTTO1'), Uint8Array.of(2), new Uint8Array(10))],
    ['unreadable', shown.slice(0, -1)],
    ['unreadable', utf8('https://example.org/')],
  ]
  const pair = hex({ mine, theirs })
  return [
    { ...pair, digits: safetyNumber(mine, theirs), payload: toHex(safetyPayload(mine, theirs)) },
    ...compared.map(([result, payload]) => ({ ...pair, scanned: toHex(payload), result })),
  ]
}

// ── Together ──

export function makeVectors(): string {
  const all = {
    protocol: 'sotto/1',
    invites: invites(),
    envelopes: envelopes(),
    hellos: hellos(),
    payloads: payloads(),
    handshakes: handshakes(),
    exports: exportCases(),
    pairs: pairs(),
    ratchet: ratchets(),
    rekey: rekeys(),
    safety: safety(),
  }
  return `${JSON.stringify(all, undefined, 1)}\n`
}

// As a script: node src/host/run.mjs tests/vectors/make.ts
if (process.argv[1]?.endsWith('vectors/make.ts')) writeFileSync('tests/vectors/sotto-v1.json', makeVectors())
