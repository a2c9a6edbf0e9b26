/** Whom a flow is drawn by: its templates, prompts and conditions are tried with this contact and record. */
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { create } from 'zustand'
import type { Contact, FlowDocument } from '../api/types'
import { isRecord } from '../form/value'
import { contactOf, keptOf, labelOf, type Kept } from '../simulator/sample'

type Data = Record<string, unknown>
export interface Given { contact: Contact; record: Data }
interface Option { value: string; label: string; given: Given }

const SOMEBODY: Contact = { name: '王小明', phone: '13800000000' }
const SCENARIO = '\u0000scenario'
const NOBODY = '\u0000nobody'

/** The contact and record of a flow's first scenario that has any. */
export function written(document: FlowDocument): Given | null {
  for (const scenario of document.scenarios ?? []) {
    if (!isRecord(scenario)) continue
    const { contact, record } = scenario
    if (isRecord(contact) || isRecord(record)) return { contact: isRecord(contact) ? contact : {}, record: isRecord(record) ? record : {} }
  }
  return null
}

/** Those whom one may choose, the first of them until one does: the first scenario's, each record that is kept. */
export function optionsOf(document: FlowDocument, kept: Kept, words: { scenario: string }): Option[] {
  const known = written(document)
  const records = kept.records.map((record) => ({ value: record.key, label: labelOf(kept.type, record), given: { contact: { ...SOMEBODY, ...contactOf(kept.type, record.data) }, record: record.data } }))
  const first = known ? [{ value: SCENARIO, label: words.scenario, given: known }] : []
  const all = [...first, ...records]
  return all.length > 0 ? all : [{ value: NOBODY, label: String(SOMEBODY.name), given: { contact: SOMEBODY, record: {} } }]
}

interface Chosen { byFlow: Record<string, string>; choose: (flow: string, value: string) => void }

/** What was chosen for each flow, for as long as the page is open. */
const useChosen = create<Chosen>((set) => ({
  byFlow: {},
  choose: (flow, value) => set((before) => ({ byFlow: { ...before.byFlow, [flow]: value } })),
}))

export interface Samples { options: Option[]; value: string; given: Given; choose: (value: string) => void }

export function useSamples(flow: string | null, document: FlowDocument): Samples {
  const { t } = useTranslation()
  const { byFlow, choose } = useChosen()
  const type = typeof document['record_type'] === 'string' ? document['record_type'] : ''
  const [kept, setKept] = useState<Kept>({ type: null, records: [] })
  useEffect(() => {
    const gone = new AbortController()
    void keptOf(type, gone.signal).then((found) => { if (!gone.signal.aborted) setKept(found) })
    return () => gone.abort()
  }, [type])
  const { scenarios } = document
  const options = useMemo(() => optionsOf({ scenarios } as FlowDocument, kept, { scenario: t('editor.firstScenario') }), [scenarios, kept, t])
  const chosen = options.find((option) => option.value === byFlow[flow ?? '']) ?? (options[0] as Option)
  return { options, value: chosen.value, given: chosen.given, choose: (value) => choose(flow ?? '', value) }
}
