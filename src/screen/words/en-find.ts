/** English: what was found, and where in time one goes. */
import { count, figure } from './en-numbers.ts'

export const enFind = {
  title: 'Messages',
  list: 'Messages found',
  looking: 'Looking through everything that was said…',
  count: (n: number): string => (n === 0 ? 'Found in no message' : `Found in ${count(n, 'message', 'messages')}`),
  failed: 'The messages could not be looked through. Type again to try once more.',
  rest: (n: number): string => `These are the newest ${figure(n)}. Another word finds fewer.`,
  date: {
    title: 'Go to a date',
    lede: 'Takes you to the first message of that day, or the next one after it.',
    label: 'Date',
    go: 'Go',
  },
}
