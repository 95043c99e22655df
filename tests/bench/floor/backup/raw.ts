/** What a browser alone needs for as many rows and bytes: IndexedDB and AES-GCM, with nothing of the program in it. */

const CHUNK_BYTES = 1 << 16
const IV = new Uint8Array(12)
/** As many rows a transaction as the program puts. */
const ROWS = 2048

type Row = { readonly key: IDBValidKey; readonly value: unknown }

const settled = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error ?? new Error('no cause'))
  })

const key = crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])

async function rowsOf(db: IDBDatabase, name: string): Promise<readonly Row[]> {
  const store = db.transaction(name).objectStore(name)
  const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())])
  return keys.map((at, i) => ({ key: at, value: values[i] as unknown }))
}

/** Every page is read, opened were it another's, and as many bytes as the file has are sealed. */
export async function readAndSeal(database: string, parts: readonly BufferSource[]): Promise<void> {
  const db = await settled(indexedDB.open(database))
  const pages = await rowsOf(db, 'pages')
  for (const { value } of pages)
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: IV }, await key, value as Uint8Array<ArrayBuffer>)
  for (const part of parts) await crypto.subtle.encrypt({ name: 'AES-GCM', iv: IV }, await key, part)
  db.close()
}

/** A file as long as this one, read and opened. */
export async function openAll(parts: readonly BufferSource[]): Promise<void> {
  const file = new Blob([...parts])
  for (let at = 0; at < file.size; at += CHUNK_BYTES) {
    const bytes = await file.slice(at, at + CHUNK_BYTES).arrayBuffer()
    await crypto.subtle.encrypt({ name: 'AES-GCM', iv: IV }, await key, bytes)
  }
}

/** The same pages and ids, as they are, in a database of their own. */
export async function putAll(from: string, to: string): Promise<void> {
  const source = await settled(indexedDB.open(from))
  const opening = indexedDB.open(to)
  opening.onupgradeneeded = () => {
    for (const name of ['pages', 'ids']) opening.result.createObjectStore(name)
  }
  const db = await settled(opening)
  for (const name of ['pages', 'ids']) {
    const rows = await rowsOf(source, name)
    for (let at = 0; at < rows.length; at += ROWS) await put(db, name, rows.slice(at, at + ROWS))
  }
  source.close()
  db.close()
  await settled(indexedDB.deleteDatabase(to))
}

function put(db: IDBDatabase, name: string, rows: readonly Row[]): Promise<void> {
  const tx = db.transaction(name, 'readwrite', { durability: 'relaxed' })
  for (const row of rows) tx.objectStore(name).add(row.value, row.key)
  return new Promise((resolve, reject) => {
    tx.oncomplete = () => resolve()
    tx.onabort = () => reject(tx.error ?? new Error('no cause'))
  })
}
