/**
 * What simple-peer 9.11.1 uses of readable-stream, and no more: an emitter, and a Duplex whose `push` is a `data` event.
 * It keeps what the stream would lose: message borders, empty messages, and the type (text or bytes).
 */
class Emitter {
  #listeners = new Map()

  on(event, listener) {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener])
    return this
  }

  addListener(event, listener) {
    return this.on(event, listener)
  }

  once(event, listener) {
    const wrapped = (...args) => {
      this.removeListener(event, wrapped)
      listener.apply(this, args)
    }
    wrapped.listener = listener
    return this.on(event, wrapped)
  }

  removeListener(event, listener) {
    const left = (this.#listeners.get(event) ?? []).filter((l) => l !== listener && l.listener !== listener)
    this.#listeners.set(event, left)
    return this
  }

  off(event, listener) {
    return this.removeListener(event, listener)
  }

  removeAllListeners(event) {
    if (event === undefined) this.#listeners.clear()
    else this.#listeners.delete(event)
    return this
  }

  emit(event, ...args) {
    const listeners = this.#listeners.get(event)
    if (!listeners?.length) {
      // An error nobody listens to must not pass unseen.
      if (event === 'error')
        queueMicrotask(() => {
          throw args[0]
        })
      return false
    }
    for (const listener of listeners) listener.apply(this, args)
    return true
  }
}

class Duplex extends Emitter {
  readable = true
  writable = true
  _readableState = { ended: false }
  _writableState = { finished: false }

  push(chunk) {
    if (chunk === null) this._readableState.ended = true
    else this.emit('data', chunk)
    return true
  }

  write() {
    throw new Error('use send()')
  }

  end() {
    this._writableState.finished = true
    return this
  }
}

module.exports = { Duplex }
