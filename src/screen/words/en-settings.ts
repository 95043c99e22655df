/** English: Settings, and what is done with a contact. */
import { named } from './names.ts'

export const enSettings = {
  you: 'You',
  seenByAll: 'Sent to the people you talk with, and to nobody else.',
  privacy: 'Privacy',
  reads: {
    name: 'Send read receipts',
    hint: 'Off, the others see “delivered” and no more, until you turn it on again. So do you.',
  },
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
    title: (name: string): string => `Remove ${named(name, 'this person')}?`,
    say: (name: string): string =>
      `The chat and its secrets go from this device at once, and ${named(name, 'this person')} cannot reach you here any more. Nobody is told. This cannot be undone.`,
    keep: 'Keep',
    go: 'Remove contact',
  },
}
