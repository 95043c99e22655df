module.exports = globalThis.queueMicrotask.bind(globalThis)
