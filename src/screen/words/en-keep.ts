/** English: what goes from this device, and when. */
import type { MessageView } from '../../chat/snapshot.ts'
import { inLtr } from './names.ts'

const numbers = new Intl.NumberFormat('en')
const UNITS = [
  ['year', 365 * 86_400],
  ['day', 86_400],
  ['hour', 3_600],
] as const

const who = (name: string): string => (name ? inLtr(name) : 'the other side')

export const enKeep = {
  menu: 'Message menu',
  copy: 'Copy text',
  forMe: 'Delete for me',
  theirs: (name: string, { mine, state }: Pick<MessageView, 'mine' | 'state'>): string => {
    if (!mine || state === 'delivered' || state === 'read') return `On this device only: ${who(name)} keeps it.`
    if (state === 'failed') return 'On this device only.'
    return `It is not sent any more. If it has arrived already, ${who(name)} keeps it.`
  },
  keep: {
    title: 'Keep messages',
    label: 'On this device, for',
    time: (seconds: number): string => {
      if (seconds === 0) return 'Ever'
      const [unit, n] = UNITS.map(([name, length]) => [name, seconds / length] as const).find(
        ([, many]) => many >= 1,
      ) ?? ['second', seconds]
      return `${numbers.format(n)} ${unit}${n === 1 ? '' : 's'}`
    },
    say: (name: string): string =>
      `What came or was written longer ago goes from this device by itself; what still waits to be sent stays. ${name ? inLtr(name) : 'The other side'} keeps theirs, and is not told.`,
    lost: 'This device could not keep that. What was chosen before still holds.',
    done: 'Done',
  },
  clear: {
    title: 'Clear messages?',
    say: (name: string): string =>
      `Every message of this chat goes from this device, with the key that opens them, and what waits to be sent goes too. ${name ? inLtr(name) : 'The other side'} keeps theirs, and you can go on talking. This cannot be undone.`,
    disk: 'A copy that somebody made of this disk before may still hold them.',
    keep: 'Keep',
    go: 'Clear messages',
  },
}
