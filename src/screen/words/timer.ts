/** The words of messages that disappear. */
import { enTimer } from './en-timer.ts'

export const timerWords = enTimer
