/** English: what was found, and where in time one goes. */
const plurals = new Intl.PluralRules('en')
const numbers = new Intl.NumberFormat('en')

export const enFind = {
  title: 'Messages',
  list: 'Messages found',
  looking: 'Looking through everything that was said…',
  count: (n: number): string =>
    n === 0
      ? 'Found in no message'
      : `Found in ${numbers.format(n)} ${plurals.select(n) === 'one' ? 'message' : 'messages'}`,
  failed: 'The messages could not be looked through. Type again to try once more.',
  rest: (n: number): string => `These are the newest ${numbers.format(n)}. Another word finds fewer.`,
  date: {
    title: 'Go to a date',
    lede: 'Takes you to the first message of that day, or the next one after it.',
    label: 'Date',
    go: 'Go',
  },
}
