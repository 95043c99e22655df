/** A backup in place of a profile, as the front does it: nothing of it is used before all of it is there. */
import { expect, test } from 'playwright/test'
import { Front, type Engine, type EngineActions } from '../../src/chat/front.ts'
import { dropRestored, exportBackup, importBackup, importMoved } from '../../src/chat/mover.ts'
import type { BackupTrouble, Moving, Outcome, Watch } from '../../src/chat/moving.ts'
import { StorageError, type History, type Loaded } from '../../src/chat/ports.ts'
import type { Snapshot } from '../../src/chat/snapshot.ts'
import { BLANK, NOBODY } from '../../src/chat/start.ts'
import { Disk, makeMemoryHistory } from '../simulation/memory-history.ts'
import { NO_SEARCH, UNSEALED } from './plain.ts'

const WATCH: Watch = { progress: () => undefined, signal: new AbortController().signal }
const FILE = { size: 0, slice: () => new Blob() }

/** A page, and all that happens to it, in order. `ends`: what `restore` comes to. */
async function scene(ends: { opening?: BackupTrouble; restoring?: BackupTrouble } = {}) {
  const disk = new Disk()
  disk.profile = NOBODY
  const memory = makeMemoryHistory(disk, (run) => queueMicrotask(run))
  const told: string[] = []
  let isPart = false
  let lost = (): void => undefined
  const history: History = {
    ...memory,
    claim: async (onLost) => {
      lost = () => void onLost()
      // Who claims anew has left before.
      const loaded = await memory.claim(() => undefined)
      if (isPart) throw new StorageError('restoring')
      return loaded
    },
  }
  const done: Outcome = { ok: true, lacking: 0 }
  const moving: Moving = {
    exportTo: () => Promise.resolve({ ok: true, lacking: 2 }),
    async openBackup() {
      await Promise.resolve()
      told.push('opened')
      return ends.opening ? { ok: false, why: ends.opening } : { ok: true, backup: { messages: 1 } }
    },
    async restore() {
      await Promise.resolve()
      isPart = true
      told.push('restoring')
      if (ends.restoring) return { ok: false, why: ends.restoring }
      disk.profile = { ...NOBODY, name: 'Ana' }
      isPart = false
      return done
    },
    dropRestored() {
      told.push('dropped')
      isPart = false
      return Promise.resolve(done)
    },
  }
  let snapshots: (snapshot: Snapshot) => void = () => undefined
  const engine: Engine = {
    actions: { openChat: (id: string) => told.push(`chat ${id}`) } as unknown as EngineActions,
    subscribe: (on) => ((snapshots = on), () => undefined),
    start: ({ profile }: Loaded) => Promise.resolve(void told.push(`started as ${profile?.name || 'nobody'}`)),
    rest: () => Promise.resolve(),
    move: () => Promise.resolve(undefined),
    lost: (phase) => {
      told.push('let go')
      snapshots({ ...BLANK, phase })
      return Promise.resolve()
    },
  }
  const front = new Front({
    history,
    keyring: UNSEALED,
    moving: () => Promise.resolve(moving),
    search: NO_SEARCH,
    erase: () => Promise.resolve(true),
    clock: { now: () => 5, after: () => () => undefined },
    loadEngine: () => Promise.resolve(engine),
  })
  const phases: string[] = []
  front.subscribe(({ phase }) => phases.push(phase))
  await front.start()
  told.splice(0)
  phases.splice(0)
  return {
    ...{ front, told, phases, ends },
    lost: () => lost(),
    says: (snapshot: Snapshot) => snapshots(snapshot),
    take: async () => await importBackup(await front.actions.mover(), FILE, 'passphrase', WATCH),
    takeMoved: async () => await importMoved(await front.actions.mover(), FILE, new Uint8Array(32), WATCH),
    drop: async () => await dropRestored(await front.actions.mover()),
  }
}

test('the file is read to its end, the engine lets go, all is put, and only then is it anybody’s', async () => {
  const { front, take, told, phases } = await scene()
  expect(await take()).toEqual({ ok: true, lacking: 0 })
  expect(told).toEqual(['opened', 'let go', 'restoring', 'started as Ana'])
  expect(phases).toEqual(['restoring', 'ready'])
  front.actions.openChat('ben')
  await new Promise((resolve) => setImmediate(resolve))
  expect(told.at(-1)).toBe('chat ben')
  expect(await exportBackup(await front.actions.mover(), () => Promise.resolve(), 'passphrase', WATCH)).toEqual({
    ok: true,
    lacking: 2,
  })
})

test('of what came straight from another device and cannot go on, nothing stays', async () => {
  for (const why of ['full', 'failed', 'altered'] as const) {
    const { takeMoved, told, phases } = await scene({ restoring: why })
    expect(await takeMoved()).toEqual({ ok: false, why })
    expect(told.filter((one) => one === 'dropped').length).toBe(1)
    expect([told.at(-1), phases.at(-1)]).toEqual(['started as nobody', 'ready'])
  }
  const { takeMoved, told } = await scene()
  expect(await takeMoved()).toEqual({ ok: true, lacking: 0 })
  expect(told).toEqual(['opened', 'let go', 'restoring', 'started as Ana'])
})

test('a file that is refused has changed nothing', async () => {
  for (const why of ['passphrase', 'altered', 'cut'] as const) {
    const { take, told, phases } = await scene({ opening: why })
    expect(await take()).toEqual({ ok: false, why })
    expect([told, phases]).toEqual([['opened'], []])
  }
})

test('where there are chats, or links that wait, nothing is even read; links that are over are in nobody’s way', async () => {
  const { take, told, says } = await scene()
  const line = { state: 'waiting' } as const
  const dates = { createdAt: 1, expiresAt: 2 }
  const ready: Snapshot = { ...BLANK, phase: 'ready' }
  const invite = { id: 'a', line, ...dates }
  const chat = {
    id: 'b',
    name: '',
    verified: false,
    hideIp: false,
    unread: 0,
    line,
    keepFor: 0,
    timer: { n: 0, seconds: 0 },
    addedAt: 1,
  }
  const occupied: readonly Snapshot[] = [
    { ...ready, chats: [chat] },
    { ...ready, invites: [{ ...invite, state: 'open' }] },
    { ...ready, invites: [{ ...invite, state: 'bound' }] },
    { ...ready, joins: [{ id: 'c', phase: 'ready', line }] },
    { ...ready, joins: [{ id: 'c', phase: 'joining', line }] },
  ]
  for (const snapshot of occupied) {
    says(snapshot)
    expect(await take()).toEqual({ ok: false, why: 'occupied' })
  }
  says({ ...BLANK, phase: 'elsewhere' })
  expect(await take()).toEqual({ ok: false, why: 'stopped' })
  expect(told).toEqual([])
  says({ ...ready, invites: [{ ...invite, state: 'expired' }], joins: [{ id: 'c', phase: 'used', line }] })
  expect(await take()).toEqual({ ok: true, lacking: 0 })
})

test('cut short, it waits to go on, and what the engine says is not shown; of what turns out wrong nothing stays', async () => {
  for (const why of ['stopped', 'full', 'altered'] as const) {
    const { take, drop, told, phases, says, ends } = await scene({ restoring: why })
    expect(await take()).toEqual({ ok: false, why })
    if (why === 'altered') {
      expect(told).toEqual(['opened', 'let go', 'restoring', 'dropped', 'started as nobody'])
      expect(phases).toEqual(['restoring', 'ready'])
      continue
    }
    expect(told).toEqual(['opened', 'let go', 'restoring'])
    expect(new Set(phases)).toEqual(new Set(['restoring']))
    says({ ...BLANK, phase: 'ready' })
    expect(phases.at(-1)).toBe('restoring')
    delete ends.restoring
    expect(await (why === 'full' ? take() : drop())).toMatchObject({ ok: true })
    expect(told.at(-1)).toBe(why === 'full' ? 'started as Ana' : 'started as nobody')
    expect(phases.at(-1)).toBe('ready')
  }
})

test('another tab takes over what was cut short', async () => {
  const { take, lost, phases, told } = await scene({ restoring: 'stopped' })
  await take()
  lost()
  await new Promise((resolve) => setImmediate(resolve))
  expect(phases.at(-1)).toBe('elsewhere')
  expect(told.at(-1)).toBe('let go')
})
