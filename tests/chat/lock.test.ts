/** Locking, as the front does it: the page says nothing more at once, and what was begun is kept before the keys go. */
import { expect, test } from 'playwright/test'
import { Front, type Engine, type EngineActions } from '../../src/chat/front.ts'
import type { Keyring } from '../../src/chat/keyring.ts'
import { StorageError, type Contact, type History, type Loaded, type StorageTrouble } from '../../src/chat/ports.ts'
import { NOBODY } from '../../src/chat/start.ts'
import { makeStore } from '../../src/screen/store.ts'
import { NOT_MOVED } from './plain.ts'
import { Disk, makeMemoryHistory } from '../simulation/memory-history.ts'

const REFUSED: Readonly<Record<string, StorageTrouble>> = { decoy: 'known', 'of another tab': 'fenced' }

const BEN: Contact = {
  id: 'ben',
  key: new Uint8Array(32),
  claimedName: 'Ben Needle',
  petname: '',
  addedAt: 1,
  verified: true,
  stopped: false,
  confirmed: true,
  pairs: [],
  inviteTopic: '',
  unread: 3,
  readTo: 0,
  theyRead: 0,
  draft: '',
  hintDismissed: true,
  hideIp: false,
}

/** A page over a sealed profile, and all that happens to it, in order. */
function scene() {
  const disk = new Disk()
  disk.profile = { ...NOBODY, name: 'Ana Needle' }
  disk.contacts.set(BEN.id, BEN)
  const body = { kind: 'text', text: 'needle in the hay' } as const
  disk.messages.set(BEN.id, [{ contactId: BEN.id, seq: 1, id: '00'.repeat(16), mine: false, at: 1, body }])
  const told: string[] = []
  const memory = makeMemoryHistory(disk, (run) => queueMicrotask(run))
  let open = false
  let lost = (): void => undefined
  const history: History = {
    ...memory,
    claim: async (onLost) => {
      if (!open) throw new StorageError('locked')
      lost = () => void onLost()
      return await memory.claim(onLost)
    },
  }
  const keyring: Keyring = {
    sealed: true,
    unlock: (passphrase) => {
      open = passphrase === 'right'
      const why = passphrase === 'the tenth' ? 'spent' : 'wrong'
      return Promise.resolve(open ? { ok: true } : { ok: false, why, wait: 1000 })
    },
    unlockByPasskey: () => {
      open = true
      return Promise.resolve({ ok: true })
    },
    changeLock: (change) =>
      change.to === 'none' || change.to === 'no-duress'
        ? Promise.resolve(change.to === 'none' ? undefined : { wait: 5 })
        : Promise.reject(new StorageError('passphrase' in change ? (REFUSED[change.passphrase] ?? 'full') : 'full')),
    lockFacts: () => Promise.resolve({ eraseAfterTen: false, duress: false, passkey: false, passkeys: false }),
    lock: () => {
      open = false
      told.push('keys gone')
    },
  }
  let rested = (): void => undefined
  let snapshots: Parameters<Engine['subscribe']>[0] = () => undefined
  const started: Loaded[] = []
  const engine: Engine = {
    actions: { openChat: (id: string) => told.push(`opened ${id}`) } as unknown as EngineActions,
    subscribe: (on) => ((snapshots = on), () => undefined),
    start: (claimed) => Promise.resolve(void started.push(claimed)),
    rest: () => new Promise<void>((done) => (rested = done)),
    move: () => Promise.resolve(undefined),
    lost: (phase) => Promise.resolve(void told.push(`lost as ${phase}`)),
  }
  const timers: (() => void)[] = []
  const clock = { now: () => 5, after: (_ms: number, run: () => void) => (timers.push(run), () => undefined) }
  let there = true
  const erase = () => {
    told.push('erased')
    return Promise.resolve(there)
  }
  const search = { search: () => () => undefined }
  const beside = { keyring, moving: NOT_MOVED, search }
  const front = new Front({ history, ...beside, erase, clock, loadEngine: () => Promise.resolve(engine) })
  const store = makeStore(front.initial)
  front.subscribe((snapshot) => store.update(snapshot))
  return {
    ...{ front, store, told, started, timers },
    lost: () => lost(),
    rested: () => rested(),
    emit: (snapshot: Parameters<typeof snapshots>[0]) => snapshots(snapshot),
    unreachable: () => (there = false),
    held: () => JSON.stringify(store.state),
  }
}

const settled = (): Promise<unknown> => new Promise((resolve) => setImmediate(resolve))

test('a sealed profile shows nothing until the passphrase is right; what was asked meanwhile is done then', async () => {
  const { front, store, started, told, held } = scene()
  await front.start()
  expect(store.state.phase).toBe('locked')
  front.actions.openChat('ben')
  expect(await front.actions.unlock('wrong')).toMatchObject({ ok: false, why: 'wrong' })
  expect(store.state.phase).toBe('locked')
  expect(held()).not.toMatch(/needle/i)
  expect(started).toHaveLength(0)
  expect(told).toEqual([])
  expect(await front.actions.unlock('right')).toEqual({ ok: true })
  expect(store.state.phase).toBe('ready')
  expect(held()).toContain('Ben Needle')
  expect(started).toHaveLength(1)
  expect(told).toEqual(['opened ben'])
})

test('locked, the store holds no name and no word, whatever the engine still says; it rests before the keys go', async () => {
  const { front, store, told, emit, held, rested, started } = scene()
  await front.start()
  await front.actions.unlock('right')
  const before = store.state
  const copy = structuredClone(JSON.parse(JSON.stringify(before)) as typeof before)
  for (const needle of ['Ana Needle', 'Ben Needle', 'needle in the hay']) expect(held()).toContain(needle)
  const locking = front.actions.lock()
  expect(store.state.phase).toBe('locked')
  expect(held()).not.toMatch(/needle/i)
  emit(copy)
  expect(held()).not.toMatch(/needle/i)
  expect(told).toEqual([])
  // Who is quick waits until that is over.
  const unlocking = front.actions.unlock('right')
  await settled()
  expect(told).toEqual([])
  rested()
  await locking
  expect(told).toEqual(['lost as locked', 'keys gone'])
  emit(copy)
  await unlocking
  expect(store.state.phase).toBe('ready')
  expect(started).toHaveLength(2)
  front.actions.openChat('ben')
  await settled()
  expect(told.at(-1)).toBe('opened ben')
})

test('a disk that hangs keeps no page open', async () => {
  const { front, told, timers } = scene()
  await front.start()
  await front.actions.unlock('right')
  const locking = front.actions.lock()
  await settled()
  for (const run of timers) run()
  await locking
  expect(told).toEqual(['lost as locked', 'keys gone'])
})

test('what is not sealed is not locked, and another tab’s profile neither; a passphrase that cannot be kept is told', async () => {
  const { front, store, lost, told } = scene()
  await front.start()
  await front.actions.lock()
  expect(told).toEqual([])
  await front.actions.unlock('right')
  expect(await front.actions.changeLock({ to: 'passphrase', passphrase: 'any' })).toBe('full')
  expect(await front.actions.changeLock({ to: 'passphrase', passphrase: 'of another tab' })).toBe(false)
  expect(await front.actions.changeLock({ to: 'passphrase', passphrase: 'decoy' })).toBe('taken')
  expect(await front.actions.changeLock({ to: 'none' })).toBe(true)
  expect(await front.actions.changeLock({ to: 'no-duress' })).toEqual({ wait: 5 })
  lost()
  expect(told).toEqual(['lost as elsewhere'])
  expect(store.state.phase).toBe('ready')
})

test('a passkey opens it as the passphrase does', async () => {
  const { front, store, started, held } = scene()
  await front.start()
  expect(store.state.phase).toBe('locked')
  expect(await front.actions.unlockByPasskey()).toEqual({ ok: true })
  expect(store.state.phase).toBe('ready')
  expect(held()).toContain('Ben Needle')
  expect(started).toHaveLength(1)
})

test('the last wrong passphrase erases everything, as a person would', async () => {
  const { front, store, told } = scene()
  await front.start()
  expect(await front.actions.unlock('wrong')).toMatchObject({ why: 'wrong' })
  expect(told).toEqual([])
  expect(await front.actions.unlock('the tenth')).toMatchObject({ why: 'spent' })
  expect(told).toEqual(['lost as locked', 'erased'])
  expect(store.state.phase).toBe('starting')
})

test('erasing, the page says nothing more, the lines end first; where there is no other page it says that it is done', async () => {
  for (const reachable of [true, false]) {
    const { front, store, told, held, emit, unreachable } = scene()
    if (!reachable) unreachable()
    await front.start()
    await front.actions.unlock('right')
    const copy = structuredClone(JSON.parse(held()) as typeof store.state)
    const erasing = front.actions.erase()
    expect(held()).not.toMatch(/needle/i)
    emit(copy)
    await erasing
    expect(held()).not.toMatch(/needle/i)
    expect(told).toEqual(['lost as locked', 'erased'])
    expect(store.state.phase).toBe(reachable ? 'starting' : 'erased')
  }
})
