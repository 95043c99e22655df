import { createMemo } from 'solid-js'
import { QrCode } from './parts/QrCode.tsx'
import { textQr } from './qr.ts'

/** A link as a picture. */
export function LinkQr(props: { url: string; label: string }) {
  const drawing = createMemo(() => textQr(props.url))
  return <QrCode drawing={drawing()} label={props.label} />
}
