/** What is looked for among sessions, as the API is asked for it. */
export interface Wanted { search: string; outcome: string; status: string | null; flow: string | null }

export function asked(wanted: Wanted, limit: number, cursor: string | null): URLSearchParams {
  const query = new URLSearchParams({ limit: String(limit) })
  for (const [name, value] of Object.entries({ ...wanted, cursor })) if (value) query.set(name, String(value))
  return query
}
