/** What the browser says of the room it gives this page, and whether it will keep what is in it. Advice only: a commit may fail all the same. */
export type Room = {
  /** The browser has promised to clear nothing by itself. Undefined: it was not asked yet, or does not know the question. */
  readonly kept?: boolean
  /** Bytes used and to be had in all, where the browser tells. */
  readonly used?: number
  readonly quota?: number
}

export interface Disk {
  /** Calls back with what is known now and whenever it has changed. */
  subscribe(on: (room: Room) => void): void
  /** Looks again. */
  look(): Promise<void>
  /** Asks for the promise. Some browsers ask the person then. */
  ask(): Promise<void>
}

const LEAST_LEFT = 20_000_000
/** Of a small quota the twentieth part; of a large one that would be more than all that people ever write. */
const ENOUGH_LEFT = 200_000_000

export function leftIn({ used, quota }: Room): number | undefined {
  return used === undefined || quota === undefined ? undefined : Math.max(0, quota - used)
}

/** There is still room, but one should know how little. */
export function isLow(room: Room): boolean {
  const left = leftIn(room)
  return left !== undefined && left < Math.max(LEAST_LEFT, Math.min((room.quota ?? 0) / 20, ENOUGH_LEFT))
}
