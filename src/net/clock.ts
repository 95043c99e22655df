import type { Clock } from '../chat/ports.ts'

/** Longest delay setTimeout can count; a larger one would fire at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

/** The device's clock, moved by `offsetMs` (server time minus device time). */
export function makeClock(offsetMs: number): Clock {
  return {
    now: () => Math.round(Date.now() + offsetMs),
    after(ms, run) {
      let left = ms
      let timer: ReturnType<typeof setTimeout>
      const arm = (): void => {
        const step = Math.min(left, MAX_TIMEOUT_MS)
        left -= step
        timer = setTimeout(left > 0 ? arm : run, step)
      }
      arm()
      return () => clearTimeout(timer)
    },
  }
}
