/** How much there is now behind a place of the navigation: sessions that go on, tasks that wait, messages for the inbox. */
import { figures, type Now } from '../../api/figures'
import { useRefreshed } from '../../api/useRefreshed'

const refreshEvery = 30_000
const nobody = async (): Promise<Now | null> => null

/** By the place's path; a place where there is nothing is left out. */
export function useWaiting(may: boolean): Partial<Record<string, string>> {
  const { data } = useRefreshed<Now | null>(may ? figures.now : nobody, refreshEvery)
  if (data === null) return {}
  const counts: [path: string, count: number][] = [['/sessions', data.running], ['/tasks', data.tasks], ['/messages', data.inbox]]
  return Object.fromEntries(counts.filter(([, count]) => count > 0).map(([path, count]) => [path, count >= data.most ? `${data.most}+` : String(count)]))
}
