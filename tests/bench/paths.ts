import { fileURLToPath } from 'node:url'

/** The top of the repository, with a slash. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url))
/** The app as `npm start` has built it. */
export const DIST = `${ROOT}dist`
