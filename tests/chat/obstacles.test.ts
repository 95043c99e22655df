/** Why there is no line, as it is shown: told from what is so, and not from what was last tried. */
import { expect, test } from 'playwright/test'
import { LOOKING_FOR, RELAY_PATIENCE } from '../../src/chat/limits.ts'
import type { Settings } from '../../src/chat/ports.ts'
import { NOBODY, stateFrom } from '../../src/chat/start.ts'
import { IDLE_LINK } from '../../src/chat/state.ts'
import type { RelayState } from '../../src/chat/ports.ts'
import type { Link, State } from '../../src/chat/state.ts'
import { nextViewChange, viewOf } from '../../src/chat/view.ts'
import { strangers } from '../simulation/contacts.ts'
import { CALM, World } from '../simulation/world.ts'

const [contact] = strangers(new World(1, CALM), 1)
const PLAIN: Settings = { relays: ['ws://r'], iceServers: [], relayOnly: false }
const TURN: Settings = { ...PLAIN, iceServers: [{ urls: 'turn:t.example', username: 'u', credential: 'c' }] }

function stateWith(settings: Settings, relay: RelayState, hideIp: boolean, link: Partial<Link>): State {
  const lists = { invites: [], joins: [], blocked: [], last: new Map(), tops: new Map(), damaged: 0 }
  const state = stateFrom({ ...lists, contacts: [{ ...contact!, hideIp }] }, NOBODY, settings, [], 0)
  return {
    ...state,
    settings,
    relays: new Map([['ws://r', relay]]),
    links: new Map([[contact!.id, { ...IDLE_LINK, ...link }]]),
  }
}

const lineAt = (state: State, now: number) => viewOf(state, now).chats[0]?.line

test('who hides from one contact has nowhere to hide without a TURN server, whatever was tried since', () => {
  for (const trouble of [undefined, 'nowhere-to-hide', 'lost'] as const) {
    const line = (settings: Settings, hides: boolean) =>
      lineAt(stateWith(settings, 'open', hides, { trouble, since: 0 }), 60_000)
    expect(line(PLAIN, true)).toEqual({ state: 'failed', cause: 'nowhere-to-hide' })
    if (trouble !== 'nowhere-to-hide') {
      expect(line(TURN, true)?.cause).toBe('absent')
      expect(line(PLAIN, false)?.cause).toBe('absent')
    }
  }
})

test('what a person must decide or mend comes before nowhere to hide from one contact', () => {
  for (const trouble of ['restored', 'storage-full', 'no-webrtc'] as const)
    expect(lineAt(stateWith(PLAIN, 'open', true, { trouble }), 60_000)).toEqual({ state: 'failed', cause: trouble })
})

test('who tries again is told that Sotto looks, and after a while that there is still no relay', () => {
  const now = 10 * 60_000
  const before = stateWith(PLAIN, 'closed', false, { since: 0 })
  expect(lineAt(before, now)).toEqual({ state: 'failed', cause: 'no-relay' })
  const after = stateWith(PLAIN, 'closed', false, { since: now })
  expect(lineAt(after, now)).toEqual({ state: 'connecting', cause: 'looking' })
  const changes = nextViewChange(after, now)
  expect(changes).toBe(now + RELAY_PATIENCE + 1)
  expect(lineAt(after, changes)).toEqual({ state: 'failed', cause: 'no-relay' })
  expect(nextViewChange(after, changes)).toBe(now + LOOKING_FOR + 1)
  const ahead = stateWith(PLAIN, 'closed', false, { since: now + 24 * 3_600_000 })
  expect(lineAt(ahead, now), 'the clock was set back').toEqual({ state: 'failed', cause: 'no-relay' })
})
