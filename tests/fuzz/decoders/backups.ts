/** Backups: anybody may have written the file, and whoever knows its passphrase may have sealed anything. */
import { concat, Writer, type Bytes } from '../../../src/protocol/bytes.ts'
import { BackupError } from '../../../src/storage/backup-error.ts'
import { HEAD_BYTES, makeHead, readEnds, readHead } from '../../../src/storage/backup-file.ts'
import { decodeRecord, encodeRecord, type BackupRecord } from '../../../src/storage/backup-records.ts'
import { readRecords } from '../../../src/storage/restore.ts'
import { bytesOf } from '../../protocol/help.ts'
import { encoded, fileOf, key, recordsOf, sourceOf, wholes } from '../../storage/backup-help.ts'
import { decoder, ITSELF } from '../decoder.ts'
import { corpus } from '../mutate.ts'
import { bytesLike } from './formats.ts'

/** Why it was not taken. */
type Refusal = { readonly refused: string }

function refusal(error: unknown): Refusal {
  if (error instanceof BackupError) return { refused: error.trouble }
  throw error
}

const label = (value: object): string => ('refused' in value ? (value as Refusal).refused : 'value')

const heads = ['one', 'two'].map((name) => makeHead((length) => bytesOf(name, length)).bytes)
const some = corpus(
  wholes.map((whole) => Object.assign([whole], { length: recordsOf(whole).length })),
  12,
).map(([whole]) => whole!)
const records = some.flatMap((whole) => recordsOf(whole).map(encodeRecord)).filter((one) => one.length < 4096)
const files = await Promise.all(some.map((whole) => fileOf(encoded(whole))))

async function readAll(file: Bytes): Promise<readonly BackupRecord[] | Refusal> {
  const found: BackupRecord[] = []
  try {
    const source = sourceOf(file)
    const head = await readEnds(source)
    await readRecords({ file: source, head, key }, new AbortController().signal, (all) => {
      found.push(...all)
      return Promise.resolve()
    })
    return found
  } catch (error) {
    return refusal(error)
  }
}

/** Sealed as they must be, whatever they say. */
async function readPlain(plain: Bytes): Promise<readonly BackupRecord[] | Refusal> {
  return await readAll(await fileOf([plain.length > 0 ? plain : Uint8Array.of(0)]))
}

/** With one message, of zeros. */
const longPage = new Writer()
  .u16(0)
  .put(
    new Writer().u48(1).u8(0).u8(1).u8(0).u16(15_024).put(new Uint8Array(23)).u8(1).put(new Uint8Array(15_000)).done(),
  )
  .done()

const byBrowser = { length: Infinity, by: 'the browser' }
const plains = some.map((whole) => concat(...encoded(whole)))

export const backups = [
  decoder<Bytes, object>({
    name: 'head of a backup',
    covers: ['storage/backup-file.ts readHead'],
    valid: heads,
    inputs: bytesLike(heads),
    outcomes: ['value', 'not-backup', 'version', 'altered'],
    label,
    decode(bytes) {
      try {
        return readHead(bytes)
      } catch (error) {
        return refusal(error)
      }
    },
    limit: { length: HEAD_BYTES, by: ITSELF },
  }),
  decoder<Bytes, BackupRecord>({
    name: 'record of a backup',
    covers: ['storage/backup-records.ts decodeRecord'],
    valid: records,
    inputs: bytesLike(records),
    examples: [new Writer().u8(4).u16(1).u32(15_043).put(longPage).done()],
    outcomes: ['value', 'malformed', 'version'],
    decode: decodeRecord,
    again: encodeRecord,
    limit: { length: 4 * 1024 * 1024, by: 'storage/backup-records.ts' },
  }),
  decoder<Bytes, object>({
    name: 'file of a backup',
    covers: ['storage/backup-file.ts readEnds', 'storage/restore.ts readRecords'],
    valid: files,
    inputs: bytesLike(files),
    outcomes: ['value', 'not-backup', 'version', 'altered', 'cut'],
    label,
    decode: readAll,
    limit: byBrowser,
  }),
  decoder<Bytes, object>({
    name: 'file of a backup by somebody who knows its passphrase',
    covers: [],
    valid: plains,
    inputs: bytesLike(plains),
    outcomes: ['value', 'version', 'altered'],
    label,
    decode: readPlain,
    limit: byBrowser,
  }),
]
