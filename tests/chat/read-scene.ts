/** Two who talk, what they say, and what is said of it in receipts. */
import { viewId } from '../../src/chat/state.ts'
import { fromHex } from '../../src/protocol/bytes.ts'
import { SEAL_ENTROPY_BYTES } from '../../src/protocol/session.ts'
import type { Frame } from '../../src/protocol/session.ts'
import { liveOf } from '../attacks/help.ts'
import { meet } from '../simulation/meeting.ts'
import type { Person } from '../simulation/person.ts'
import { CALM } from '../simulation/world.ts'
import type { World } from '../simulation/world.ts'

/** Brings the chat onto the screen, and somebody in front of it or not. */
export async function show(person: Person, here = true): Promise<void> {
  person.actions.openChat(person.contactId ?? '')
  person.actions.present(here)
  await person.world.run(100)
}

export async function say(person: Person, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) void person.actions.send(person.contactId ?? '', text)
  await person.world.run(1_000)
}

export const shown = (person: Person) =>
  person.page?.messenger.snapshot.open?.messages.filter((m) => m.mine).map((m) => m.state) ?? []
export const contactOf = (person: Person) => person.disk.contacts.get(person.contactId ?? '')

/** Two who talk; Ana's chat is open and she is there. */
export async function scene(seed: number): Promise<{ world: World; ana: Person; ben: Person }> {
  const { world, a: ana, b: ben } = await meet(seed, CALM)
  await show(ana)
  return { world, ana, ben }
}

/** Gives Ben's next frames to Ana as if he had sent them. */
export async function tell(ana: Person, ben: Person, ...frames: readonly Frame[]): Promise<void> {
  const live = liveOf(ben)
  const end = ben.page?.ends.at(-1)
  for (const frame of frames) end?.send(live!.session.seal(frame, ana.world.random(SEAL_ENTROPY_BYTES)))
  await ana.world.run(1_000)
}

export const read = (...ids: readonly string[]): Frame => ({ type: 'receipt', what: 'read', ids: ids.map(fromHex) })
export const rowOf = (person: Person, text: string) =>
  person.rows().find((r) => r.body.kind === 'text' && r.body.text === text)
export const idOf = (person: Person, text: string) => rowOf(person, text)?.id ?? ''
/** What the screen calls it. */
export const calledOf = (person: Person, text: string) => viewId(rowOf(person, text)!)
