/** The wire's limits, so that the screen can say so before anything is tried. A test holds them equal to the protocol's. */

/** One message is one frame, and this is what a frame holds, in bytes of UTF-8. */
export const MAX_TEXT_BYTES = 15_000

/** A name's bytes on the wire, here as characters of a field: names in wide scripts are shortened when they are kept. */
export const MAX_NAME_LENGTH = 64
