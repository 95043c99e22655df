/** What lives went through. */
export type Tally = Record<
  | 'lives'
  | 'messages'
  | 'deleted'
  | 'crashes'
  | 'kills'
  | 'refusals'
  | 'aborts'
  | 'jumps'
  | 'tabs'
  | 'freezes'
  | 'lines',
  number
>
export const noTally = (): Tally => ({
  lives: 0,
  messages: 0,
  deleted: 0,
  crashes: 0,
  kills: 0,
  refusals: 0,
  aborts: 0,
  jumps: 0,
  tabs: 0,
  freezes: 0,
  lines: 0,
})
