/** Figures of a period by hour or day, and how things stand now. */
import { api } from './client'
import type { Page } from './types'

export interface Step {
  at: string
  calls_out: number
  answered_out: number
  calls_in: number
  answered_in: number
  talked_seconds: number
  texts_out: number
  texts_delivered: number
  texts_failed: number
  texts_in: number
  sessions: number
  completed: number
  heard: number
  heard_well: number
}
export interface Figures {
  since: string
  until: string
  by: 'hour' | 'day'
  time_zone: string
  steps: Step[]
  calls: {
    out: number
    answered: number
    came_in: number
    taken: number
    given_up: number
    talked_seconds: number
    rang_seconds: number | null
    waited_seconds: number | null
    fates: Record<string, number>
  }
  heard: { calls: number; well: number; loss_percent: number | null; jitter_ms: number | null; round_trip_ms: number | null }
  texts: { out: number; delivered: number; failed: number; came_in: number; by_medium: Record<string, number> }
  sessions: Record<string, number>
  sessions_counted: number
  sessions_all: boolean
  outcomes: { outcome: string; sessions: number; steps: number[] }[]
  trunks: { trunk: string; calls: number; answered: number; failed: number }[]
}
export interface Now { at: string; calls: number; calls_most: number | null; running: number; live: number; tasks: number; inbox: number; failed: number; most: number }
export interface Trunk { name: string; at_once: number | null; in_use: number; enabled: boolean; registered: string | null; reachable: string | null }

export const figures = {
  of: (period: { from: Date; to?: Date; by: 'hour' | 'day'; flow?: string | null }) => {
    const query = new URLSearchParams({ from: period.from.toISOString(), by: period.by })
    if (period.to) query.set('to', period.to.toISOString())
    if (period.flow) query.set('flow', period.flow)
    return api.get<Figures>(`/figures?${query}`)
  },
  now: () => api.get<Now>('/figures/now'),
  trunks: () => api.get<Page<Trunk>>('/trunks?limit=100'),
}
