/** Right-to-left letters: Hebrew, Arabic and their neighbours, with the presentation forms. */
const RTL = /[\u0590-\u08FF\uFB1D-\uFDFF\uFE70-\uFEFC]/

/**
 * A name for use inside a left-to-right sentence. Only a name that would turn the sentence around gets isolating
 * marks, so that all others can be found and copied as they are.
 */
export function inLtr(name: string): string {
  return RTL.test(name) ? `\u2068${name}\u2069` : name
}

/** The name inside such a sentence, or what stands for somebody without one. */
export const named = (name: string, nobody: string): string => (name ? inLtr(name) : nobody)
