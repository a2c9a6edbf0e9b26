/** What the one who is signed in may; pages leave out what he may not. */
import { useMe } from '../../api/me'

export function useMay(): (right: string) => boolean {
  const rights = useMe((state) => (state.me as { rights?: string[] } | null)?.rights)
  return (right) => rights === undefined || rights.includes(right)
}
