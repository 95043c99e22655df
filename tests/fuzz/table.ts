/** Every decoder that takes bytes or text from outside. To add one is to add an entry in `decoders/`. */
import { backups } from './decoders/backups.ts'
import { envelopeDecoders } from './decoders/envelopes.ts'
import { formats } from './decoders/formats.ts'
import { handshakes } from './decoders/handshakes.ts'
import { links } from './decoders/links.ts'
import { network } from './decoders/network.ts'
import { pictureDecoders } from './decoders/pictures.ts'
import { relays } from './decoders/relays.ts'
import { renewals } from './decoders/renewals.ts'
import { sessions } from './decoders/sessions.ts'
import { storage } from './decoders/storage.ts'
import type { Decoder } from './decoder.ts'

export const table: readonly Decoder[] = [
  ...[
    links,
    formats,
    envelopeDecoders,
    handshakes,
    sessions,
    renewals,
    relays,
    network,
    storage,
    backups,
    pictureDecoders,
  ].flat(),
]
