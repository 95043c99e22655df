/**
 * What each row is as bytes, in its one version. A row of another version, with a field missing, left over or out of
 * range is malformed: it is counted as damaged, never half read. All numbers big-endian, times Unix ms as u48, texts
 * length u32 ‖ UTF-8, flags one bit each from the lowest.
 *
 * To change a row: give its codec the next schema and let `decode` go on reading the old one.
 */
import { fromHex, Reader, toHex, type Bytes, type Writer } from '../protocol/bytes.ts'
import { decodeMessage, encodeMessage } from '../protocol/message.ts'
import type { DeliveryState, IceServer, InviteRow, InviteState, JoinRow, MessageRow, Profile } from '../chat/ports.ts'
import {
  KEY_BYTES,
  putChoice,
  putFixed,
  putFlags,
  putList,
  putText,
  takeChoice,
  takeFlags,
  takeList,
  takeText,
} from './fields.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { codec, type Codec } from './codec.ts'

export type { Codec } from './codec.ts'
export { contactCodec } from './contact-row.ts'

/** A message without what its place on disk already says. */
export type StoredMessage = Omit<MessageRow, 'contactId' | 'seq'>

const MESSAGE_ID_BYTES = 16
const INVITE_STATES: readonly InviteState[] = ['open', 'bound', 'confirmed', 'withdrawn', 'expired']
const DELIVERY_STATES: readonly DeliveryState[] = ['queued', 'delivered', 'read', 'failed']

/** urls ‖ flags {username, credential} ‖ those there are */
function putServer(out: Writer, { urls, username, credential }: IceServer): void {
  putList(out, [urls].flat(), (url) => putText(out, url))
  putFlags(out, username !== undefined, credential !== undefined)
  for (const text of [username, credential]) if (text !== undefined) putText(out, text)
}

function takeServer(from: Reader): IceServer {
  const urls = takeList(from, () => takeText(from))
  const [named, secret] = takeFlags(from, 2)
  return {
    urls,
    ...(named ? { username: takeText(from) } : {}),
    ...(secret ? { credential: takeText(from) } : {}),
  }
}

/** How many flags a profile has, by its version. */
const PROFILE_FLAGS = [1, 2, 4, 5, 6]

/**
 * name ‖ secret 32 ‖ public 32 ‖ flags {hide IP, from version 2 on: read receipts, from 3 on: relays, ICE servers, from 4 on:
 * lock when hidden, from 5 on: installing was declined} ‖ those two where there are any [‖ from version 4 on: lock after u8 minutes, 0: never]
 */
export const profileCodec: Codec<Profile> = codec(
  (out, row) => {
    putText(out, row.name)
    putFixed(out, row.identitySecret, KEY_BYTES)
    putFixed(out, row.identityPublic, KEY_BYTES)
    putFlags(
      out,
      row.hideIp,
      row.readReceipts,
      row.relays !== undefined,
      row.iceServers !== undefined,
      row.lockHidden ?? false,
      row.installDeclined ?? false,
    )
    if (row.relays) putList(out, row.relays, (relay) => putText(out, relay))
    if (row.iceServers) putList(out, row.iceServers, (server) => putServer(out, server))
    out.u8(row.lockAfter ?? 0)
  },
  (from, version) => {
    const name = takeText(from)
    const identitySecret = from.take(KEY_BYTES)
    const identityPublic = from.take(KEY_BYTES)
    const flags = takeFlags(from, PROFILE_FLAGS[version - 1] ?? 0)
    const [hideIp = false, readReceipts = true, relays, servers, lockHidden, installDeclined] = flags
    const own = {
      ...(relays ? { relays: takeList(from, () => takeText(from)) } : {}),
      ...(servers ? { iceServers: takeList(from, () => takeServer(from)) } : {}),
    }
    const lockAfter = version < 4 ? 0 : from.u8()
    return {
      name,
      identitySecret,
      identityPublic,
      hideIp,
      readReceipts,
      ...own,
      ...(lockAfter > 0 ? { lockAfter } : {}),
      ...(lockHidden ? { lockHidden } : {}),
      ...(installDeclined ? { installDeclined } : {}),
    }
  },
  5,
)

/** id ‖ state u8 ‖ created u48 ‖ expires u48 ‖ flags ‖ topic 32 ‖ key i 32 ‖ key r 32 [‖ fragment] [‖ bound to 32] [‖ bound at u48] [‖ late] */
export const inviteCodec: Codec<InviteRow> = codec(
  (out, row) => {
    putText(out, row.id)
    putChoice(out, INVITE_STATES, row.state)
    out.u48(row.createdAt).u48(row.expiresAt)
    putFlags(
      out,
      row.relayOnly,
      row.fragment !== undefined,
      row.boundTo !== undefined,
      row.boundAt !== undefined,
      row.late !== undefined,
    )
    for (const key of [row.topic, row.keyI, row.keyR]) putFixed(out, key, KEY_BYTES)
    if (row.fragment !== undefined) putText(out, row.fragment)
    if (row.boundTo !== undefined) putFixed(out, row.boundTo, KEY_BYTES)
    if (row.boundAt !== undefined) out.u48(row.boundAt)
    if (row.late !== undefined) putText(out, row.late)
  },
  (from) => {
    const id = takeText(from)
    const state = takeChoice(from, INVITE_STATES)
    const createdAt = from.u48()
    const expiresAt = from.u48()
    const [relayOnly = false, hasFragment, isBound, hasBoundAt, isLate] = takeFlags(from, 5)
    const topic = from.take(KEY_BYTES)
    const keyI = from.take(KEY_BYTES)
    const keyR = from.take(KEY_BYTES)
    const fragment = hasFragment ? { fragment: takeText(from) } : {}
    const boundTo = isBound ? { boundTo: from.take(KEY_BYTES) } : {}
    const boundAt = hasBoundAt ? { boundAt: from.u48() } : {}
    const late = isLate ? { late: takeText(from) } : {}
    return {
      id,
      state,
      createdAt,
      expiresAt,
      topic,
      keyI,
      keyR,
      relayOnly,
      ...fragment,
      ...boundTo,
      ...boundAt,
      ...late,
    }
  },
)

/** id ‖ fragment ‖ flags {pressed} ‖ opened u48 */
export const joinCodec: Codec<JoinRow> = codec(
  (out, row) => {
    putText(out, row.id)
    putText(out, row.fragment)
    putFlags(out, row.pressed)
    out.u48(row.openedAt)
  },
  (from) => {
    const id = takeText(from)
    const fragment = takeText(from)
    const [pressed = false] = takeFlags(from, 1)
    return { id, fragment, pressed, openedAt: from.u48() }
  },
)

/** A blocked identity, 32 bytes. */
export const blockedCodec: Codec<Bytes> = codec(
  (out, key) => putFixed(out, key, KEY_BYTES),
  (from) => from.take(KEY_BYTES),
)

/** The secret of a chat's pages, 32 bytes. */
export type ChatRow = { readonly contactId: string; readonly secret: Bytes }

/** contact id ‖ secret 32 */
export const chatCodec: Codec<ChatRow> = codec(
  (out, row) => {
    putText(out, row.contactId)
    putFixed(out, row.secret, KEY_BYTES)
  },
  (from) => ({ contactId: takeText(from), secret: from.take(KEY_BYTES) }),
)

/** id 16 ‖ flags {mine, has state, has failure, expires} ‖ at u48 [‖ state u8] [‖ failure u32] [‖ expires from u48] ‖ body: the rest, as on the wire */
export const messageCodec: Codec<StoredMessage> = codec(
  (out, row) => {
    putFixed(out, fromHex(row.id), MESSAGE_ID_BYTES)
    putFlags(out, row.mine, row.state !== undefined, row.failure !== undefined, row.expiresFrom !== undefined)
    out.u48(row.at)
    if (row.state !== undefined) putChoice(out, DELIVERY_STATES, row.state)
    if (row.failure !== undefined) out.u32(row.failure)
    if (row.expiresFrom !== undefined) out.u48(row.expiresFrom)
    out.put(encodeMessage(row.body))
  },
  (from) => takeMessage(from, toHex(from.view(MESSAGE_ID_BYTES))),
)

function takeMessage(from: Reader, id: string): StoredMessage {
  const flags = from.u8()
  if (flags >> 4) throw new ProtocolError('malformed')
  const at = from.u48()
  const state = flags & 2 ? takeChoice(from, DELIVERY_STATES) : undefined
  const failure = flags & 4 ? from.u32() : undefined
  const begun = flags & 8 ? from.u48() : undefined
  const body = decodeMessage(from.view(from.left))
  const row: { -readonly [K in keyof StoredMessage]: StoredMessage[K] } = { id, mine: (flags & 1) === 1, at, body }
  if (state !== undefined) row.state = state
  if (failure !== undefined) row.failure = failure
  if (begun !== undefined) row.expiresFrom = begun
  return row
}

/** An encoded message as a search reads it: to spell out a hundred thousand ids is a third of its work. Throws ProtocolError('malformed'). */
export function withoutId(message: Bytes): Omit<StoredMessage, 'id'> {
  const from = new Reader(message)
  from.view(MESSAGE_ID_BYTES)
  return takeMessage(from, '')
}

/** Of an encoded message. */
export function idOf(message: Bytes): string {
  return toHex(message.subarray(0, MESSAGE_ID_BYTES))
}

/** Of an encoded message. */
export function isMine(message: Bytes): boolean {
  return ((message[MESSAGE_ID_BYTES] ?? 0) & 1) === 1
}

/** Whether an encoded message is an own one that waits to be sent: flags and state lie at fixed places. */
export function isQueued(message: Bytes): boolean {
  const [flags = 0, state = 0] = [message[MESSAGE_ID_BYTES], message[MESSAGE_ID_BYTES + 7]]
  return (flags & 3) === 3 && DELIVERY_STATES[state] === 'queued'
}
