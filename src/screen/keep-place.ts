import { createSignal, onCleanup, type Accessor } from 'solid-js'

/** Closer to the end than this counts as being there. */
const AT_END_PX = 48

export type KeptPlace = {
  readonly atEnd: Accessor<boolean>
  toEnd(behavior?: ScrollBehavior): void
  /** Puts an element at the top, or in the middle, and stays there. */
  to(element: Element, block?: 'start' | 'center'): void
}

/**
 * Keeps a log where its reader is: at the end while at the end, else with the same row at the same height, whatever is
 * added above or below. The browser's own anchoring is not enough, as not all of them have it. `isWhole`: what stands last
 * is the end. `onMove` runs after each scroll and each change.
 */
export function keepPlace(log: HTMLElement, isWhole: () => boolean, onMove: () => void): KeptPlace {
  const [atEnd, setAtEnd] = createSignal(true)
  let row: Element | undefined
  let rowTop = 0
  let top = 0
  let frame: number | undefined

  const measure = (): void => {
    const end = log.scrollHeight - log.clientHeight
    setAtEnd(isWhole() && end - log.scrollTop < AT_END_PX)
    row = firstVisible(log)
    rowTop = row?.getBoundingClientRect().top ?? 0
    // Pulled beyond the end, it comes back by itself.
    top = Math.min(log.scrollTop, end)
    onMove()
  }
  const settled = (): void => {
    if (frame !== undefined) cancelAnimationFrame(frame)
    frame = undefined
  }
  const toEnd = (behavior: ScrollBehavior = 'instant'): void => {
    settled()
    log.scrollTo({ top: log.scrollHeight, behavior })
    if (behavior === 'instant') measure()
  }
  const restore = (): void => {
    settled()
    if (atEnd()) return toEnd()
    if (row?.isConnected) log.scrollTop += row.getBoundingClientRect().top - rowTop
    measure()
  }
  // At the end, the next frame is soon enough for all that changes before it, and lays out once.
  const changed = (): void => {
    if (atEnd()) frame ??= requestAnimationFrame(restore)
    else restore()
  }
  // What was not yet put to the end has not left it, unless somebody scrolled up.
  const scrolled = (): void => {
    if (frame === undefined || log.scrollTop < top) measure()
  }

  const rows = new MutationObserver(changed)
  rows.observe(log, { childList: true, subtree: true, characterData: true, attributeFilter: ['data-first', 'class'] })
  const size = new ResizeObserver(restore)
  size.observe(log)
  log.addEventListener('scroll', scrolled, { passive: true })
  onCleanup(() => {
    settled()
    rows.disconnect()
    size.disconnect()
    log.removeEventListener('scroll', scrolled)
  })
  return {
    atEnd,
    toEnd,
    to: (element, block = 'start') => {
      settled()
      const [its, view] = [element.getBoundingClientRect(), log.getBoundingClientRect()]
      log.scrollTop += its.top - view.top - (block === 'center' ? Math.max(0, view.height - its.height) / 2 : 0)
      measure()
    },
  }
}

/** The rows stand in order, so halving finds the first one that reaches below the upper edge. */
function firstVisible(log: HTMLElement): Element | undefined {
  const { top } = log.getBoundingClientRect()
  const rows = log.children
  let low = 0
  let high = rows.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle] as Element).getBoundingClientRect().bottom > top) high = middle
    else low = middle + 1
  }
  return rows[low]
}
