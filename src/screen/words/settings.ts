/** The words of Settings, and what is done with a contact, apart from the catalogue that every page has at once. */
import { enSettings, enContact } from './en-settings.ts'

export const settingsWords = enSettings
export const contactWords = enContact
