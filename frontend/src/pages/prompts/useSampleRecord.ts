/** A record by which a prompt is heard, and the names that its type has: the first of the flow's type. */
import { useEffect, useState } from 'react'
import type { Data } from '../../api/records'
import type { FlowDocument } from '../../api/types'
import type { TemplateName } from '../../form/scope'
import { type First, noRecord, useFirstRecord } from '../../inspector/useFirstRecord'
import { useRecordFields } from '../../inspector/useRecordFields'

export interface Sample { key: string | null; data: Data; fields: readonly TemplateName[] }

export function useSampleRecord(document: FlowDocument | undefined): Sample {
  const type = typeof document?.['record_type'] === 'string' ? document['record_type'] : null
  const of = useFirstRecord((state) => state.of)
  const fields = useRecordFields(type)
  const [first, setFirst] = useState<First>(noRecord)
  useEffect(() => {
    let gone = false
    setFirst(noRecord)
    if (type !== null) void of(type).then((found) => { if (!gone) setFirst(found) })
    return () => { gone = true }
  }, [type, of])
  return { ...first, fields }
}
