import { utf8 } from './bytes.ts'
import type { Bytes } from './bytes.ts'

/** Every label of the protocol, one use each; src/protocol/README.md says which. A new use of a key needs a new line here. */
type Label =
  | 'inv-sum'
  | 'hand-sum'
  | 'invite'
  | 'move'
  | 'move-share'
  | 'move-number'
  | 'day'
  | 'topic'
  | 'env-i'
  | 'env-r'
  | 'noise-psk'
  | 'env'
  | 'hello'
  | 'hs'
  | 'psk-id'
  | 'psk-recover'
  | `exp/${Exported}`
  | 'dr/rk'
  | 'dr/ck'
  | 'dr/h'
  | 'dr/b'

/** What a finished handshake gives away, each under its own label. */
export type Exported =
  | 'session-id'
  | 'dr-root'
  | 'dr-hk-i'
  | 'dr-nhk-r'
  | 'pair-root'
  | 'pair-id'
  | 'psk-next'
  | 'psk-rekey'

export function label(name: Label): Bytes {
  return utf8(`sotto/1/${name}`)
}
