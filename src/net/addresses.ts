/** Text and byte forms of the three kinds of address an ICE candidate may carry. Pure. */
import { fromHex, toHex } from '../protocol/bytes.ts'
import type { Bytes } from '../protocol/bytes.ts'
import type { Candidate } from '../protocol/description.ts'

type Address = Candidate['address']

const UUID_LOCAL = /^([0-9a-f]{8})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{4})-([0-9a-f]{12})\.local$/i
const ADDRESS_BYTES: Record<Address['kind'], number> = { ipv4: 4, ipv6: 16, mdns: 16 }

/** Reads an address as a browser prints it; undefined for anything else (host names, zone ids). */
export function parseAddress(text: string): Address | undefined {
  const uuid = UUID_LOCAL.exec(text)
  if (uuid) return { kind: 'mdns', bytes: fromHex(uuid.slice(1).join('').toLowerCase()) }
  if (text.includes(':')) {
    const bytes = parseIpv6(text)
    return bytes && { kind: 'ipv6', bytes }
  }
  const bytes = parseIpv4(text)
  return bytes && { kind: 'ipv4', bytes }
}

/** Throws RangeError when the number of bytes does not fit the kind. */
export function formatAddress({ kind, bytes }: Address): string {
  if (bytes.length !== ADDRESS_BYTES[kind]) throw new RangeError('address length')
  if (kind === 'ipv4') return bytes.join('.')
  const hex = toHex(bytes)
  if (kind === 'ipv6') return (hex.match(/.{4}/g) ?? []).join(':')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5.local')
}

/** True for addresses that only mean something on one machine or link, or nothing at all: never told to anybody. */
export function isUseless({ kind, bytes }: Address): boolean {
  if (kind === 'mdns') return false
  const [a = 0, b = 0] = bytes
  if (kind === 'ipv4') return a === 0 || a === 127 || a >= 224 || (a === 169 && b === 254)
  const smallest = bytes.subarray(0, 15).every((x) => x === 0) // :: and ::1
  return smallest || a === 0xff || (a === 0xfe && (b & 0xc0) === 0x80)
}

/** RFC 1918, link-local and RFC 4193: addresses of one network. */
export function isPrivate({ kind, bytes }: Address): boolean {
  const [a = 0, b = 0] = bytes
  if (kind === 'ipv4') {
    return (
      a === 10 || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254) || a === 127
    )
  }
  return kind === 'ipv6' && ((a & 0xfe) === 0xfc || (a === 0xfe && (b & 0xc0) === 0x80))
}

function parseIpv4(text: string): Bytes | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined
  const numbers = text.split('.').map(Number)
  return numbers.every((n) => n <= 255) ? new Uint8Array(numbers) : undefined
}

/** RFC 4291 §2.2 forms 1 and 2 (with `::`). */
function parseIpv6(text: string): Bytes | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')))
  if (!groups.flat().every((g) => /^[0-9a-f]{1,4}$/i.test(g))) return undefined
  const [head = [], tail] = groups
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...(tail ?? [])]
  return fromHex(
    all
      .map((g) => g.padStart(4, '0'))
      .join('')
      .toLowerCase(),
  )
}
