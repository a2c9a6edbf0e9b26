/** What a refusal says, in one line and by its places. */
import { ApiError } from '../../api/client'
import type { Fault } from '../../api/types'

export interface Trouble { message: string; errors: Fault[]; status: number }

export function troubleOf(problem: unknown): Trouble {
  if (problem instanceof ApiError) return { message: problem.message, errors: problem.errors, status: problem.status }
  return { message: problem instanceof Error ? problem.message : String(problem), errors: [], status: 0 }
}
