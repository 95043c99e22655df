/** Texts that people open or paste: links, and what encodings they are made of. */
import fc from 'fast-check'
import {
  concat,
  fromBase64,
  fromBase64url,
  fromHex,
  toBase64,
  toBase64url,
  toHex,
} from '../../../src/protocol/bytes.ts'
import type { Bytes } from '../../../src/protocol/bytes.ts'
import { encodeCode, parseCode } from '../../../src/protocol/by-hand.ts'
import { inviteFragment, makeInvite, parseInvite } from '../../../src/protocol/invite.ts'
import { readLink } from '../../../src/chat/invitation.ts'
import type { LinkReading } from '../../../src/chat/invitation.ts'
import type { State } from '../../../src/chat/state.ts'
import { alice, bytesOf } from '../../protocol/help.ts'
import { bytes, inviteFields } from '../../protocol/arbitrary.ts'
import { join, sha } from '../../attacks/attacker.ts'
import { inviteIn, parseRoute } from '../../../src/screen/route.ts'
import { isEmojiOnly } from '../../../src/screen/grouping.ts'
import { readShared } from '../../../src/screen/shared.ts'
import { linkify } from '../../../src/screen/linkify.ts'
import type { Part } from '../../../src/screen/linkify.ts'
import { MAX_TEXT_BYTES } from '../../../src/protocol/message.ts'
import { decoder, ITSELF } from '../decoder.ts'
import type { Trial } from '../decoder.ts'
import { corpus, mutated } from '../mutate.ts'
import { junkText, mutatedText } from '../mutate-text.ts'

export function textLike(valid: readonly string[], most?: number): fc.Arbitrary<string> {
  return fc.oneof({ weight: 1, arbitrary: junkText(most) }, { weight: 15, arbitrary: mutatedText(valid, most) })
}

const invites = corpus(inviteFields.map((fields) => makeInvite(fields).bytes))
const fragments = invites.map(toBase64url)
const ofALaterVersion = toBase64url(bytesOf('a later version', 100).fill(2, 0, 1))
const hashes = [
  ...fragments.map((one) => `#/join/${one}`),
  '',
  '#/',
  '#/settings',
  `#/chat/${'Ab1-_'.repeat(5).slice(3)}`,
]
const some = corpus(bytes(0, 120))
const socketFrame = { length: 16 * 1024, by: 'net/rendezvous/socket.ts' }

/** `body` with the checksum that makes it count. */
function summed(body: Bytes): Bytes {
  return concat(body, sha(join('sotto/1/inv-sum', body)).slice(0, 4))
}

/** What an address bar leads to: a screen, or an invite. */
function follow(hash: string): string {
  const route = parseRoute(hash)
  if (route.at !== 'link') return 'screen'
  const invite = inviteIn(route.text)
  return invite === undefined ? 'no invite' : `invite ${inviteFragment(parseInvite(invite))}`
}

function linking(text: string): Trial<readonly Part[]> {
  return {
    decode: () => linkify(text),
    after(outcome) {
      if (!('value' in outcome)) return
      if (outcome.value.map((part) => part.text).join('') !== text) throw new Error('the pieces are not the text')
      const links = outcome.value.flatMap(({ href }) => href ?? [])
      if (!links.every((href) => /^https?:\/\//.test(href))) throw new Error('a link of another scheme')
    },
  }
}

const written = [
  'see https://example.org/a?b=c#d, and (http://xn--e1afmkfd.xn--p1ai/).',
  'https://user:pass@host.example:8080/[x](y) http://[2001:db8::1]/',
  'HTTPS://EXAMPLE.ORG…',
]

const shared = [
  'title=News&text=see+https%3A%2F%2Fexample.org%2Fa%3Fb%3Dc%23d&url=',
  'title=&text=%F0%9F%A6%89+%C3%A4%0D%0Anext&url=https%3A%2F%2Fexample.org%2F',
  `title=&text=${encodeURIComponent(`https://example.org/#/join/${fragments[0]}`)}&url=`,
]

const emoji = ['👋', '❤️', '👩‍👩‍👧 🇫🇷']

const ownLink = inviteFragment(
  makeInvite({
    relayOnly: false,
    manual: false,
    expiresAt: 2 ** 31,
    inviter: alice.public,
    secret: bytesOf('own', 32),
    relays: [],
  }),
)

/** Nobody's page but one that knows nothing yet. */
const fresh = { keys: alice, contacts: new Map(), joins: new Map(), invites: new Map() } as unknown as State

/** What this device makes of a link in 2030. */
function reading(text: string): LinkReading {
  return readLink(fresh, text, 'fresh', Date.UTC(2030, 0))
}

const boxes = (['hello', 'call', 'answer'] as const).flatMap((step) =>
  (step === 'hello' ? [184, 344, 664] : [1897, 2409, 3433]).map((size) => ({
    step,
    box: bytesOf(`${step} ${size}`, size),
  })),
)
const codes = boxes.map(encodeCode)

/** A code of any step and box, with the checksum that makes it count. */
const summedCode = fc
  .tuple(fc.nat(4), fc.constantFrom(...boxes))
  .map(([step, { box }]) => concat(Uint8Array.of(step), box))
  .map((body) => `sotto-hand-1.${toBase64url(concat(body, sha(join('sotto/1/hand-sum', body)).slice(0, 4)))}`)

export const links = [
  decoder({
    name: 'code passed by hand',
    covers: ['protocol/by-hand.ts parseCode'],
    valid: codes,
    inputs: fc.oneof({ weight: 9, arbitrary: textLike(codes) }, { weight: 1, arbitrary: summedCode }),
    examples: [codes[0]!.replace('-1', '-2'), `${codes[3]!.slice(0, 99)} \n${codes[3]!.slice(99)}.`, 'x'.repeat(8_193)],
    outcomes: ['value', 'too-large', 'version', 'cut', 'checksum', 'malformed'],
    decode: parseCode,
    again: encodeCode,
    limit: { length: 8_192, by: ITSELF },
  }),
  decoder({
    name: 'link',
    covers: ['protocol/invite.ts parseInvite'],
    valid: fragments,
    inputs: textLike(fragments),
    examples: [ofALaterVersion, '', 'A', 'x'.repeat(789)],
    outcomes: ['value', 'too-large', 'version', 'checksum', 'malformed'],
    decode: parseInvite,
    again: (invite) => inviteFragment(makeInvite(invite)),
    exact: true,
    limit: { length: 788, by: ITSELF },
  }),
  decoder({
    name: 'link with its checksum',
    covers: ['protocol/invite.ts parseInvite'],
    valid: fragments,
    inputs: mutated(invites.map((one) => one.slice(0, -4))).map((body) => toBase64url(summed(body))),
    outcomes: ['value', 'too-large', 'version', 'malformed'],
    decode: parseInvite,
    again: (invite) => inviteFragment(makeInvite(invite)),
    exact: true,
  }),
  decoder({
    name: 'address bar',
    covers: ['screen/route.ts parseRoute', 'screen/route.ts inviteIn', 'protocol/invite.ts parseInvite'],
    valid: hashes,
    inputs: textLike(hashes),
    examples: [
      `#/join/${ofALaterVersion}`,
      `#/join/${'!'.repeat(20_000)}a`,
      ...fragments.slice(0, 3).map((one) => `#/join/${one}).`),
    ],
    outcomes: ['screen', 'no invite', 'invite', 'too-large', 'version', 'checksum', 'malformed'],
    decode: follow,
    label: (where) => where.replace(/^invite .*/s, 'invite'),
    // What browsers take as an address.
    limit: { length: 2 * 1024 * 1024, by: 'the browser' },
  }),
  decoder({
    name: 'link that was opened',
    covers: ['chat/invitation.ts readLink'],
    valid: fragments,
    inputs: textLike(fragments),
    examples: [ownLink, ofALaterVersion],
    outcomes: ['join', 'damaged', 'newer-version', 'own', 'expired'],
    decode: reading,
    label: (it) => (it.ok ? it.at : it.why),
    limit: { length: 2 * 1024 * 1024, by: 'the browser' },
  }),
  decoder({
    name: 'form that was shared',
    covers: ['screen/shared.ts readShared'],
    valid: shared,
    inputs: textLike(shared, 65_536),
    examples: ['', 'x'.repeat(65_537), `text=${'%'.repeat(65_000)}`],
    outcomes: ['text', 'invite', 'nothing', 'too-much'],
    decode: readShared,
    label: (it) => ('why' in it ? it.why : Object.keys(it)[0]!),
    limit: { length: 65_536, by: ITSELF },
  }),
  decoder({
    name: 'base64url',
    covers: ['protocol/bytes.ts fromBase64url'],
    valid: some.map(toBase64url),
    inputs: textLike(some.map(toBase64url)),
    outcomes: ['value', 'malformed'],
    decode: fromBase64url,
    again: toBase64url,
    exact: true,
    limit: { length: 788, by: 'protocol/invite.ts' },
  }),
  decoder({
    name: 'base64',
    covers: ['protocol/bytes.ts fromBase64'],
    valid: some.map(toBase64),
    inputs: textLike(some.map(toBase64)),
    outcomes: ['value', 'malformed'],
    decode: fromBase64,
    again: toBase64,
    exact: true,
    limit: socketFrame,
  }),
  decoder({
    name: 'hex',
    covers: ['protocol/bytes.ts fromHex'],
    valid: some.map(toHex),
    inputs: textLike(some.map(toHex)),
    outcomes: ['value', 'malformed'],
    decode: fromHex,
    again: toHex,
    exact: true,
    limit: socketFrame,
  }),
  decoder({
    name: 'addresses in a text',
    covers: ['screen/linkify.ts linkify'],
    valid: written,
    inputs: textLike(written, MAX_TEXT_BYTES),
    examples: [`http://x${')'.repeat(MAX_TEXT_BYTES - 8)}`, `http://${'.'.repeat(MAX_TEXT_BYTES - 8)}x`],
    outcomes: ['links', 'plain'],
    trial: linking,
    // The text, and where it leads with every sign written as %.
    grows: 12,
    label: (parts) => (parts.some(({ href }) => href !== undefined) ? 'links' : 'plain'),
    limit: { length: MAX_TEXT_BYTES, by: 'protocol/message.ts' },
  }),
  decoder({
    name: 'emoji',
    covers: ['screen/grouping.ts isEmojiOnly'],
    valid: emoji,
    inputs: textLike([...emoji, 'hello'], MAX_TEXT_BYTES),
    outcomes: ['true', 'false'],
    decode: isEmojiOnly,
    label: String,
    limit: { length: 60, by: ITSELF },
  }),
]
