import { words } from '../words/index.ts'

const TINTS = 6
const graphemes = new Intl.Segmenter()

/** A stand-in for a picture: the first letter of the name, on a tint that belongs to the contact. */
export function Face(props: { id: string; name: string }) {
  const tint = () => tintOf(props.id)
  return (
    <span class="face" data-tint={tint() || undefined} aria-hidden="true">
      {firstLetter(props.name || words.someone)}
    </span>
  )
}

function firstLetter(name: string): string {
  const [first] = graphemes.segment(name.trim())
  return first?.segment.toLocaleUpperCase() ?? ''
}

/** Any steady spread will do: the tint tells nobody anything. */
function tintOf(id: string): number {
  let hash = 0
  for (const sign of id) hash = (hash * 31 + sign.charCodeAt(0)) >>> 0
  return hash % TINTS
}
