import type { MessageView } from '../chat/snapshot.ts'

/** Messages of one sender this close in time stand together. */
const GROUP_MS = 5 * 60_000

export type Place = {
  /** A new day begins here. */
  readonly day: boolean
  /** First and last of a run of one sender. */
  readonly first: boolean
  readonly last: boolean
}

/** How a message stands to its neighbours; `newFrom` parts as a new day does. */
export function placeOf(
  before: MessageView | undefined,
  message: MessageView,
  after: MessageView | undefined,
  newFrom: string | undefined,
): Place {
  return {
    day: !before || !sameDay(before.at, message.at),
    first: !before || !together(before, message, newFrom),
    last: !after || !together(message, after, newFrom),
  }
}

export function isSamePlace(a: Place, b: Place): boolean {
  return a.day === b.day && a.first === b.first && a.last === b.last
}

/** What stands below a run holds for all of it: when, and after what time it disappears. */
function together(a: MessageView, b: MessageView, newFrom: string | undefined): boolean {
  const isAlike = a.mine === b.mine && a.expireAfter === b.expireAfter && !a.timer && !b.timer
  return isAlike && b.id !== newFrom && Math.abs(b.at - a.at) < GROUP_MS && sameDay(a.at, b.at)
}

/** No two days of a month lie so close. */
function sameDay(a: number, b: number): boolean {
  return Math.abs(a - b) < 26 * 3_600_000 && new Date(a).getDate() === new Date(b).getDate()
}

const graphemes = new Intl.Segmenter()
const EMOJI =
  /^(?:\p{Regional_Indicator}{2}|\p{Emoji_Presentation}|\p{Extended_Pictographic}\uFE0F)(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*$/u

/** One to three emoji and nothing else: shown large, without a bubble. */
export function isEmojiOnly(text: string): boolean {
  if (text.length > 60) return false
  const signs = [...graphemes.segment(text)].map((s) => s.segment).filter((s) => s.trim())
  return signs.length > 0 && signs.length <= 3 && signs.every((sign) => EMOJI.test(sign))
}
