/** A record by which a prompt is heard, and the names that its type has: the first of the flow's type. */
import { useEffect, useState } from 'react'
import { records, type Data } from '../../api/records'
import type { FlowDocument } from '../../api/types'
import type { TemplateName } from '../../form/scope'

export interface Sample { key: string | null; data: Data; fields: readonly TemplateName[] }
const none: Sample = { key: null, data: {}, fields: [] }
const known = new Map<string, Sample>()

export function useSampleRecord(document: FlowDocument | undefined): Sample {
  const type = typeof document?.['record_type'] === 'string' ? document['record_type'] : null
  const [sample, setSample] = useState<Sample>(type === null ? none : (known.get(type) ?? none))
  useEffect(() => {
    if (type === null || known.has(type)) return undefined
    let gone = false
    const ask = async () => {
      const [kinds, rows] = await Promise.all([records.types(), records.list(type, {}, null, 1)])
      const fields = Object.entries(kinds.items.find((one) => one.type === type)?.schema.properties ?? {}).map(([name, schema]) => ({ name: `record.${name}`, ...(schema.title ? { label: schema.title } : {}) }))
      const first = rows.items[0]
      const found: Sample = { key: first?.key ?? null, data: first?.data ?? {}, fields }
      known.set(type, found)
      if (!gone) setSample(found)
    }
    // Without a sample a prompt is heard without what only a record knows.
    void ask().catch(() => undefined)
    return () => { gone = true }
  }, [type])
  return sample
}
