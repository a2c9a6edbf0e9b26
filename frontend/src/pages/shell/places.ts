/** The pages that the navigation leads to, in its order; a new group begins with its name. */
import type { IconName } from '../../icons/paths'

export interface Place {
  path: string
  icon: IconName
  /** The key of its name among the texts. */
  text: string
  group: 'work' | 'material' | 'house'
  /** The right (`/me`) without which there is nothing to see here. */
  right?: string
  /** Whether it is for telephones, too: to follow, not to draw. */
  phone?: boolean
}

export const places: Place[] = [
  { path: '/home', icon: 'home', text: 'home.nav', group: 'work', right: 'sessions.read', phone: true },
  { path: '/flows', icon: 'flow', text: 'shell.flows', group: 'work', phone: true },
  { path: '/campaigns', icon: 'horn', text: 'campaigns.title', group: 'work', phone: true },
  { path: '/sessions', icon: 'pulse', text: 'history.sessions', group: 'work', right: 'sessions.read', phone: true },
  { path: '/tasks', icon: 'inbox', text: 'tasks.title', group: 'work', right: 'tasks.read', phone: true },
  { path: '/messages', icon: 'sms', text: 'history.messages', group: 'work', right: 'messages.read' },
  { path: '/figures', icon: 'chart', text: 'figures.title', group: 'work', right: 'sessions.read' },
  { path: '/prompts', icon: 'say', text: 'prompts.title', group: 'material', right: 'flows.read' },
  { path: '/faxes', icon: 'fax', text: 'sounds.faxes', group: 'material', right: 'messages.read' },
  { path: '/recordings', icon: 'record', text: 'sounds.recordings', group: 'material', right: 'recordings.hear' },
  { path: '/contacts', icon: 'people', text: 'contacts.title', group: 'material', right: 'contacts.read' },
  { path: '/records', icon: 'book', text: 'records.title', group: 'material', right: 'records.read' },
  { path: '/triggers', icon: 'link', text: 'triggers.title', group: 'material', right: 'flows.read' },
  { path: '/lines', icon: 'phone', text: 'lines.title', group: 'house', right: 'lines.read' },
  { path: '/calendars', icon: 'hours', text: 'calendars.title', group: 'house', right: 'material.read' },
  { path: '/sources', icon: 'lookup', text: 'sources.title', group: 'house' },
  { path: '/users', icon: 'people', text: 'people.title', group: 'house', right: 'users.manage' },
  { path: '/api-keys', icon: 'key', text: 'rights.keys', group: 'house', right: 'keys.manage' },
  { path: '/audit', icon: 'shield', text: 'rights.audit', group: 'house', right: 'audit.read' },
]
