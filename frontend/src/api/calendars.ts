/** Calendars: opening hours and holidays under a name, which flows and campaigns go by. */
import { api } from './client'
import type { Page } from './types'

type Hours = Record<string, [string, string][]>
/** What nobody has said is not there. */
export interface CalendarRow { name: string; time_zone?: string | null; week?: Hours; holidays?: string | null; except?: Hours; created_at: string; updated_at: string }

export const calendars = {
  list: () => api.get<Page<CalendarRow>>('/calendars?limit=1000'),
  put: (name: string, calendar: Record<string, unknown>) => api.put<CalendarRow>(`/calendars/${encodeURIComponent(name)}`, calendar),
  remove: (name: string) => api.delete(`/calendars/${encodeURIComponent(name)}`),
}
