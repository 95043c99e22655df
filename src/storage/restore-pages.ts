/** Pages of a backup as the rows of a profile: sealed as they are, a seal a page, with the ids of what is in them. */
import { idRow, putIds, type IdRow } from './ids.ts'
import type { Page } from './page.ts'
import { idOf, isMine } from './rows.ts'
import type { Chat, Shelf } from './shelf.ts'
import { begin, sealed, type Stage } from './write-pages.ts'
import type { Prepared } from './write.ts'

export type PageOf = { readonly contactId: string; readonly page: Page }

export interface PageStager {
  /** For one transaction. Those of the calls before must have gone into others before. */
  stage(pages: readonly PageOf[]): Promise<readonly Prepared[]>
}

export function makePageStager(shelf: Shelf): PageStager {
  /** Of this restoring: their secrets are on their way to the disk. */
  const chats = new Map<string, Chat>()
  return {
    async stage(pages) {
      const stages = new Map<string, Stage>()
      for (const { contactId, page } of pages) {
        const at = stages.get(contactId) ?? (await stageOf(shelf, contactId, chats.get(contactId)))
        stages.set(contactId, at)
        chats.set(contactId, at.chat)
        at.touched.set(page.from, { before: undefined, after: page })
      }
      const ids = pages.map(({ contactId, page }) => idsOf(shelf, chats.get(contactId), page))
      const [rows, found] = await Promise.all([
        Promise.all([...stages.values()].map((one) => sealed(shelf, one))),
        Promise.all(ids),
      ])
      const all = found.flat()
      return [...rows.flat(), { stores: ['ids'], apply: (tx) => [putIds(tx, all)] }]
    },
  }
}

async function stageOf(shelf: Shelf, contactId: string, known: Chat | undefined): Promise<Stage> {
  return known ? { chat: known, touched: new Map(), begun: [] } : await begin(shelf, contactId)
}

/** An id that is there twice was not written by this program. */
async function idsOf({ vault }: Shelf, chat: Chat | undefined, { entries }: Page): Promise<readonly IdRow[]> {
  if (!chat) return []
  const { contactId, key } = chat
  const theirs = entries.filter(({ bytes }) => !isMine(bytes))
  return await Promise.all(theirs.map(({ bytes, seq }) => idRow(vault, key, { contactId, id: idOf(bytes), seq }, true)))
}
