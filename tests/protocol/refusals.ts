/**
 * Every function of the protocol that can refuse something, made to refuse while it holds bytes that are known. By the names
 * of the functions; what is refused comes after a colon.
 */
import * as b from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { encodeCode, parseCode } from '../../src/protocol/by-hand.ts'
import { decodeCall, encodeCall } from '../../src/protocol/call.ts'
import { decodeDescription, encodeDescription } from '../../src/protocol/description.ts'
import * as envelope from '../../src/protocol/envelope.ts'
import { decodeFrame, encodeFrame } from '../../src/protocol/frame.ts'
import * as handshake from '../../src/protocol/handshake.ts'
import * as invite from '../../src/protocol/invite.ts'
import { decodeMessage, encodeMessage } from '../../src/protocol/message.ts'
import { decodeMoveStep, encodeMoveStep } from '../../src/protocol/move.ts'
import { HandshakeState } from '../../src/protocol/noise.ts'
import { decodeNumbered } from '../../src/protocol/numbered.ts'
import * as payload from '../../src/protocol/payload.ts'
import * as p from '../../src/protocol/primitives.ts'
import type { Psk, SecretKey } from '../../src/protocol/primitives.ts'
import * as ratchet from '../../src/protocol/ratchet.ts'
import * as boxes from '../../src/protocol/ratchet-boxes.ts'
import * as rekey from '../../src/protocol/rekey.ts'
import * as relayList from '../../src/protocol/relay-list.ts'
import { Session } from '../../src/protocol/session.ts'
import { CipherState, SymmetricState } from '../../src/protocol/symmetric.ts'
import { dayKeys } from '../../src/protocol/topics.ts'
import type { Known } from '../needles.ts'
import { bytesOf, flip, LOW_ORDER } from './help.ts'
import { pairOf } from './replay.ts'

/** What is in the hands of the functions when they refuse. */
export const held: Known[] = []

function hold(name: string, length = 32): Bytes {
  const bytes = bytesOf(`refused ${name}`, length)
  held.push({ name, bytes: bytes.slice(0, 256) })
  return bytes
}

type Refusals = Readonly<Record<string, () => unknown>>

const [me, them] = [pairOf(hold('identity')), pairOf(hold('other identity'))]
const psk = hold('psk') as Psk
const short = hold('cut key', 31)
const text = 'Tamarind and vermouth'
held.push({ name: 'text', bytes: b.utf8(text) })
const none = new Uint8Array(0)
const low = LOW_ORDER[0]!

const bytes: Refusals = {
  Reader: () => new b.Reader(hold('read')).take(33),
  'Reader: end': () => new b.Reader(hold('read further')).end(),
  Writer: () => new b.Writer().put(hold('written')).u8(256),
  fromHex: () => b.fromHex(`${b.toHex(hold('hex'))}g`),
  fromBase64url: () => b.fromBase64url(`${b.toBase64url(hold('base64url'))}=`),
  fromBase64: () => b.fromBase64(`${b.toBase64(hold('base64'))}!`),
  utf8: () => b.utf8(`${text}\uD800`),
  fromUtf8: () => b.fromUtf8(b.concat(b.utf8(text), Uint8Array.of(0xff))),
}

const primitives: Refusals = {
  asSecretKey: () => p.asSecretKey(short),
  asPsk: () => p.asPsk(short),
  asBoxKey: () => p.asBoxKey(short),
  asPublicKey: () => p.asPublicKey(b.concat(short, Uint8Array.of(0xff))),
  publicKey: () => p.publicKey(short as SecretKey),
  dh: () => p.dh(me.secret, low),
  'dh: a cut key': () => p.dh(short as SecretKey, them.public),
  kemKeygen: () => p.kemKeygen(hold('cut seed', 63)),
  checkKemPublic: () => p.checkKemPublic(hold('no KEM key', p.KEM_PUBLIC_BYTES)),
  kemEncapsulate: () => p.kemEncapsulate(hold('no KEM key either', p.KEM_PUBLIC_BYTES), hold('randomness')),
  kemDecapsulate: () => p.kemDecapsulate(new Uint8Array(p.KEM_CIPHERTEXT_BYTES), hold('cut KEM secret', 2399)),
  hkdfExpand: () => p.hkdfExpand(hold('PRK'), none, 8161),
  aeadSeal: () => p.aeadSeal(short, new Uint8Array(12), b.utf8(text), none),
  aeadOpen: () => p.aeadOpen(hold('AEAD key'), new Uint8Array(12), hold('no box', 48), none),
  xSeal: () => p.xSeal(short, new Uint8Array(24), b.utf8(text), none),
  xOpen: () => p.xOpen(hold('box key'), new Uint8Array(24), hold('no box either', 48), none),
  schnorrPublicKey: () => p.schnorrPublicKey(short),
  schnorrSign: () => p.schnorrSign(hold('digest'), short, hold('aux')),
  warmUp: () => p.warmUp(hold('cut entropy', 63), 0),
}

const keys = () => invite.inviteKeys(hold('link secret'))
const slot = (nonce: Bytes) => ({ keys: keys(), dir: 'i', nonce }) as const
const linked = () => ({
  relayOnly: false,
  manual: false,
  expiresAt: 1,
  inviter: them.public,
  secret: hold('L'),
  relays: [],
})
const link = () => invite.inviteFragment(invite.makeInvite(linked()))

const meeting: Refusals = {
  makeInvite: () => invite.makeInvite({ ...linked(), secret: short }),
  'putRelays: a relay': () => relayList.putRelays(new b.Writer(), [`http://${text}`]),
  'putRelays: many': () =>
    relayList.putRelays(
      new b.Writer(),
      Array.from({ length: 5 }, () => `wss://${text}`),
    ),
  'takeRelays: many': () => relayList.takeRelays(new b.Reader(Uint8Array.of(5))),
  'takeRelays: a relay': () =>
    relayList.takeRelays(new b.Reader(b.concat(Uint8Array.of(1, text.length), b.utf8(text)))),
  'makeInvite: a relay': () => invite.makeInvite({ ...linked(), relays: [`http://${text}`] }),
  parseInvite: () => invite.parseInvite(`${link()}AAAA`),
  'parseInvite: a version': () => invite.parseInvite(b.toBase64url(hold('another version', 75).fill(2, 0, 1))),
  'parseInvite: characters': () => invite.parseInvite(`${link()}.`),
  dayKeys: () => dayKeys(hold('pair root'), -1),
  sealEnvelope: () => envelope.sealEnvelope(keys(), 'i', 'hs1', hold('body', 3390), bytesOf('nonce', 24)),
  openEnvelope: () => envelope.openEnvelope(keys(), 'i', flip(hold('no envelope', 1897).fill(1, 0, 1), 5)),
  'openEnvelope: a size': () => envelope.openEnvelope(keys(), 'i', hold('short envelope', 100)),
  sealHellos: () => envelope.sealHellos([slot(hold('cut nonce', 15))], bytesOf('e', envelope.HELLO_ENTROPY_BYTES)),
  openHello: () => envelope.openHello(keys(), 'i', 0, hold('no hello', 184)),
  encodeMoveStep: () => encodeMoveStep({ type: 'data', at: -1, bytes: hold('piece of a file') }),
  decodeMoveStep: () => decodeMoveStep(b.concat(Uint8Array.of(2), hold('cut share', 31))),
  decodeNotice: () => envelope.decodeNotice(hold('no notice')),
  encodeCall: () => encodeCall({ nonce: hold('no nonce', 15), message: hold('HS1', 99) }),
  decodeCall: () => decodeCall(hold('no call', 15)),
  parseCode: () => parseCode(text),
  'parseCode: its end': () => parseCode(code().slice(0, -1)),
  'parseCode: a sign': () => parseCode(code().replace('.A', '.B')),
}

const code = () => encodeCode({ step: 'hello', box: hold('box', 184) })

const described = {
  setup: 'actpass',
  ufrag: 'abcd',
  pwd: `${text.replaceAll(' ', '')}!`,
  fingerprint: bytesOf('fingerprint', 32),
  sctpPort: 1,
  maxMessageSize: 1,
  candidates: [],
} as const
held.push({ name: 'ICE password', bytes: b.utf8(text.replaceAll(' ', '')) })

const contents: Refusals = {
  encodePayload: () => payload.encodePayload({ name: text, caps: 2 ** 32 }),
  decodePayload: () => payload.decodePayload(hold('no payload', 512)),
  encodeReply: () => payload.encodeReply({ status: 'ok', name: text, caps: -1, ratchet: me.public }),
  decodeReply: () => payload.decodeReply(hold('no reply', 512)),
  encodeDescription: () => encodeDescription(described),
  decodeDescription: () => decodeDescription(hold('no description', 80)),
  encodeFrame: () => encodeFrame({ type: 'nack', id: hold('no id', 15), code: 1 }),
  decodeFrame: () => decodeFrame(hold('no frame', 100)),
  encodeMessage: () => encodeMessage({ kind: 'text', text: `${text}\0` }),
  decodeMessage: () => decodeMessage(b.concat(Uint8Array.of(1), b.utf8(text), Uint8Array.of(0))),
  decodeNumbered: () => decodeNumbered(short.slice(0, 3)),
}

const context = { mode: 'invite', invite: bytesOf('invite', 75), nonce: bytesOf('nonce', 16) } as const
const says = { name: text, caps: 0 }
const began = (entropy = hold('HS1 entropy', handshake.INITIATE_ENTROPY_BYTES)) =>
  handshake.initiate({ context, psk, me, them: them.public, payload: says, entropy })
const heard = () => handshake.receive({ context, psk, me: them, message: began().message })
const answered = (received = heard(), entropy = hold('HS2 entropy', handshake.RESPOND_ENTROPY_BYTES)) =>
  handshake.respond(received, { ...says, status: 'ok' }, entropy)
const noise = (initiator: boolean) =>
  new HandshakeState({
    ...{ pattern: handshake.PATTERN, initiator, prologue: none, psks: [psk] },
    ...(initiator ? { s: me, rs: them.public } : { s: them }),
  })

const handshakes: Refusals = {
  initiate: () => handshake.initiate({ context, psk, me, them: low, payload: says, entropy: hold('HS1', 128) }),
  'initiate: ourselves': () =>
    handshake.initiate({ context, psk, me, them: me.public, payload: says, entropy: hold('HS1 again', 128) }),
  'initiate: entropy': () => began(hold('HS1 entropy, cut', 127)),
  receive: () => handshake.receive({ context, psk, me: them, message: flip(began().message, 60) }),
  'receive: a size': () => handshake.receive({ context, psk, me: them, message: began().message.slice(1) }),
  respond: () => answered(heard(), hold('HS2 entropy, cut', 95)),
  finish: () => handshake.finish(began().waiting, flip(answered().message, 60)),
  readPskId: () => handshake.readPskId(short.slice(0, 7)),
  HandshakeState: () => noise(true).writeMessage(b.utf8(text), {}),
  'HandshakeState: out of turn': () => noise(false).writeMessage(b.utf8(text), {}),
  'HandshakeState: junk': () => noise(false).readMessage(hold('no message', 1808)),
  'HandshakeState: split': () => noise(true).split(),
  CipherState: () => new CipherState(hold('k')).decryptWithAd(none, hold('no ciphertext', 48)),
  SymmetricState: () => mixed().decryptAndHash(hold('no ciphertext either', 48)),
}

function mixed(): SymmetricState {
  const state = new SymmetricState('Noise')
  state.mixKey(hold('shared secret'))
  state.mixKeyAndHash(psk)
  return state
}

const begun = () => ({ root: hold('root key'), headerI: hold('header key'), nextHeaderR: hold('next header key') })
const [ours, theirs] = [pairOf(hold('our ratchet key')), pairOf(hold('their ratchet key'))]
const sending = () => ratchet.initiatorRatchet(begun(), ours, theirs.public)
const id = bytesOf('session', 16)
/** A ping, padded to the smallest frame. */
const content = b.padTo(Uint8Array.of(6), 159)
const seal = (state: ratchet.Ratchet) =>
  ratchet.ratchetSeal(state, id, content, bytesOf('nonce', 24), hold('fresh ratchet key'))
const later = (n: number): ratchet.Ratchet => ({ ...sending(), sending: { ...sending().sending!, n } })
const ends = () => answered().established!.session
const parties = { me, them: them.public }

function twice(frame: Bytes): void {
  const session = new Session('responder', id, ratchet.responderRatchet(begun(), theirs))
  session.open(frame)
  session.open(frame)
}

const boxAt = { sessionId: hold('session id', 16), nonce: hold('header nonce', 24), header: hold('sealed header', 56) }

const sessions: Refusals = {
  initiatorRatchet: () => ratchet.initiatorRatchet(begun(), ours, low),
  ratchetSeal: () => seal(ratchet.responderRatchet(begun(), theirs)),
  ratchetOpen: () => ratchet.ratchetOpen(sending(), id, hold('no sealed frame', 200)),
  'ratchetOpen: many missing': () =>
    ratchet.ratchetOpen(ratchet.responderRatchet(begun(), theirs), id, b.concat(...seal(later(65)).sealed)),
  'ratchetSeal: used up': () => seal(later(2 ** 31)),
  'ratchetOpen: too short': () => ratchet.ratchetOpen(sending(), id, short),
  openBody: () => boxes.openBody(hold('message key'), boxAt, hold('no body', 48)),
  sealBody: () => boxes.sealBody(short, boxAt, b.utf8(text)),
  sealHeader: () => boxes.sealHeader(short, boxAt, { dh: ours.public, pn: 0, n: 0 }),
  'Session: ended': () => {
    const session = ends()
    session.end()
    session.open(hold('a frame too late', 256).fill(1, 0, 1))
  },
  Session: () => ends().seal({ type: 'ack' }, hold('seal entropy', 56)),
  'Session: entropy': () => ends().seal({ type: 'ack' }, hold('seal entropy, cut', 55)),
  'Session: a body': () =>
    ends().seal({ type: 'message', id, body: b.padTo(hold('large body'), 17_000) }, hold('seal entropy, unused', 56)),
  'Session: open': () => ends().open(hold('no frame at all', 256).fill(1, 0, 1)),
  'Session: a version': () => ends().open(hold('a newer frame', 256).fill(2, 0, 1)),
  'Session: again': () => twice(b.concat(Uint8Array.of(1), ...seal(sending()).sealed)),
  'Session: rekey': () => new Session('initiator', id, sending()).rekeyContext(),
  beginRekey: () => rekey.beginRekey(ends(), parties, hold('rekey entropy', 128)),
  answerRekey: () => rekey.answerRekey(ends(), hold('no offer', 1808), parties, hold('answer entropy', 96)),
  completeRekey: () => rekey.completeRekey(ends(), hold('no answer', 1664)),
}

export const REFUSALS: Refusals = {
  ...bytes,
  ...primitives,
  ...meeting,
  ...contents,
  ...handshakes,
  ...sessions,
}

/** Functions that refuse nothing, or nothing but what they hand to one of those above. */
export const ACCEPT_ALL: readonly string[] = [
  ...['compare', 'concat', 'equal', 'isZero', 'padTo', 'toBase64', 'toBase64url', 'toHex'],
  ...['hkdfExtract', 'schnorrVerify', 'sha256', 'sha512', 'label', 'exportKeys', 'responderRatchet', 'pskId'],
  ...[
    'boxContext',
    'boxKey',
    'topicKeys',
    'recoverPsk',
    'inviteKeys',
    'inviteFragment',
    'isHello',
    'encodeNotice',
    'encodeCode',
    'canBeNamed',
  ],
  ...['cleanName', 'encodeNumbered', 'isFatal', 'ProtocolError', 'commitTo', 'keepsTo', 'moveNumber'],
  ...['wipe', 'abandon', 'endSession', 'ratchetExpire', 'ratchetSecrets', 'kdfRk', 'kdfCk', 'openHeader'],
  ...['safetyNumber', 'safetyPayload', 'compareSafety', 'fingerprint', 'digits', 'combine', 'bundleBytes'],
]
