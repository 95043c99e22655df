/** Absolute path of a shim beside this file. Without node:url, so that this file needs no Node types. */
function shim(file: string): string {
  const path = decodeURIComponent(new URL(`./${file}.cjs`, import.meta.url).pathname)
  return path.replace(/^\/(?=[A-Za-z]:)/, '') // file:///C:/… on Windows
}

/**
 * For `resolve.alias` of Vite: six dependencies of simple-peer 9.11.1 replaced by what it uses of them.
 * Without this the bundle does not even run ("global is not defined") and is 22 kB (gzip) bigger. The shims are
 * CommonJS because simple-peer calls `require`; a default export would reach it as a namespace.
 */
export const alias: Record<string, string> = {
  'readable-stream': shim('duplex'),
  buffer: shim('buffer'),
  randombytes: shim('randombytes'),
  debug: shim('debug'),
  'err-code': shim('err-code'),
  'queue-microtask': shim('queue-microtask'),
}
