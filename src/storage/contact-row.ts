/** A contact as bytes. */
import type { Contact, Pair, Timer } from '../chat/ports.ts'
import type { Reader, Writer } from '../protocol/bytes.ts'
import { ProtocolError } from '../protocol/errors.ts'
import { codec, type Codec } from './codec.ts'
import { KEY_BYTES, putFixed, putFlags, putList, putText, takeFlags, takeList, takeText } from './fields.ts'

/** root 32 ‖ id 32 ‖ count u8 × psk 32 */
function putPair(out: Writer, pair: Pair): void {
  putFixed(out, pair.root, KEY_BYTES)
  putFixed(out, pair.id, KEY_BYTES)
  putList(out, pair.psks, (psk) => putFixed(out, psk, KEY_BYTES))
}

function takePair(from: Reader): Pair {
  const root = from.take(KEY_BYTES)
  const id = from.take(KEY_BYTES)
  return { root, id, psks: takeList(from, () => from.take(KEY_BYTES)) }
}

/** flags {pending, mine, declined, lingers, known, unsaid} ‖ n u32 ‖ seconds u32 ‖ from u48 [‖ seconds u32] [‖ n u32 ‖ seconds u32] */
function putTimer(out: Writer, { n, seconds, from, lingers, pending, unsaid = false }: Timer): void {
  const { mine = false, declined = false } = pending ?? {}
  putFlags(out, pending !== undefined, mine, declined, lingers !== undefined, lingers?.known ?? false, unsaid)
  out.u32(n).u32(seconds).u48(from)
  if (pending) out.u32(pending.seconds)
  if (lingers) out.u32(lingers.n).u32(lingers.seconds)
}

function takeTimer(input: Reader): Timer {
  const [isPending, mine = false, declined = false, lingers, known, unsaid] = takeFlags(input, 6)
  if ((!isPending && (mine || declined)) || (!lingers && known)) throw new ProtocolError('malformed')
  const timer = { n: input.u32(), seconds: input.u32(), from: input.u48(), ...(unsaid ? { unsaid } : {}) }
  const pending = isPending && { mine, seconds: input.u32(), ...(declined ? { declined } : {}) }
  const over = lingers && { n: input.u32(), seconds: input.u32(), ...(known ? { known } : {}) }
  return { ...timer, ...(over ? { lingers: over } : {}), ...(pending ? { pending } : {}) }
}

/** id ‖ key 32 ‖ claimed ‖ petname ‖ added u48 ‖ flags ‖ count u8 × pair ‖ invite topic ‖ unread u32 ‖ draft [‖ from version 2 on: read to u48 ‖ they read u48 [‖ from 3 on: relays [‖ from 4 on: keep for u32 s, 0: for ever [‖ from 5 on: flags {timer} [‖ timer]]]]] */
export const contactCodec: Codec<Contact> = codec(
  (out, row) => {
    putText(out, row.id)
    putFixed(out, row.key, KEY_BYTES)
    putText(out, row.claimedName)
    putText(out, row.petname)
    out.u48(row.addedAt)
    putFlags(out, row.verified, row.stopped, row.confirmed, row.hintDismissed, row.hideIp)
    putList(out, row.pairs, (pair) => putPair(out, pair))
    putText(out, row.inviteTopic)
    out.u32(row.unread)
    putText(out, row.draft)
    out.u48(row.readTo).u48(row.theyRead)
    putList(out, row.relays ?? [], (relay) => putText(out, relay))
    out.u32(row.keepFor ?? 0)
    putFlags(out, row.timer !== undefined)
    if (row.timer) putTimer(out, row.timer)
  },
  (from, version) => {
    const id = takeText(from)
    const key = from.take(KEY_BYTES)
    const claimedName = takeText(from)
    const petname = takeText(from)
    const addedAt = from.u48()
    const [verified = false, stopped = false, confirmed = false, hintDismissed = false, hideIp = false] = takeFlags(
      from,
      5,
    )
    const pairs = takeList(from, () => takePair(from))
    const inviteTopic = takeText(from)
    const unread = from.u32()
    const draft = takeText(from)
    const [readTo, theyRead] = version < 2 ? [0, 0] : [from.u48(), from.u48()]
    const relays = version < 3 ? [] : takeList(from, () => takeText(from))
    const keepFor = version < 4 ? 0 : from.u32()
    const [hasTimer] = version < 5 ? [] : takeFlags(from, 1)
    const own = {
      ...(relays.length > 0 ? { relays } : {}),
      ...(keepFor > 0 ? { keepFor } : {}),
      ...(hasTimer ? { timer: takeTimer(from) } : {}),
    }
    const names = { id, key, claimedName, petname, addedAt }
    const read = { unread, readTo, theyRead }
    return { ...names, verified, stopped, confirmed, pairs, inviteTopic, ...read, draft, hintDismissed, hideIp, ...own }
  },
  5,
)
