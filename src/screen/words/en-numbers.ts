/** English: numbers, and what they count. */
const numbers = new Intl.NumberFormat('en')
const plurals = new Intl.PluralRules('en')

/** “1,234” */
export const figure = (n: number): string => numbers.format(n)

/** “1 message”, “1,234 messages” */
export const count = (n: number, one: string, other: string): string =>
  `${figure(n)} ${plurals.select(n) === 'one' ? one : other}`
