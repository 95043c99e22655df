/** English: Settings, and what is done with a contact. */
import { inLtr } from './names.ts'

const who = (name: string): string => (name ? inLtr(name) : 'this person')

export const enSettings = {
  you: 'You',
  privacy: 'Privacy',
  storage: 'On this device',
  kept: 'On your side, your chats are in this browser and nowhere else',
  keptHow: 'They are not locked: anyone who can use this browser, or copies this disk, can read them.',
  keptSealed: 'They are locked with your passphrase.',
  build: 'Build',
  install: 'Install Sotto as an app',
  installByHand: 'To have Sotto as an app, press Share in Safari, then Add to Home Screen.',
  onDevice: 'everything here is on this device',
}

export const enContact = {
  rename: {
    title: 'Rename',
    field: 'Name',
    hint: 'Only you see this name. Empty, it goes back to the one they chose.',
    save: 'Save',
  },
  remove: {
    title: (name: string): string => `Remove ${who(name)}?`,
    say: (name: string): string =>
      `The chat and its secrets go from this device at once, and ${who(name)} cannot reach you here any more. Nobody is told. This cannot be undone.`,
    keep: 'Keep',
    go: 'Remove contact',
  },
}
