/** simple-peer only asks for a few bytes as hex, to name a channel. */
module.exports = (length) => {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return { toString: () => Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('') }
}
