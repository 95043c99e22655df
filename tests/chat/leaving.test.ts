/** Another tab takes over: the screen goes first, what it gives back is kept, and taking it back meanwhile begins anew. */
import { expect, test } from 'playwright/test'
import { LEAVE_WITHIN } from '../../src/chat/limits.ts'
import { StorageError, type Write } from '../../src/chat/ports.ts'
import { liveOf } from '../attacks/help.ts'
import { meet } from '../simulation/meeting.ts'
import { CALM } from '../simulation/world.ts'

test('what the screen gives back as it goes is on disk, and nothing is shown any more', async () => {
  const { world, a } = await meet(1, CALM)
  const { messenger } = a.page!
  const phases: string[] = []
  messenger.subscribe(({ phase }) => {
    phases.push(phase)
    if (phase === 'elsewhere' && phases.length === 1) a.actions.setDraft(a.contactId!, 'half a sentence')
  })
  const lost = messenger.lost('elsewhere')
  await world.run(LEAVE_WITHIN)
  await lost
  expect(a.disk.contacts.get(a.contactId!)?.draft).toBe('half a sentence')
  expect(new Set(phases)).toEqual(new Set(['elsewhere']))
  expect(messenger.state).toBeUndefined()
})

test('a disk that hangs does not keep a tab that has to go', async () => {
  const { world, a, b } = await meet(2, CALM)
  const { messenger, history } = a.page!
  Object.assign(history, { commit: () => new Promise(() => undefined) })
  a.actions.setDraft(a.contactId!, 'never kept')
  const lost = messenger.lost('elsewhere')
  await world.run(LEAVE_WITHIN + 10)
  await lost
  expect([messenger.state, a.page!.ends.every(({ closed }) => closed)]).toEqual([undefined, true])
  await world.run(1_000)
  expect(liveOf(b)).toBeUndefined()
})

test('what others say while it goes is left for the next', async () => {
  const { world, a, b } = await meet(3, CALM)
  const { messenger, history } = a.page!
  const { commit } = history
  let goOn = (): void => undefined
  const held = new Promise<void>((resolve) => (goOn = resolve))
  Object.assign(history, { commit: (writes: readonly Write[]) => held.then(() => commit(writes)) })
  a.actions.setDraft(a.contactId!, 'on its way to the disk')
  void b.actions.send(b.contactId!, 'meanwhile')
  await world.run(500)
  const lost = messenger.lost('elsewhere')
  void b.actions.send(b.contactId!, 'and then')
  await world.run(20)
  goOn()
  await world.run(LEAVE_WITHIN + 10)
  await lost
  expect([a.texts(false), a.disk.contacts.get(a.contactId!)?.draft]).toEqual([[], 'on its way to the disk'])
  void a.actions.takeOver()
  expect(await world.run(60_000, () => a.texts(false).length > 1)).toBe(true)
  expect(a.texts(false)).toEqual(['meanwhile', 'and then'])
})

test('taken back while it goes, and refused: what was shown before does not come back', async () => {
  const { world, a } = await meet(4, CALM)
  const { messenger, history } = a.page!
  const phases: string[] = []
  messenger.subscribe(({ phase }) => phases.push(phase))
  Object.assign(history, { claim: () => Promise.reject(new StorageError('locked')) })
  const lost = messenger.lost('elsewhere')
  void messenger.start()
  await world.run(30_000)
  await lost
  expect(phases.at(-1)).toBe('locked')
  expect(phases).not.toContain('ready')
  expect([messenger.state, a.page!.ends.every(({ closed }) => closed)]).toEqual([undefined, true])
})
