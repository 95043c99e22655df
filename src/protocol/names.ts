/**
 * Names that people claim. A name is never proof of anything; this file only makes it harmless to show and bounded in size.
 */
import { utf8 } from './bytes.ts'

/** Bytes of UTF-8: room for a full name in any script, small enough for a handshake message of one size. */
export const MAX_NAME_BYTES = 64

// Controls (Cc), lone surrogates (Cs), bidi embeddings, overrides and isolates, and characters without shape or effect on
// their neighbours. ZWJ and ZWNJ stay: many scripts and emoji need them.
const UNWANTED = /[\p{Cc}\p{Cs}\u200B\u2060\uFEFF\u202A-\u202E\u2066-\u2069]/gu

/**
 * NFC, without controls and bidi overrides, white space collapsed and trimmed, cut between graphemes to 64 bytes of UTF-8.
 * Cleaning a clean name changes nothing. The result may be empty.
 */
export function cleanName(text: string): string {
  // Nothing beyond this can survive the cut; bounds the work on hostile input.
  const bounded = text.slice(0, 1024)
  const clean = bounded.replace(/\s+/gu, ' ').replace(UNWANTED, '').replace(/ {2,}/g, ' ').normalize('NFC').trim()
  if (utf8(clean).length <= MAX_NAME_BYTES) return clean
  let kept = ''
  let size = 0
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(clean)) {
    size += utf8(segment).length
    if (size > MAX_NAME_BYTES) break
    kept += segment
  }
  return kept.trim()
}
