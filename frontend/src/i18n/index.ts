/** Every word of the interface in Chinese and English; one file per area in `texts/`, both languages side by side. */
import i18n from 'i18next'
import { initReactI18next } from 'react-i18next'

export type Language = 'zh-CN' | 'en'
export const languages: Language[] = ['zh-CN', 'en']
interface Branch { [key: string]: string | Branch }
export type Texts = Record<Language, Branch>

const files = import.meta.glob<{ default: Texts }>('./texts/*.ts', { eager: true })

/** `{area: {zh-CN: …, en: …}}`, the area being the file's name. */
export const areas: Record<string, Texts> = Object.fromEntries(
  Object.entries(files).map(([path, module]) => [path.replace(/^.*\/(.*)\.ts$/, '$1'), module.default]),
)

function resources(language: Language) {
  return { translation: Object.fromEntries(Object.entries(areas).map(([area, texts]) => [area, texts[language]])) }
}

const KEY = 'callweave.language'

function first(): Language {
  const kept = globalThis.localStorage?.getItem(KEY)
  if (kept === 'zh-CN' || kept === 'en') return kept
  return globalThis.navigator?.language.toLowerCase().startsWith('zh') ? 'zh-CN' : 'en'
}

/** Switch the whole interface, and keep the choice on this computer. */
export async function setLanguage(language: Language): Promise<void> {
  localStorage.setItem(KEY, language)
  await i18n.changeLanguage(language)
}

void i18n.use(initReactI18next).init({
  lng: first(),
  fallbackLng: false,
  initAsync: false,
  interpolation: { escapeValue: false },
  resources: { 'zh-CN': resources('zh-CN'), en: resources('en') },
})

/** `{{language, apart}}`: a value in Latin letters or digits stands apart from the Chinese before it. */
i18n.services.formatter?.add('apart', (value: unknown) => String(value).replace(/^(?=[A-Za-z0-9])/, ' '))

function mark(language: string) {
  if (globalThis.document) document.documentElement.lang = language
}
mark(i18n.language)
i18n.on('languageChanged', mark)

export default i18n
