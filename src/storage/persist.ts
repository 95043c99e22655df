/** Asking the browser not to clear the profile when space runs short. */

/**
 * Whether the browser promised to keep what is stored; asks for it if it did not yet. Some browsers ask the person, so
 * call it after a press. False where storage is refused or the browser does not know the question.
 */
export async function persisted(): Promise<boolean> {
  const { storage }: { storage?: StorageManager } = navigator
  if (storage === undefined) return false
  try {
    return (await storage.persisted()) || (await storage.persist())
  } catch {
    return false
  }
}
