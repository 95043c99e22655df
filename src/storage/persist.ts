/** Asking the browser not to clear the profile when space runs short, and how much space there is. */
import type { Disk, Room } from '../chat/ports.ts'

/** So many commits are made between two looks: even if each were as large as can be, what is left is known to some ten megabytes. */
const COMMITS_A_LOOK = 16

/** Where storage is refused there is none. */
const storageOf = (): StorageManager | undefined => (navigator as { readonly storage?: StorageManager }).storage

/**
 * Whether the browser promised to keep what is stored; asks for it if it did not yet. Some browsers ask the person, so
 * call it after a press. False where storage is refused or the browser does not know the question.
 */
export async function persisted(): Promise<boolean> {
  const storage = storageOf()
  if (storage === undefined) return false
  try {
    return (await storage.persisted()) || (await storage.persist())
  } catch {
    return false
  }
}

/** `wrote`: to be called after each commit. */
export function makeDisk(): Disk & { wrote(): void } {
  const listeners: ((room: Room) => void)[] = []
  let room: Room = {}
  let commits = 0
  const learn = (news: Room): void => {
    room = { ...room, ...news }
    for (const on of listeners) on(room)
  }
  async function look(): Promise<void> {
    commits = 0
    learn(await roomNow())
  }
  return {
    subscribe(on) {
      listeners.push(on)
      on(room)
    },
    look,
    async ask() {
      learn({ kept: await persisted() })
    },
    wrote() {
      if (++commits >= COMMITS_A_LOOK) void look()
    },
  }
}

/** Asks nobody anything. */
async function roomNow(): Promise<Room> {
  const storage = storageOf()
  if (storage === undefined) return {}
  const [kept, estimate] = await Promise.allSettled([
    (async () => await storage.persisted())(),
    (async () => await storage.estimate())(),
  ])
  const { usage: used, quota }: StorageEstimate = estimate.status === 'fulfilled' ? estimate.value : {}
  return {
    ...(kept.status === 'fulfilled' ? { kept: kept.value } : {}),
    ...(used === undefined || quota === undefined ? {} : { used, quota }),
  }
}
