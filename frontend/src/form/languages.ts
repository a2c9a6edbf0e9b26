/** How a language is called by those who speak it. */
const own: Record<string, string> = { 'zh-CN': '中文', zh: '中文', en: 'English' }

export function languageName(tag: string): string {
  return own[tag] ?? new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag
}
