/** What is shown before the page's own files are read claims nothing about servers. */
import { expect, test } from 'playwright/test'
import { UNKNOWN } from '../../src/chat/offers.ts'
import { NOBODY, stateFrom } from '../../src/chat/start.ts'
import { viewOf } from '../../src/chat/view.ts'
import { strangers } from '../simulation/contacts.ts'
import { CALM, World } from '../simulation/world.ts'

test('a profile that is just opened: no line is called failed, hidden or not', () => {
  const [contact] = strangers(new World(1, CALM), 1)
  const lists = { invites: [], joins: [], blocked: [], last: new Map(), tops: new Map(), damaged: 0 }
  for (const hideIp of [false, true]) {
    const loaded = { ...lists, contacts: [contact!] }
    const lineWith = (offered: typeof UNKNOWN) =>
      viewOf(stateFrom(loaded, { ...NOBODY, hideIp }, offered, [], 0), 0).chats[0]?.line
    expect(lineWith(UNKNOWN)).toEqual({ state: 'connecting', cause: 'looking' })
    // The same, once it is known that there are none.
    expect(lineWith({ ...UNKNOWN })?.state).toBe('failed')
  }
})
