/** What the parts of sotto-v1.json share. */
import { toHex } from '../../src/protocol/bytes.ts'
import type { Bytes } from '../../src/protocol/bytes.ts'
import { makeInvite } from '../../src/protocol/invite.ts'
import { alice, bytesOf } from '../protocol/help.ts'

export type Json = string | number | boolean | readonly Json[] | { readonly [key: string]: Json | undefined }
export type Cases = readonly { readonly [key: string]: Json | undefined }[]

export const secret = bytesOf('vector link secret', 32)
export const invite = makeInvite({
  relayOnly: false,
  manual: false,
  expiresAt: 29_500_000,
  inviter: alice.public,
  secret,
  relays: [],
})

export function hex(fields: Readonly<Record<string, Bytes>>): Record<string, string> {
  return Object.fromEntries(Object.entries(fields).map(([name, bytes]) => [name, toHex(bytes)]))
}
