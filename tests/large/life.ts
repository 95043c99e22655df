/**
 * Runs in a page: writes a long life of messages into its profile, through the storage itself. The same seed makes the same
 * texts.
 */
import type { Contact, MessageRow, Profile, Write } from '../../src/chat/ports.ts'
import { publicKey } from '../../src/protocol/primitives.ts'
import type { SecretKey } from '../../src/protocol/primitives.ts'
import { makeHistory } from '../../src/storage/history.ts'

export type Life = {
  readonly seed: number
  /** How many messages each chat has, by the name of the person. */
  readonly chats: Readonly<Record<string, number>>
  /** Unix ms of the newest message. */
  readonly until: number
  /** How many of a chat's newest messages are unread. */
  readonly unread?: Readonly<Record<string, number>>
}

const WORDS = (
  'the a to and of in is it you that he was for on are with as his they be at one have this from or had by hot but some what ' +
  'there we can out other were all your when up use word how said an each she which do their time if will way about many then ' +
  'them would write like so these her long make thing see him two has look more day could go come did my sound no most number ' +
  'who over know water than call first people may down side been now find any new work part take get place made live where ' +
  'after back little only round man year came show every good me give our under name very through just form much great think ' +
  'say help low line before turn cause same mean differ move right boy old too does tell sentence set three want air well also'
).split(' ')
const COMMIT = 4096
const MINUTE = 60_000

/** mulberry32: quick, and good enough for texts. */
function makeDice(seed: number): (below: number) => number {
  let a = seed
  return (below) => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * below)
  }
}

const random = (length: number) => crypto.getRandomValues(new Uint8Array(length))
const toHex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
const localId = () =>
  btoa(String.fromCharCode(...random(16)))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')

function makeProfile(): Profile {
  const identitySecret = random(32)
  const identityPublic = publicKey(identitySecret as SecretKey)
  return { name: 'Ana', identitySecret, identityPublic, hideIp: false, readReceipts: true }
}

function makeContact(claimedName: string, count: number, unread: number): Contact {
  return {
    id: localId(),
    key: publicKey(random(32) as SecretKey),
    ...{ claimedName, petname: '', addedAt: 1_700_000_000_000, inviteTopic: toHex(random(32)), draft: '' },
    ...{ verified: true, stopped: false, confirmed: true, hintDismissed: true, hideIp: false },
    pairs: [{ root: random(32), id: random(32), psks: [random(32)] }],
    ...{ unread, readTo: count - unread, theyRead: count },
  }
}

/** Resolves with the ids of the chats, by name. The profile must be empty. */
export async function live({ seed, chats, until, unread = {} }: Life): Promise<Readonly<Record<string, string>>> {
  const history = makeHistory({ random })
  await history.claim(() => undefined)
  await history.commit([{ op: 'profile', profile: makeProfile() }])
  const ids: Record<string, string> = {}
  const dice = makeDice(seed)
  for (const [name, count] of Object.entries(chats)) {
    const contact = makeContact(name, count, unread[name] ?? 0)
    ids[name] = contact.id
    await history.commit([{ op: 'contact', contact }])
    for (let from = 1; from <= count; from += COMMIT) {
      const rows = Array.from({ length: Math.min(COMMIT, count - from + 1) }, (_, i) => {
        const seq = from + i
        return messageOf(contact.id, seq, until - (count - seq) * 3 * MINUTE, dice, seq > count - (unread[name] ?? 0))
      })
      await history.commit(rows.map((message): Write => ({ op: 'message', message })))
    }
  }
  history.release()
  return ids
}

function messageOf(
  contactId: string,
  seq: number,
  at: number,
  dice: (below: number) => number,
  isNew: boolean,
): MessageRow {
  const length = 2 + dice(14) + (dice(20) === 0 ? 40 : 0)
  const text = `${Array.from({ length }, () => WORDS[dice(WORDS.length)]).join(' ')} ${seq}`
  const mine = !isNew && dice(2) === 0
  const base = { contactId, seq, id: toHex(random(16)), mine, at, body: { kind: 'text' as const, text } }
  return mine ? { ...base, state: 'delivered' } : base
}
