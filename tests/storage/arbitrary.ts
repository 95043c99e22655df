/** Rows of all shapes, optional fields present and absent. */
import fc from 'fast-check'
import { concat, toHex, type Bytes } from '../../src/protocol/bytes.ts'
import { MAX_TIMER, TIMER_ACTS, type Message } from '../../src/protocol/message.ts'
import {
  blockedCodec,
  chatCodec,
  contactCodec,
  inviteCodec,
  joinCodec,
  messageCodec,
  profileCodec,
  type Codec,
} from '../../src/storage/rows.ts'

const bytes = (length: number): fc.Arbitrary<Bytes> =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((b) => new Uint8Array(b))
const key = bytes(32)
const text = fc.string({ unit: 'grapheme' })
const time = fc.integer({ min: 0, max: 2 ** 48 - 1 })
const count = fc.integer({ min: 0, max: 2 ** 32 - 1 })

const pair = fc.record({ root: key, id: key, psks: fc.array(key, { maxLength: 2 }) })

const seconds = fc.integer({ min: 1, max: MAX_TIMER })
const said = text.filter((t) => t !== '' && !t.includes('\0'))

const body: fc.Arbitrary<Message> = fc.oneof(
  said.map((t) => ({ kind: 'text' as const, text: t })),
  fc.record({ kind: fc.constant('text' as const), text: said, expireAfter: seconds }),
  fc.record({ kind: fc.constant('timer' as const), act: fc.constantFrom(...TIMER_ACTS), n: count, seconds }),
  fc
    .tuple(fc.integer({ min: 4, max: 255 }), bytes(5))
    .map(([kind, rest]) => ({ kind: 'unknown' as const, raw: concat(Uint8Array.of(kind), rest) })),
)

export type Rows = { readonly name: string; readonly codec: Codec<unknown>; readonly rows: fc.Arbitrary<unknown> }

function of<T>(name: string, codec: Codec<T>, rows: fc.Arbitrary<unknown>): Rows {
  return { name, codec, rows }
}

/** And without; and with a time. */
function withRelays(rows: fc.Arbitrary<object>): fc.Arbitrary<object> {
  const relays = fc.array(text, { minLength: 1, maxLength: 4 })
  const keepFor = fc.integer({ min: 1, max: 2 ** 32 - 1 })
  const pending = fc.record(
    { mine: fc.boolean(), seconds: count, declined: fc.constant(true) },
    { requiredKeys: ['mine', 'seconds'] },
  )
  const timer = fc.record(
    {
      n: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
      seconds: count,
      from: time,
      unsaid: fc.constant(true),
      lingers: fc.record({ n: count, seconds, known: fc.constant(true) }, { requiredKeys: ['n', 'seconds'] }),
      pending,
    },
    { requiredKeys: ['n', 'seconds', 'from'] },
  )
  return fc.oneof(
    rows,
    fc.tuple(rows, timer).map(([row, one]) => ({ ...row, timer: one })),
    fc.tuple(rows, relays).map(([row, at]) => ({ ...row, relays: at })),
    fc.tuple(rows, keepFor).map(([row, time]) => ({ ...row, keepFor: time })),
  )
}

/** Every codec. */
export const allRows: readonly Rows[] = [
  of(
    'profile',
    profileCodec,
    fc.record(
      {
        name: text,
        identitySecret: key,
        identityPublic: key,
        hideIp: fc.boolean(),
        readReceipts: fc.boolean(),
        lockAfter: fc.integer({ min: 1, max: 255 }),
        lockHidden: fc.constant(true),
        installDeclined: fc.constant(true),
        relays: fc.array(text, { minLength: 1, maxLength: 4 }),
      },
      { requiredKeys: ['name', 'identitySecret', 'identityPublic', 'hideIp', 'readReceipts'] },
    ),
  ),
  of(
    'contact',
    contactCodec,
    withRelays(
      fc.record({
        id: text,
        key,
        claimedName: text,
        petname: text,
        addedAt: time,
        verified: fc.boolean(),
        stopped: fc.boolean(),
        confirmed: fc.boolean(),
        pairs: fc.array(pair, { maxLength: 3 }),
        inviteTopic: text,
        unread: count,
        readTo: time,
        theyRead: time,
        draft: text,
        hintDismissed: fc.boolean(),
        hideIp: fc.boolean(),
      }),
    ),
  ),
  of(
    'invite',
    inviteCodec,
    fc.record(
      {
        id: text,
        state: fc.constantFrom('open', 'bound', 'confirmed', 'withdrawn', 'expired'),
        createdAt: time,
        expiresAt: time,
        fragment: text,
        late: text,
        topic: key,
        keyI: key,
        keyR: key,
        boundTo: key,
        boundAt: time,
        relayOnly: fc.boolean(),
      },
      { requiredKeys: ['id', 'state', 'createdAt', 'expiresAt', 'topic', 'keyI', 'keyR', 'relayOnly'] },
    ),
  ),
  of('join', joinCodec, fc.record({ id: text, fragment: text, pressed: fc.boolean(), openedAt: time })),
  of('blocked', blockedCodec, key),
  of('chat', chatCodec, fc.record({ contactId: text, secret: key })),
  of(
    'message',
    messageCodec,
    fc.record(
      {
        id: bytes(16).map(toHex),
        mine: fc.boolean(),
        at: time,
        body,
        state: fc.constantFrom('queued', 'delivered', 'read', 'failed'),
        failure: count,
        expiresFrom: time,
      },
      { requiredKeys: ['id', 'mine', 'at', 'body'] },
    ),
  ),
]
