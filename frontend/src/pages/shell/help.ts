/** Where the help says something of a page: its chapter, or in Chinese its part of the page that goes through them all. */

/** By the first word of the page's path; tests/designer/test_help.py finds each of them in the help. */
export const chapters: Record<string, { chapter: string; part: string }> = {
  '/home': { chapter: 'following.html#today-and-figures', part: 'home' },
  '/flows': { chapter: 'drawing.html', part: 'flows' },
  '/campaigns': { chapter: 'campaigns.html', part: 'campaigns' },
  '/sessions': { chapter: 'following.html#sessions', part: 'sessions' },
  '/tasks': { chapter: 'following.html#tasks', part: 'tasks' },
  '/messages': { chapter: 'messages.html', part: 'messages' },
  '/figures': { chapter: 'following.html#today-and-figures', part: 'figures' },
  '/prompts': { chapter: 'material.html#prompts', part: 'prompts' },
  '/faxes': { chapter: 'fax.html', part: 'faxes' },
  '/recordings': { chapter: 'material.html#recordings-and-faxes', part: 'recordings' },
  '/contacts': { chapter: 'material.html#contacts', part: 'contacts' },
  '/records': { chapter: 'material.html#records', part: 'records' },
  '/triggers': { chapter: 'triggers.html', part: 'triggers' },
  '/lines': { chapter: 'trunks.html', part: 'lines' },
  '/calendars': { chapter: 'material.html#calendars', part: 'calendars' },
  '/sources': { chapter: 'sources.html', part: 'sources' },
  '/users': { chapter: 'sign-in.html', part: 'users' },
  '/api-keys': { chapter: 'rights.html#keys', part: 'api-keys' },
  '/audit': { chapter: 'rights.html#the-audit-log', part: 'audit' },
  '/account': { chapter: 'sign-in.html', part: 'account' },
}

/** Of one flow's pages, by the last word of their paths. */
export const flowChapters: Record<string, { chapter: string; part: string }> = {
  edit: { chapter: 'drawing.html', part: 'drawing' },
  try: { chapter: 'trying.html', part: 'trying' },
  versions: { chapter: 'publishing.html', part: 'publishing' },
  follow: { chapter: 'following.html#sessions', part: 'follow' },
}

/** The address of the help for the page at this path. */
export function helpFor(path: string, language: string): string {
  const [, place = '', id] = path.split('/')
  const ofFlow = place === 'flows' && id ? flowChapters[path.split('/')[3] ?? 'edit'] ?? flowChapters['edit'] : undefined
  const found = ofFlow ?? chapters[`/${place}`]
  if (language.startsWith('zh')) return found ? `/help/pages.zh-CN.html#${found.part}` : '/help/index.zh-CN.html'
  return found ? `/help/${found.chapter}` : '/help/index.html'
}
