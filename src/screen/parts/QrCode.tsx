import type { QrDrawing } from '../qr.ts'

export function QrCode(props: { drawing: QrDrawing; label: string }) {
  return (
    <svg class="qr" role="img" aria-label={props.label} viewBox={`0 0 ${props.drawing.size} ${props.drawing.size}`}>
      <path fill-rule="evenodd" d={props.drawing.path} />
    </svg>
  )
}
