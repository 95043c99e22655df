/** Words about comparing; fetched with the screens that say them. */
import type { ScanOutcome } from '../../chat/snapshot.ts'
import { inLtr, named } from './names.ts'

const whose = (name: string): string => (name ? `${inLtr(name)}’s` : 'their')

export const enSafety = {
  name: 'Safety number',
  say: (name: string): string =>
    `Read the left half aloud and let ${named(name, 'this person')} read the right. If both screens say the same, nobody is between you.`,
  digits: 'Safety number digits',
  qr: 'Safety number QR code',
  quicker: 'Quicker, side by side',
  quickerHow: (name: string): string => `Let ${named(name, 'this person')} scan this, then scan ${whose(name)} code.`,
  scan: 'Scan their code',
  picture: 'Choose a picture',
  outcome: 'Verification',
  ask: 'All twelve groups the same?',
  askHow: 'Then say so, and Sotto remembers it for this key.',
  mark: 'Mark as verified',
  verified: 'Verified',
  verifiedWhat: (name: string): string => `This mark belongs to ${whose(name)} key, not to the name.`,
  clear: 'Clear verification',
  looking: (name: string): string =>
    `Looking for the code on ${whose(name)} screen. Open the safety number there and hold it up.`,
  reading: 'Reading the picture…',
  starting: 'Starting the camera…',
  outcomes: {
    'own-code': (name: string): string => `That is your own code. Scan the one on ${whose(name)} screen.`,
    'other-version': (name: string): string =>
      `${name ? `${inLtr(name)}’s` : 'Their'} code is from another version of Sotto. Update both, then scan again.`,
    unreadable: (name: string): string =>
      `That is not a Sotto code. Hold the safety number of ${whose(name)} screen up to the camera.`,
  } satisfies Partial<Record<ScanOutcome, (name: string) => string>>,
  noCode: (name: string): string =>
    `No code can be seen in this picture. Take one of ${whose(name)} screen, straight and sharp.`,
  camera: {
    refused: {
      strong: 'This browser may not use the camera',
      say: (name: string): string =>
        `Allow it for this page in the address bar, then try again. Or take a picture of ${whose(name)} screen and choose it here. Reading the number aloud works just as well.`,
    },
    none: {
      strong: 'This device has no camera',
      say: (name: string): string =>
        `Take a picture of ${whose(name)} screen with another device and choose it here. Reading the number aloud works just as well.`,
    },
    busy: {
      strong: 'The camera does not answer',
      say: (): string =>
        'Another program may be using it. Close that one, then try again. Reading the number aloud works just as well.',
    },
  },
  match: {
    say: (name: string): string => (name ? `It is ${inLtr(name)}.` : 'It is them.'),
    why: 'The two numbers are the same: nobody is between you. Sotto will stop everything and tell you if this ever changes.',
    back: 'Back to the chat',
  },
  mismatch: {
    say: 'Stop. The numbers differ.',
    why: (name: string): string =>
      `The code you scanned is not the code of the person in this chat. Someone may be between you and ${named(name, 'this person')}, reading along. Sotto has stopped sending.`,
    steps: (name: string): readonly string[] => [
      `Make sure you scanned ${whose(name)} screen, in the chat with you.`,
      `If it still differs, tell ${named(name, 'this person')} by another way, in person or by phone.`,
      'Leave this chat, and start a new one with a link you hand over yourself.',
    ],
    leave: 'Leave this chat',
    again: 'Scan again',
  },
}
