/** What a campaign has come to, as a few parts of a whole: the figures and the bar above its cards. */
import type { Stand } from '../../api/campaigns'

export const parts = ['reached', 'trying', 'waiting', 'unreached', 'leftOut'] as const
export type Part = (typeof parts)[number]
export type Parts = Record<Part, number>

/** Into which part people fall: who was reached, is being tried, waits for a first attempt, was not reached, is left out by the rules. */
export function partOf({ state, tried, fate }: Omit<Stand, 'people'>): Part {
  if (state === 'left_out') return 'leftOut'
  if (state === 'under_way') return 'trying'
  if (state === 'waiting') return tried ? 'trying' : 'waiting'
  return fate === 'answered' ? 'reached' : 'unreached'
}

export function partsOf(stands: readonly Stand[]): Parts {
  const sum: Parts = { reached: 0, trying: 0, waiting: 0, unreached: 0, leftOut: 0 }
  for (const stand of stands) sum[partOf(stand)] += stand.people
  return sum
}

export const total = (sum: Parts): number => parts.reduce((all, part) => all + sum[part], 0)

/** 73.8 %, with one digit behind the point unless it is nothing or all. */
export function share(part: number, whole: number): string {
  if (whole === 0) return '–'
  const percent = (100 * part) / whole
  return percent === 0 || percent === 100 ? `${percent} %` : `${percent.toFixed(1)} %`
}

/** How far long work was when it was looked at. */
export interface Seen { at: number; share: number }

/** How long it will take yet, by what was done since it was first seen; null as long as that says nothing. */
export function secondsLeft(first: Seen | null, now: Seen): number | null {
  if (first === null || now.share <= first.share) return null
  return Math.ceil(((now.at - first.at) / 1000) * ((1 - now.share) / (now.share - first.share)))
}
