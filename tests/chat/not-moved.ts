import type { Moving } from '../../src/chat/moving.ts'

/** Where nobody writes or reads a backup. */
export const NOT_MOVED = (): Promise<Moving> => Promise.reject(new Error('nobody asked for it'))
