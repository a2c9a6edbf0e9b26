/** The search of the frame, open: type a few letters, Enter goes there. */
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { campaigns } from '../../api/campaigns'
import { contacts, type ContactRow } from '../../api/contacts'
import { flows } from '../../api/flows'
import { Icon } from '../../icons/Icon'
import { PickList } from '../../palette/PickList'
import { useLater } from '../material/useLater'
import { useMay } from '../material/useMay'
import { found, soughtOf, type Findable } from './finding'
import type { Place } from './places'

const NOTHING = { flows: [], campaigns: [] }

export function SearchPanel({ places, onClose }: { places: readonly Place[]; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const may = useMay()
  const [typed, setTyped] = useState('')
  const [there, setThere] = useState<Pick<Findable, 'flows' | 'campaigns'>>(NOTHING)
  const people = usePeople(useLater(typed, 250), may('contacts.read'))
  useEffect(() => {
    // What may not be seen, or cannot be had just now, is not found; the pages of it say why.
    void Promise.all([flows.list().then((page) => page.items, () => []), campaigns.list().then((page) => page.items, () => [])])
      .then(([drawn, run]) => setThere({ flows: drawn, campaigns: run }))
  }, [])

  const rows = found(typed, { ...there, people, pages: places.map((one) => ({ ...one, name: t(one.text) })), sessions: may('sessions.read') }, {
    page: t('shell.found.page'), flow: t('shell.found.flow'), campaign: t('shell.found.campaign'), person: t('shell.found.person'),
    sessions: (text) => t('shell.found.sessions', { text }),
  })
  return (
    <PickList
      className="searchpanel" label={t('shell.search')} field={t('shell.searchWhat')} typed={typed} onType={setTyped} rows={rows} keyOf={(row) => row.to} none={t('shell.found.nothing')}
      onTake={(row) => { onClose(); void navigate(row.to) }} onEscape={onClose} onLeave={onClose}
      show={(row) => (
        <>
          <Icon name={row.icon} />
          <span className="grow el" title={row.label}>{row.label}</span>
          <span className="t12 i3 nw">{row.about}</span>
        </>
      )}
    />
  )
}

/** Those of whom the server finds what was typed; nobody before two letters were. */
function usePeople(typed: string, may: boolean): ContactRow[] {
  const [answer, setAnswer] = useState<{ typed: string; people: ContactRow[] }>({ typed: '', people: [] })
  useEffect(() => {
    const sought = may ? soughtOf(typed) : null
    if (sought === null) return
    let gone = false
    void contacts.list(sought, null).then((page) => page.items, () => []).then((people) => { if (!gone) setAnswer({ typed, people }) })
    return () => { gone = true }
  }, [typed, may])
  return soughtOf(typed) !== null && answer.typed === typed ? answer.people : []
}
