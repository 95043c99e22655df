/** Where an exported file goes: straight to the disk where the browser has a picker for it, else into a download. */
import type { Sink } from '../chat/moving.ts'
import type { Bytes } from '../protocol/bytes.ts'

export type Target = {
  readonly write: Sink
  /** It is whole. */
  keep(): Promise<void>
  /** It is not to be kept. */
  drop(): Promise<void>
}

/** So much is handed to the disk at once. */
const PIECE_BYTES = 1 << 20
/** A download has begun by then. */
const REVOKE_AFTER_MS = 60_000

type Writable = { write(part: Blob): Promise<void>; close(): Promise<void>; abort(): Promise<void> }
type Handle = { createWritable(): Promise<Writable>; getFile(): Promise<Blob>; remove?(): Promise<void> }
type Picker = { showSaveFilePicker?(options: { readonly suggestedName: string }): Promise<Handle> }

/** Undefined: the person chose no place. To be called from a press. */
export async function chooseTarget(name: string): Promise<Target | undefined> {
  const page = globalThis as Picker
  if (!page.showSaveFilePicker) return download(name)
  let handle: Handle
  try {
    handle = await page.showSaveFilePicker({ suggestedName: name })
  } catch (error) {
    return error instanceof DOMException && error.name === 'AbortError' ? undefined : download(name)
  }
  const to = await handle.createWritable()
  const pieces = inPieces((piece) => to.write(piece))
  return {
    write: pieces.write,
    async keep() {
      await pieces.end()
      await to.close()
    },
    async drop() {
      await to.abort().catch(() => undefined)
      // A new one lies there empty; an older backup in its place is still what it was.
      const left = await handle.getFile().catch(() => undefined)
      if (left?.size === 0) await handle.remove?.().catch(() => undefined)
    },
  }
}

/** A blob of blobs: browsers keep large ones on the disk. */
function download(name: string): Target {
  const held: Blob[] = []
  const pieces = inPieces((piece) => Promise.resolve(void held.push(piece)))
  return {
    write: pieces.write,
    async keep() {
      await pieces.end()
      const url = URL.createObjectURL(new Blob(held, { type: 'application/octet-stream' }))
      const link = document.createElement('a')
      link.href = url
      link.download = name
      link.click()
      setTimeout(() => URL.revokeObjectURL(url), REVOKE_AFTER_MS)
    },
    drop: () => Promise.resolve(void held.splice(0)),
  }
}

function inPieces(put: (piece: Blob) => Promise<void>): { readonly write: Sink; end(): Promise<void> } {
  let waiting: Bytes[] = []
  let length = 0
  const end = async (): Promise<void> => {
    const piece = new Blob(waiting)
    waiting = []
    length = 0
    await put(piece)
  }
  return {
    async write(part) {
      waiting.push(part)
      length += part.length
      if (length >= PIECE_BYTES) await end()
    },
    end,
  }
}
