import type { JSX } from 'solid-js'
import { safetyWords } from '../words/safety.ts'

/** Opens the device's own picture chooser. The same picture may be chosen twice. */
export function PictureButton(props: { class: string; children?: JSX.Element; onPicture: (file: File) => void }) {
  let input!: HTMLInputElement
  const chosen = (): void => {
    const [file] = input.files ?? []
    input.value = ''
    if (file) props.onPicture(file)
  }
  return (
    <>
      <button class={props.class} type="button" onClick={() => input.click()}>
        {props.children}
        {safetyWords.picture}
      </button>
      <input ref={input} type="file" accept="image/*" aria-label={safetyWords.picture} hidden onChange={chosen} />
    </>
  )
}
