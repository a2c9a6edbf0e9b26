/** Where the help says something of a page: its chapter, which has the same name and the same parts in each language. */

/** By the first word of the page's path; tests/designer/test_help.py finds each of them in the help. */
export const chapters: Record<string, string> = {
  '/home': 'following.html#today-and-figures',
  '/flows': 'drawing.html',
  '/campaigns': 'campaigns.html',
  '/sessions': 'following.html#sessions',
  '/tasks': 'following.html#tasks',
  '/messages': 'messages.html',
  '/figures': 'following.html#today-and-figures',
  '/prompts': 'material.html#prompts',
  '/faxes': 'fax.html',
  '/recordings': 'material.html#recordings-and-faxes',
  '/contacts': 'material.html#contacts',
  '/records': 'material.html#records',
  '/triggers': 'triggers.html',
  '/lines': 'trunks.html',
  '/calendars': 'material.html#calendars',
  '/sources': 'sources.html',
  '/users': 'sign-in.html',
  '/api-keys': 'rights.html#keys',
  '/audit': 'rights.html#the-audit-log',
  '/account': 'sign-in.html',
}

/** Of one flow's pages, by the last word of their paths. */
export const flowChapters: Record<string, string> = {
  edit: 'drawing.html',
  try: 'trying.html',
  versions: 'publishing.html',
  follow: 'following.html#sessions',
}

/** The address of the help for the page at this path. */
export function helpFor(path: string, language: string): string {
  const [, place = '', id] = path.split('/')
  const ofFlow = place === 'flows' && id ? flowChapters[path.split('/')[3] ?? 'edit'] ?? flowChapters['edit'] : undefined
  const found = ofFlow ?? chapters[`/${place}`] ?? 'index.html'
  return `/help/${language.startsWith('zh') ? found.replace('.html', '.zh-CN.html') : found}`
}
