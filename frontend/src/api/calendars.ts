/** Calendars: opening hours and holidays under a name, which flows and campaigns go by. */
import { api } from './client'
import type { Page } from './types'

export interface CalendarRow {
  name: string; time_zone: string | null; week: Record<string, [string, string][]>; holidays: string | null; except: Record<string, [string, string][]>
  created_at: string; updated_at: string
}

export const calendars = {
  list: () => api.get<Page<CalendarRow>>('/calendars?limit=1000'),
  put: (name: string, calendar: Record<string, unknown>) => api.put<CalendarRow>(`/calendars/${encodeURIComponent(name)}`, calendar),
  remove: (name: string) => api.delete(`/calendars/${encodeURIComponent(name)}`),
}
