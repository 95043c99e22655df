/**
 * A passkey that gives a key: WebAuthn with the PRF extension. Nothing is written down to find it by: the browser offers what it
 * has for this host. It has a slot of the table beside that of the passphrase: with a lost passkey nothing would be lost.
 */
import { StorageError, type Random, type Unlocking } from '../chat/ports.ts'
import { concat, utf8, type Bytes } from '../protocol/bytes.ts'
import type { Connection } from './connection.ts'
import type { Found } from './passphrase.ts'
import { isWhole, type Master } from './slots.ts'
import {
  NOTHING_TO_DO,
  openSealedSlot,
  ownSlot,
  readTable,
  sealSlot,
  withSlot,
  type Rows,
  type Table,
} from './table.ts'
import { forgetTries } from './tries.ts'

type Asked = { readonly prf: { readonly eval: { readonly first: Bytes } } }

/** Ed25519, P-256 with SHA-256, RSA: nobody checks a signature here. */
const ALGORITHMS = [-8, -7, -257]
const OUTPUT_BYTES = 32
/** Whatever went wrong: browsers do not tell. */
const NONE: Unlocking = { ok: false, why: 'passkey', wait: 0 }

/** Whether this browser knows how, as far as it says. */
export async function knowsPasskeys(): Promise<boolean> {
  const { PublicKeyCredential: known } = globalThis as { readonly PublicKeyCredential?: Capable }
  if (!known) return false
  const capabilities = await known.getClientCapabilities?.().catch(() => undefined)
  return capabilities ? capabilities['extension:prf'] === true : true
}

type Capable = { getClientCapabilities?(): Promise<Readonly<Record<string, boolean>>> }

/** Makes one, in place of that which the same device or key had for this profile. Throws what the browser threw. */
export async function makePasskey(master: Master, random: Random): Promise<CryptoKey> {
  const { installId } = master
  const made = (await navigator.credentials.create({
    publicKey: {
      rp: { name: 'Sotto' },
      user: { id: await userId(master), name: 'Sotto', displayName: 'Sotto' },
      challenge: random(32),
      pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
      authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
      extensions: question(installId),
    },
  })) as PublicKeyCredential | null
  if (!made) throw new StorageError('unavailable')
  const { rawId } = made
  // Many give their answer only when they are asked for it.
  return await keyFrom(outputOf(made) ?? (await ask(installId, random, [{ type: 'public-key', id: rawId }])), installId)
}

/** 16 bytes. Of a user a device keeps one passkey only, and a decoy is another user: neither profile takes away that of the other. */
async function userId({ root, installId }: Master): Promise<Bytes> {
  const how = { name: 'HKDF', hash: 'SHA-256', salt: installId, info: utf8('sotto/1/passkey-user') }
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  const key = await crypto.subtle.deriveKey(how, root, hmac, false, ['sign'])
  return new Uint8Array((await crypto.subtle.sign('HMAC', key, new Uint8Array())).slice(0, 16))
}

/** The slot of a new passkey, and the note of it. */
export async function besidePasskey(table: Table, master: Master, random: Random, key: CryptoKey): Promise<Rows> {
  const { own, roles } = ownSlot(table, master)
  const to = { key, number: roles.passkey, kdf: own.kdf, random }
  return await withSlot(table, master, random, 'passkey', await sealSlot({ master, flags: NOTHING_TO_DO }, to))
}

/** Tries whichever passkey is chosen. Nobody guesses one, so it is not counted, and need not wait. */
export async function tryPasskey(
  connection: Connection,
  random: Random,
): Promise<{ readonly outcome: Unlocking; readonly found?: Found }> {
  const table = await connection.use(readTable)
  const [first] = [...table.slots.values()].filter(isWhole)
  if (!first) return { outcome: NONE }
  const key = await chosenPasskey(first.installId, random).catch(() => undefined)
  for (const [number, slot] of table.slots) {
    const content = key && (await openSealedSlot(key, number, slot))
    if (!content) continue
    await forgetTries(connection)
    return { outcome: { ok: true }, found: { ...content, number, key } }
  }
  return { outcome: NONE }
}

async function chosenPasskey(installId: Bytes, random: Random): Promise<CryptoKey> {
  return await keyFrom(await ask(installId, random, []), installId)
}

async function ask(
  installId: Bytes,
  random: Random,
  allowCredentials: PublicKeyCredentialDescriptor[],
): Promise<Bytes | undefined> {
  const publicKey = { challenge: random(32), allowCredentials, extensions: question(installId) }
  const given = await navigator.credentials.get({ publicKey: { ...publicKey, userVerification: 'required' } })
  return outputOf(given as PublicKeyCredential | null)
}

const question = (installId: Bytes): Asked => ({ prf: { eval: { first: concat(utf8('sotto/1/prf'), installId) } } })

function outputOf(credential: PublicKeyCredential | null): Bytes | undefined {
  const first = credential?.getClientExtensionResults().prf?.results?.first
  if (!first) return undefined
  const bytes = ArrayBuffer.isView(first) ? new Uint8Array(first.buffer) : new Uint8Array(first)
  return bytes.length === OUTPUT_BYTES ? bytes : undefined
}

async function keyFrom(output: Bytes | undefined, installId: Bytes): Promise<CryptoKey> {
  if (!output) throw new StorageError('unavailable')
  const root = await crypto.subtle.importKey('raw', output, 'HKDF', false, ['deriveKey'])
  output.fill(0)
  const how = { name: 'HKDF', hash: 'SHA-256', salt: installId, info: utf8('sotto/1/kek-prf') }
  return await crypto.subtle.deriveKey(how, root, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}
