/** How long a finger rests on a message, and how far it may stray, until that means: what can be done with it? */
const PRESS_MS = 500
const STRAY_PX = 10

/**
 * Calls `open` when somebody asks what can be done with a message: at its button, or with a finger that rests on it. One of the
 * buttons is a stop of the Tab key; arrows lead from there to the others.
 */
export function followMessages(log: HTMLElement, open: (index: number, at: HTMLElement) => void): void {
  const articleOf = ({ target }: Event) => (target as Element).closest<HTMLElement>('article')
  const all = () => [...log.querySelectorAll<HTMLElement>('article')]
  const ask = (article: HTMLElement): void => open(all().indexOf(article), buttonOf(article) ?? article)
  const buttonOf = (article: HTMLElement | undefined) => article?.querySelector<HTMLElement>('.more')
  let timer: ReturnType<typeof setTimeout> | undefined
  let from = { x: 0, y: 0 }
  const stop = (): void => clearTimeout(timer)

  log.addEventListener('click', (event) => {
    const article = articleOf(event)
    if (article && (event.target as Element).closest('.more')) ask(article)
  })
  log.addEventListener('keydown', (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
    const article = articleOf(event)
    if (step === undefined || !article || document.activeElement !== buttonOf(article)) return
    const articles = all()
    event.preventDefault()
    buttonOf(articles[articles.indexOf(article) + step])?.focus()
  })
  log.addEventListener('pointerdown', (event) => {
    const article = articleOf(event)
    stop()
    // A link has a menu of the browser's own.
    if (event.pointerType !== 'touch' || !article || (event.target as Element).closest('a, button')) return
    from = event
    timer = setTimeout(() => ask(article), PRESS_MS)
  })
  log.addEventListener('pointermove', ({ x, y }) => {
    if (Math.hypot(x - from.x, y - from.y) > STRAY_PX) stop()
  })
  for (const type of ['pointerup', 'pointercancel']) log.addEventListener(type, stop)
}
