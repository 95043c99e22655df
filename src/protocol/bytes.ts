/** Every byte string in the house: a plain Uint8Array on its own ArrayBuffer. */
export type Bytes = Uint8Array<ArrayBuffer>
