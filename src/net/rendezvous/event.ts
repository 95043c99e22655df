/** Makes Nostr events (NIP-01) that nothing links: each is signed by a key made for it alone. */
import type { Random } from '../../chat/ports.ts'
import { toBase64, toHex, utf8, wipe } from '../../protocol/bytes.ts'
import type { Bytes } from '../../protocol/bytes.ts'
import { schnorrPublicKey, schnorrSign, sha256 } from '../../protocol/primitives.ts'
import { EVENT_KIND } from '../schema.ts'
import type { NostrEvent } from '../schema.ts'

type ThrowAwayKey = { readonly secret: Bytes; readonly pubkey: string }

export class EventSigner {
  readonly #random: Random
  #spare: ThrowAwayKey | undefined

  constructor(random: Random) {
    this.#random = random
  }

  /** Makes the next key ahead: half of the work of an event, and the first one in a cold page takes 20 ms. */
  prepare(): void {
    this.#spare ??= this.#newKey()
  }

  /** An event with these topics (64 hex characters each) as `p` tags. `createdAt` in Unix seconds. */
  sign(topics: readonly string[], content: Bytes, createdAt: number): NostrEvent {
    const key = this.#spare ?? this.#newKey()
    this.#spare = undefined
    const tags = topics.map((topic): ['p', string] => ['p', topic])
    const body = {
      pubkey: key.pubkey,
      created_at: createdAt,
      kind: EVENT_KIND,
      tags,
      content: toBase64(content),
    } as const
    const id = eventId(body)
    const sig = schnorrSign(id, key.secret, this.#random(32))
    wipe(key.secret)
    return { ...body, id: toHex(id), sig: toHex(sig) }
  }

  #newKey(): ThrowAwayKey {
    for (;;) {
      const secret = this.#random(32)
      try {
        return { secret, pubkey: toHex(schnorrPublicKey(secret)) }
      } catch {
        // Zero or above the group order: one in 2^128, but then there is no key.
      }
    }
  }
}

/** NIP-01: SHA-256 over the JSON array of the fields, without white space. JSON.stringify escapes as the NIP asks. */
export function eventId(event: Omit<NostrEvent, 'id' | 'sig'>): Bytes {
  const { pubkey, created_at: createdAt, kind, tags, content } = event
  return sha256(utf8(JSON.stringify([0, pubkey, createdAt, kind, tags, content])))
}
