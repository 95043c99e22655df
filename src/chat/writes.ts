/** What one commit does to the disk, row by row. */
import type { Bytes } from '../protocol/bytes.ts'
import type { Contact, InviteRow, JoinRow, MessageRow, Profile } from './ports.ts'

export type Write =
  | { readonly op: 'profile'; readonly profile: Profile }
  | { readonly op: 'contact'; readonly contact: Contact }
  /** Removes the contact, its messages, ids and outbox. */
  | { readonly op: 'contact-gone'; readonly id: string }
  | { readonly op: 'block'; readonly key: Bytes }
  | { readonly op: 'invite'; readonly invite: InviteRow }
  | { readonly op: 'invite-gone'; readonly id: string }
  | { readonly op: 'join'; readonly join: JoinRow }
  | { readonly op: 'join-gone'; readonly id: string }
  /** A new one; own `queued` ones are in the outbox. `unasked`: its id was not looked up; known after all, the commit is refused. */
  | { readonly op: 'message'; readonly message: MessageRow; readonly unasked?: boolean }
  /** A new state of the own message with this seq and id, which is no longer `queued`. */
  | { readonly op: 'message-state'; readonly message: MessageRow }
  /** The message of this seq goes; its id stays known. */
  | { readonly op: 'message-gone'; readonly contactId: string; readonly seq: number }
  /** All messages of the chat go, and what opened them; their ids stay known, and `top`, the largest seq, stays taken. */
  | { readonly op: 'chat-cleared'; readonly contactId: string; readonly top: number }
