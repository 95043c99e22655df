/** Whether the models in `tests/models` can be searched here: Spin turns each into a C program, gcc compiles it. */
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

const suffix = process.platform === 'win32' ? '.exe' : ''
const folders = (process.env['PATH'] ?? '').split(delimiter)

/** What is not on the path. */
export const missingTools: readonly string[] = ['spin', 'gcc'].filter(
  (tool) => !folders.some((folder) => existsSync(join(folder, tool + suffix))),
)
