/** simple-peer only wraps a received ArrayBuffer. */
module.exports = { Buffer: { from: (arrayBuffer) => new Uint8Array(arrayBuffer) } }
