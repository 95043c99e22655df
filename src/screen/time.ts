/** Times as people say them, in their own region. All arguments are Unix ms. */
import { createSignal, onCleanup, type Accessor } from 'solid-js'
import { locale, words } from './words/index.ts'

const DAY = 86_400_000
/** How late the word “Today” may be after midnight. */
const CHECK_EVERY = 60_000

const clockFormat = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' })
const shortWeekday = new Intl.DateTimeFormat(locale, { weekday: 'short' })
const shortDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' })
const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' })
const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long' })
const dateWithYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' })

export const startOfDay = (at: number): number => new Date(at).setHours(0, 0, 0, 0)

export const clock = (at: number): string => clockFormat.format(at)

/** For a list: the time today, the weekday within a week, else the date. */
export function listTime(at: number, today: number): string {
  const days = daysBefore(at, today)
  return days <= 0 ? clock(at) : days < 7 ? shortWeekday.format(at) : shortDate.format(at)
}

/** For a line between two days. */
export function dayName(at: number, today: number): string {
  const days = daysBefore(at, today)
  if (days <= 0) return words.today
  if (days === 1) return words.yesterday
  if (days < 7) return weekday.format(at)
  return new Date(at).getFullYear() === new Date(today).getFullYear() ? date.format(at) : dateWithYear.format(at)
}

/** `2026-11-24`, where this device is. */
export function localDate(at: number): string {
  const day = new Date(at)
  return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, '0')).join('-')
}

/** Midnight that began today; changes when a new day begins while the page is open. */
export function createToday(): Accessor<number> {
  const [today, setToday] = createSignal(startOfDay(Date.now()))
  const timer = setInterval(() => setToday(startOfDay(Date.now())), CHECK_EVERY)
  onCleanup(() => clearInterval(timer))
  return today
}

/** Rounded, because a day of the change to summer time has 23 hours. */
function daysBefore(at: number, today: number): number {
  return Math.round((today - startOfDay(at)) / DAY)
}
