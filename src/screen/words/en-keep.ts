/** English: what goes from this device, and when. */
import type { MessageView } from '../../chat/snapshot.ts'
import { time } from './en-timer.ts'
import { named } from './names.ts'

export const enKeep = {
  menu: 'Message menu',
  copy: 'Copy text',
  forMe: 'Delete for me',
  sure: 'Yes, delete it',
  theirs: (name: string, { mine, state }: Pick<MessageView, 'mine' | 'state'>): string => {
    if (!mine || state === 'delivered' || state === 'read')
      return `On this device only: ${named(name, 'the other side')} keeps it.`
    if (state === 'failed') return 'On this device only.'
    return `It is not sent any more. If it has arrived already, ${named(name, 'the other side')} keeps it.`
  },
  keep: {
    title: 'How long messages stay',
    label: 'On this device, for',
    time: (seconds: number): string => (seconds === 0 ? 'Ever' : time(seconds)),
    say: (name: string): string =>
      `What came or was written longer ago goes from this device by itself; what still waits to be sent stays. ${named(name, 'The other side')} keeps theirs, and is not told.`,
    lost: 'This device could not keep that. What was chosen before still holds.',
    done: 'Done',
  },
  timer: {
    heading: 'Disappearing messages',
    say: (name: string): string =>
      `On both sides, if ${named(name, 'the other side')} agrees: each message goes so long after it was delivered (for whoever wrote it) or read (for the other). Nobody can be kept from copying it before.`,
    label: 'Disappear after',
    suggest: 'Suggest',
    inForce: (seconds: number): string => `What is said now disappears after ${time(seconds)}, on both sides.`,
    suggested: (seconds: number): string => `You suggested ${time(seconds)}. It counts once the other side agrees.`,
    offered: (name: string, seconds: number): string => `${named(name, 'The other side')} suggests ${time(seconds)}.`,
    agree: 'Agree',
    end: 'End disappearing messages',
    takeBack: 'Take back',
    lost: 'This could not be done. Look at the chat: something may have changed meanwhile.',
  },
  clear: {
    title: 'Clear messages?',
    say: (name: string): string =>
      `Every message of this chat goes from this device, with the key that opens them, and what waits to be sent goes too. ${named(name, 'The other side')} keeps theirs, and you can go on talking. This cannot be undone.`,
    disk: 'A copy that somebody made of this disk before may still hold them.',
    keep: 'Keep',
    go: 'Clear messages',
  },
}
