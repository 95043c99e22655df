// Has `primitives.ts` take X25519 from `quick-x25519.ts`, in the tests only.
const quick = new URL('quick-x25519.ts', import.meta.url).href

/** @type {import('node:module').ResolveHook} */
export const resolve = (specifier, context, next) =>
  specifier === '@noble/curves/ed25519.js' && context.parentURL?.endsWith('/src/protocol/primitives.ts')
    ? { url: quick, shortCircuit: true }
    : next(specifier, context)
