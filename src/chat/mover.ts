/** What a person does about backups. Fetched with the screens that ask for it. */
import type { Bytes } from '../protocol/bytes.ts'
import type { FileSecret, Mover, Outcome, Refused, Sink, Source, Watch } from './moving.ts'

export async function exportBackup({ moving }: Mover, sink: Sink, passphrase: string, watch: Watch): Promise<Outcome> {
  return await moving.exportTo(sink, passphrase, watch)
}

/**
 * A backup in place of what is here, if nobody is: first it is read to its end, then the profile is nobody’s until all of it is
 * there. What was cut short, or cannot go on for want of room, waits; of what turns out to be wrong nothing stays.
 */
export async function importBackup(mover: Mover, file: Source, secret: FileSecret, watch: Watch): Promise<Outcome> {
  const { moving } = mover
  const before = obstacle(mover)
  if (before) return before
  const opened = await moving.openBackup(file, secret, watch)
  if (!opened.ok) return opened
  const since = obstacle(mover)
  if (since) return since
  return await replace(mover, async () => {
    const outcome = await moving.restore(opened.backup, watch)
    if (!outcome.ok && outcome.why === 'altered') await moving.dropRestored()
    return outcome
  })
}

/** The same for what comes straight from another device: it is not there a second time, so of a part nothing stays. */
export async function importMoved(mover: Mover, file: Source, key: Bytes, watch: Watch): Promise<Outcome> {
  const outcome = await importBackup(mover, file, key, watch)
  if (!outcome.ok && mover.snapshot().phase === 'restoring') await dropRestored(mover)
  return outcome
}

/** Takes away what came of one that was cut short. */
export async function dropRestored(mover: Mover): Promise<Outcome> {
  return await replace(mover, () => mover.moving.dropRestored())
}

async function replace({ hold, begin, snapshot }: Mover, work: () => Promise<Outcome>): Promise<Outcome> {
  await hold()
  try {
    return await work()
  } finally {
    // Unless another tab has taken the profile over.
    if (snapshot().phase === 'restoring') await begin()
  }
}

function obstacle({ snapshot }: Mover): Refused | undefined {
  const { phase, chats, invites, joins } = snapshot()
  if (phase !== 'ready' && phase !== 'restoring') return { ok: false, why: 'stopped' }
  const waits = invites.some((i) => i.state === 'open' || i.state === 'bound')
  const isJoining = joins.some((j) => j.phase === 'ready' || j.phase === 'joining')
  return chats.length > 0 || waits || isJoining ? { ok: false, why: 'occupied' } : undefined
}
