/** Marks of prompts that somebody has found right as they are. */
import { api } from './client'
import type { Review } from '../pages/prompts/sheet'
import type { Spoken } from '../form/prompt'

export interface Place { node: string; place: string; language: string }

export const reviews = {
  of: (flow: string) => api.get<{ items: Review[] }>(`/flows/${flow}/prompt-reviews`),
  put: (flow: string, where: Place, spoken: Spoken, machine = false) => api.put<Review>(`/flows/${flow}/prompt-reviews`, { ...where, spoken, machine }),
  remove: (flow: string, where: Place) => api.delete(`/flows/${flow}/prompt-reviews/${[where.node, where.place, where.language].map(encodeURIComponent).join('/')}`),
}
