/** Links: into the clipboard, and how far they reach. */
import { createSignal, type Accessor } from 'solid-js'

/** Copies what a field holds, and selects it for those whose browser does not let us. */
export function createCopy(field: () => HTMLInputElement | HTMLTextAreaElement): {
  /** Undefined until somebody pressed. */
  readonly copied: Accessor<boolean | undefined>
  readonly copy: () => Promise<void>
} {
  const [copied, setCopied] = createSignal<boolean>()
  const copy = async (): Promise<void> => {
    field().select()
    try {
      await navigator.clipboard.writeText(field().value)
      setCopied(true)
    } catch {
      setCopied(false)
    }
  }
  return { copied, copy }
}

/** Whether a link names this computer, or a file on its disk: it works nowhere else. */
export function isHere(host: string): boolean {
  return (
    host === '' ||
    host === 'localhost' ||
    host.endsWith('.localhost') ||
    host === '[::1]' ||
    /^127(?:\.\d+){3}$/.test(host)
  )
}
