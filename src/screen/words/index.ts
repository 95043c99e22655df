/** Every word a person can see or hear comes from one catalogue, chosen once by the browser's languages. */
import { en, type Words } from './en.ts'

export type { LineAct, LinePlace, LineWords } from './en-line.ts'
export type { Words } from './en.ts'

const catalogues: readonly Words[] = [en]

const wanted = (): readonly string[] => globalThis.navigator?.languages ?? []

const base = (tag: string): string => tag.split('-', 1)[0] ?? tag

function choose(languages: readonly string[]): Words {
  for (const tag of languages) {
    const found = catalogues.find((words) => words.lang === base(tag))
    if (found) return found
  }
  return en
}

export const words = choose(wanted())

/** Dates and numbers follow the person's own region as long as it speaks the catalogue's language. */
export const locale = wanted().find((tag) => base(tag) === words.lang) ?? words.lang

/** Tells the browser which language and direction the page has. */
export function speak(root: HTMLElement): void {
  root.lang = words.lang
  root.dir = words.dir
}
