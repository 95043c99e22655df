/** The one check that can be made of random bytes: that they are not plainly none. */
import { equal } from '../protocol/bytes.ts'
import type { Random } from './ports.ts'

/**
 * False for a generator that returns all zeros (or any one byte over and over), or the same bytes twice: with that every key
 * would be known, and the page must not start. True says nothing about how good the bytes are.
 */
export function looksRandom(random: Random): boolean {
  const [one, other] = [random(32), random(32)]
  return !equal(one, other) && [one, other].every((bytes) => bytes.some((byte) => byte !== bytes[0]))
}
