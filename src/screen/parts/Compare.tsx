import { moveWords } from '../words/move.ts'
import { Digits } from './Digits.tsx'

/** The number of a move, as both devices show it. */
export function Compare(props: { number: string }) {
  return <Digits label={moveWords.number} groups={props.number.match(/\d\d/g) ?? []} />
}
