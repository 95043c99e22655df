/** The keys of a menu: arrows, Home, End. True: it was one of them. */
export function moveInMenu(menu: HTMLElement, event: KeyboardEvent): boolean {
  const all = [...menu.querySelectorAll<HTMLElement>('button:enabled')]
  const at = all.indexOf(document.activeElement as HTMLElement)
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key]
  if (to === undefined) return false
  event.preventDefault()
  all.at(to % all.length)?.focus()
  return true
}
