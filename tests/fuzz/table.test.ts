/** The table is complete: what reads is named by an entry, or here, with the reason why not. */
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'playwright/test'
import { parseSync } from 'vite'
import { table } from './table.ts'

const READS =
  /^(decode|parse|open|read|take|from|receive|finish|answer|complete|describe|compare|load)(?![a-z])|(Open|Codec)$/

const NOT_HERE: Readonly<Record<string, string>> = {
  'protocol/bytes.ts compare': 'orders two byte strings, reads nothing of them',
  'protocol/primitives.ts aeadOpen': 'behind every sealed entry; the published vectors test it',
  'protocol/primitives.ts xOpen': 'behind every sealed entry; the published vectors test it',
  'protocol/ratchet-boxes.ts openHeader': 'the first step of ratchetOpen, which is an entry',
  'protocol/ratchet-boxes.ts openBody': 'the last step of ratchetOpen, which is an entry',
  'protocol/relay-list.ts takeRelays': 'a field of links and payloads, which are entries',
  'chat/answering.ts answerDescribed': 'takes what our own browser gathered',
  'chat/channels.ts openFrames': 'Session.open, frame by frame',
  'chat/invitation.ts openInvites': 'counts',
  'chat/jobs.ts takeFrame': 'a queue of frames that are not opened yet',
  'chat/jobs.ts takeNext': 'a queue of events of this page',
  'chat/people.ts openWindow': 'a chat that comes on the screen',
  'chat/reads.ts readWindow': 'rows that storage has decoded',
  'chat/reads.ts readMore': 'rows that storage has decoded',
  'chat/deleting.ts takeAway': 'takes a row out of what is shown',
  'chat/reads.ts readFor': 'rows that storage has decoded',
  'chat/retention.ts readOldest': 'rows that storage has decoded',
  'host/comparison.ts compare': 'hashes what a host answers, up to 16 MiB, and reads nothing of it',
  'host/static.ts parseHeaders': 'reads a file of this project',
  'net/host-file.ts readHostFile': 'fetches what loadConfig and loadTurn read, which are entries',
  'screen/scan.ts openCamera': 'asks the browser for a camera',
  'storage/fields.ts takeText': 'a field of the rows, which are entries',
  'storage/fields.ts takeFlags': 'a field of the rows, which are entries',
  'storage/fields.ts takeChoice': 'a field of the rows, which are entries',
  'storage/fields.ts takeList': 'a field of the rows, which are entries',
  'storage/slots.ts readSlot': 'reads a row as it is; openSlot and readKdf, which are entries, look into it',
  'storage/table.ts readTable': 'reads rows as they are; readKdf, which is an entry, looks into them',
  'storage/table.ts openSealedSlot': 'one box under a key: who can write it has the key',
  'storage/table.ts readNote': 'one byte under a key: who can write it has the key',
  'storage/backup-file.ts readChunks': 'chunk by chunk for readRecords, which is an entry',
  'storage/restore.ts openBackup': 'readEnds and readRecords, which are entries, and Argon2id between them',
  'storage/load.ts load': 'every row of the disk, by way of openRow and openMessage',
}

type File = { readonly path: string; readonly module: ReturnType<typeof parseSync>['module'] }

function filesIn(folder: string): readonly File[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll('\\', '/'))
    .map((path) => ({ path, module: parseSync(path, readFileSync(path, 'utf8')).module }))
}

/** `file.ts name` of every value that a file of the source exports itself. */
function exported(): ReadonlySet<string> {
  const names = filesIn('src').flatMap(({ path, module }) =>
    module.staticExports
      .flatMap(({ entries }) => entries)
      .filter(({ isType, moduleRequest }) => !isType && !moduleRequest)
      .map(({ exportName }) => `${path.replace(/^src\//, '')} ${exportName.name ?? ''}`),
  )
  return new Set(names)
}

/** The same of what the entries import. */
function imported(): ReadonlySet<string> {
  const names = filesIn('tests/fuzz/decoders').flatMap(({ module }) =>
    module.staticImports.flatMap(({ moduleRequest, entries }) =>
      entries.map(({ importName }) => `${moduleRequest.value.replace(/^.*\/src\//, '')} ${importName.name ?? ''}`),
    ),
  )
  return new Set(names)
}

const covered = new Set(table.flatMap(({ covers }) => covers))

test('everything that reads is in the table, or left out for a reason', () => {
  const reading = [...exported()].filter((name) => READS.test(name.split(' ')[1]!))
  expect(reading.length).toBeGreaterThan(40)
  expect(reading.filter((name) => !covered.has(name) && !Object.hasOwn(NOT_HERE, name))).toEqual([])
})

test('the table and the list name what there is, each in one place', () => {
  const there = exported()
  const listed = Object.keys(NOT_HERE)
  expect([...covered, ...listed].filter((name) => !there.has(name))).toEqual([])
  expect(listed.filter((name) => covered.has(name))).toEqual([])
})

test('what an entry covers is what it imports, and names are given once', () => {
  const used = imported()
  // The rows are imported as a list, by the arbitrary that makes them.
  const direct = [...covered].filter((name) => !/^storage\/(contact-row|rows)\.ts \w+Codec$/.test(name))
  expect(direct.filter((name) => !used.has(name))).toEqual([])
  const names = table.map(({ name }) => name)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})
