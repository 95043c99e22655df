/** Rows for the storage tests, made the same in the page and in the test. Their texts are the needles of the searches. */
import { fromHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import type { Contact, InviteRow, JoinRow, MessageRow, Profile } from '../../src/chat/ports.ts'

/** 32 bytes that occur nowhere else; another `n`, other bytes. */
export function key(n: number): Bytes {
  return fromHex(`${n.toString(16).padStart(4, '0')}c0ffee5eedfacade`.padEnd(64, '9d'))
}

/** A message id: 32 hex characters. */
export function messageId(n: number): string {
  return `1d${n.toString(16).padStart(6, '0')}`.padEnd(32, 'b7')
}

export const profile: Profile = {
  name: 'Needle Ada Lovelace',
  identitySecret: key(1),
  identityPublic: key(2),
  hideIp: true,
  readReceipts: false,
}

export function contact(n: number): Contact {
  return {
    id: `needle-contact-${n}`,
    key: key(100 + n),
    claimedName: `Needle Claimed ${n} \u{1F98A}`,
    petname: `Needle Petname ${n}`,
    addedAt: 1_700_000_000_000 + n,
    verified: n % 2 === 0,
    stopped: n % 3 === 0,
    confirmed: true,
    pairs: [{ root: key(200 + n), id: key(300 + n), psks: [key(400 + n), key(500 + n)] }],
    inviteTopic: `needle-topic-${n}`,
    unread: n,
    draft: `Needle draft ${n}`,
    hintDismissed: n % 2 === 1,
    hideIp: n % 4 === 0,
    readTo: 3 * n,
    theyRead: 2 ** 40 + n,
  }
}

/** Everything optional absent, everything listed empty. */
export const bareContact: Contact = {
  ...contact(90),
  petname: '',
  confirmed: false,
  pairs: [],
  inviteTopic: '',
  draft: '',
}

export const openInvite: InviteRow = {
  id: 'needle-invite-open',
  state: 'open',
  createdAt: 1_700_000_000_000,
  expiresAt: 1_700_086_400_000,
  fragment: 'NeedleFragmentOfAnInvite',
  topic: key(3),
  keyI: key(4),
  keyR: key(5),
  relayOnly: true,
}

export const boundInvite: InviteRow = {
  ...openInvite,
  id: 'needle-invite-bound',
  state: 'bound',
  boundTo: key(6),
  boundAt: 1_700_000_000_001,
  relayOnly: false,
}

/** A consumed one: without its fragment. */
export const confirmedInvite: InviteRow = {
  id: 'needle-invite-confirmed',
  state: 'confirmed',
  createdAt: 1,
  expiresAt: 2,
  topic: key(7),
  keyI: key(8),
  keyR: key(9),
  boundAt: 3,
  relayOnly: false,
}

export const join: JoinRow = { id: 'needle-join', fragment: 'NeedleFragmentOfAJoin', pressed: true, openedAt: 4 }

export function received(contactId: string, seq: number): MessageRow {
  return {
    contactId,
    seq,
    id: messageId(seq),
    mine: false,
    body: { kind: 'text', text: `Needle message ${seq}` },
    at: 1_700_000_000_000 + seq,
  }
}

export function own(contactId: string, seq: number, state: MessageRow['state'] = 'queued'): MessageRow {
  return { ...received(contactId, seq), mine: true, ...(state && { state }) }
}

export const failed: MessageRow = { ...own('needle-contact-1', 3, 'failed'), failure: 7 }

export const fromTheFuture: MessageRow = {
  ...received('needle-contact-1', 4),
  body: { kind: 'unknown', raw: fromHex('ee4e6565646c65') },
}

/** As JSON can say it, for comparing across the border of the page: bytes as `hex:…`, maps as lists of entries. */
export function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return `hex:${Array.from(value, (b) => b.toString(16).padStart(2, '0')).join('')}`
  if (value instanceof Map) return [...value].map(plain)
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [name, plain(field)]))
}
