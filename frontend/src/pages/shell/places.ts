/** The pages that the navigation leads to, in its order; a new group begins with a little air. */
import type { IconName } from '../../icons/paths'

export interface Place {
  path: string
  icon: IconName
  /** The key of its name among the texts. */
  text: string
  group: 'work' | 'history' | 'material' | 'house'
}

export const places: Place[] = [
  { path: '/flows', icon: 'flow', text: 'shell.flows', group: 'work' },
  { path: '/contacts', icon: 'people', text: 'contacts.title', group: 'material' },
  { path: '/records', icon: 'book', text: 'records.title', group: 'material' },
  { path: '/sources', icon: 'lookup', text: 'sources.title', group: 'material' },
]
