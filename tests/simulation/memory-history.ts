/**
 * A disk for the simulation: what is committed survives the page, what is not never was. Commits take time, may be cut by a
 * crash before or after they apply, and may be refused.
 */
import type {
  Contact,
  Found,
  History,
  InviteRow,
  JoinRow,
  Loaded,
  MessageRow,
  Profile,
  Write,
} from '../../src/chat/ports.ts'
import { StorageError } from '../../src/chat/ports.ts'

type Later = (run: () => void) => void

/** The rows themselves: shared by all pages of one person. */
export class Disk {
  profile: Profile | undefined
  readonly contacts = new Map<string, Contact>()
  readonly invites = new Map<string, InviteRow>()
  readonly joins = new Map<string, JoinRow>()
  readonly blocked: Uint8Array<ArrayBuffer>[] = []
  readonly messages = new Map<string, MessageRow[]>()
  /** Ids of what was taken away with the seq of each, and the largest seq of each chat that was given. */
  readonly gone = new Map<string, Map<string, number>>()
  readonly tops = new Map<string, number>()
  /** What was taken away, by id, as it was then. No app sees it: it is for who judges. */
  readonly taken = new Map<string, MessageRow>()
  epoch = 0
  /** Refuses the next commits with this trouble. */
  refuse: 'full' | undefined
  /** Asked before each transaction, of reading or writing: true aborts it. */
  aborts: () => boolean = () => false
  /** Is told of each commit once it is whole. */
  committed: (writes: readonly Write[]) => void = () => undefined
  /** Tells the page that owns the disk that another has taken over. */
  dismiss: () => void = () => undefined
  /** Commits that were refused. */
  refused = 0

  /** Another disk with the same on it. */
  copy(): Disk {
    const disk = new Disk()
    disk.profile = this.profile
    for (const name of ['contacts', 'invites', 'joins'] as const)
      for (const [id, row] of this[name]) (disk[name] as Map<string, unknown>).set(id, row)
    for (const [id, rows] of this.messages) disk.messages.set(id, [...rows])
    for (const [id, ids] of this.gone) disk.gone.set(id, new Map(ids))
    for (const [id, top] of this.tops) disk.tops.set(id, top)
    for (const [id, row] of this.taken) disk.taken.set(id, row)
    disk.blocked.push(...this.blocked)
    return disk
  }

  /** Whether this is a message that was taken for new and is not. */
  knows(write: Write): boolean {
    if (write.op !== 'message' || !write.unasked) return false
    return this.find(write.message.contactId, write.message.id) !== undefined
  }

  find(contactId: string, id: string): Found {
    const row = this.messages.get(contactId)?.find((r) => r.id === id && !r.mine)
    const gone = this.gone.get(contactId)?.get(id)
    return row ?? (gone === undefined ? undefined : { gone })
  }

  /** `all`: own ones are forgotten. */
  #take(contactId: string, stays: (row: MessageRow) => boolean, all = false): void {
    const rows = this.messages.get(contactId) ?? []
    const leaving = rows.filter((row) => !stays(row))
    for (const row of leaving) this.taken.set(row.id, row)
    const gone = this.gone.get(contactId) ?? []
    const known = leaving.filter(({ mine }) => !(all && mine)).map(({ id, seq }) => [id, seq] as const)
    this.gone.set(contactId, new Map([...gone, ...known]))
    this.messages.set(contactId, rows.filter(stays))
  }

  apply(write: Write): void {
    switch (write.op) {
      case 'profile':
        this.profile = write.profile
        return
      case 'contact':
        this.contacts.set(write.contact.id, write.contact)
        return
      case 'contact-gone':
        this.contacts.delete(write.id)
        for (const map of [this.messages, this.gone, this.tops]) map.delete(write.id)
        return
      case 'block':
        this.blocked.push(write.key)
        return
      case 'invite':
        this.invites.set(write.invite.id, write.invite)
        return
      case 'invite-gone':
        this.invites.delete(write.id)
        return
      case 'join':
        this.joins.set(write.join.id, write.join)
        return
      case 'join-gone':
        this.joins.delete(write.id)
        return
      case 'message-gone':
        return this.#take(write.contactId, (row) => row.seq !== write.seq)
      case 'chat-cleared':
        return this.#take(write.contactId, () => false, true)
      case 'message':
      case 'message-state': {
        const { contactId, seq } = write.message
        const rows = this.messages.get(contactId) ?? []
        this.tops.set(contactId, Math.max(seq, this.tops.get(contactId) ?? 0))
        const at = rows.findIndex((r) => r.seq === seq)
        if (at < 0) rows.push(write.message)
        else rows[at] = write.message
        this.messages.set(contactId, rows)
      }
    }
  }

  load(): Loaded {
    const last = new Map<string, MessageRow>()
    for (const [id, rows] of this.messages) {
      const row = rows.at(-1)
      if (row) last.set(id, row)
    }
    return {
      ...(this.profile ? { profile: this.profile } : {}),
      contacts: [...this.contacts.values()],
      invites: [...this.invites.values()],
      joins: [...this.joins.values()],
      blocked: this.blocked,
      last,
      tops: new Map(this.tops),
      damaged: 0,
    }
  }
}

/**
 * One page's view of the disk. `later` runs something a little later, unless the page has died by then. `moment`: before and
 * after each transaction; false: the page dies here.
 */
export function makeMemoryHistory(disk: Disk, later: Later, moment: () => boolean = () => true): History {
  let epoch = 0
  // Done first and told later: a page can die between the two, with its rows on disk and nothing said of them.
  const settled = <T>(work: () => T): Promise<T> =>
    new Promise((resolve, reject) =>
      later(() => {
        if (!moment()) return
        try {
          if (disk.aborts()) throw new StorageError('unavailable')
          const value = work()
          if (!moment()) return
          later(() => resolve(value))
        } catch (error) {
          later(() => reject(error instanceof Error ? error : new Error(String(error))))
        }
      }),
    )
  return {
    claim: (onLost) =>
      settled(() => {
        epoch = ++disk.epoch
        disk.dismiss()
        disk.dismiss = () => later(() => void onLost())
        return disk.load()
      }),
    commit: (writes) =>
      settled(() => {
        if (epoch !== disk.epoch) throw new StorageError('fenced')
        if (disk.refuse) {
          disk.refused++
          throw new StorageError(disk.refuse)
        }
        if (writes.some((write) => disk.knows(write))) throw new StorageError('known')
        for (const write of structuredClone(writes) as Write[]) disk.apply(write)
        disk.committed(writes)
      }),
    page: (contactId, before, limit) =>
      settled(() => (disk.messages.get(contactId) ?? []).filter((r) => r.seq < before).slice(-limit)),
    following: (contactId, after, limit) =>
      settled(() => (disk.messages.get(contactId) ?? []).filter((r) => r.seq > after).slice(0, limit)),
    outbox: (contactId, after, limit) =>
      settled(() =>
        (disk.messages.get(contactId) ?? []).filter((r) => r.state === 'queued' && r.seq > after).slice(0, limit),
      ),
    find: (contactId, messageIds) => settled(() => messageIds.map((id) => disk.find(contactId, id))),
    check: () => Promise.resolve(true),
    isFree: () => Promise.resolve(false),
    release: () => undefined,
  }
}
