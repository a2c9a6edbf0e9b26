/** The search of the frame, open: type a few letters, Enter goes there. */
import { useEffect, useId, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import { campaigns } from '../../api/campaigns'
import { contacts, type ContactRow } from '../../api/contacts'
import { flows } from '../../api/flows'
import { Icon } from '../../icons/Icon'
import { useLater } from '../material/useLater'
import { useMay } from '../material/useMay'
import { found, soughtOf, type Findable } from './finding'
import type { Place } from './places'
import '../../palette/palette.css'

const NOTHING = { flows: [], campaigns: [] }

export function SearchPanel({ places, onClose }: { places: readonly Place[]; onClose: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const may = useMay()
  const list = useId()
  const panel = useRef<HTMLDivElement>(null)
  const [typed, setTyped] = useState('')
  const [at, setAt] = useState(0)
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
  const current = Math.min(at, Math.max(0, rows.length - 1))
  useEffect(() => {
    panel.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const take = (to: string | undefined) => {
    if (to === undefined) return
    onClose()
    void navigate(to)
  }
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    if (event.key === 'ArrowDown') setAt((current + 1) % Math.max(1, rows.length))
    else if (event.key === 'ArrowUp') setAt((current + rows.length - 1) % Math.max(1, rows.length))
    else if (event.key === 'Enter') take(rows[current]?.to)
    else if (event.key === 'Escape') onClose()
    else return
    event.preventDefault()
  }
  return (
    <div ref={panel} className="quick searchpanel" role="dialog" aria-label={t('shell.search')}>
      <div className="q">
        <Icon name="search" size={14} />
        <input
          autoFocus value={typed} maxLength={200} role="combobox" aria-expanded="true" aria-controls={list} aria-label={t('shell.searchWhat')} placeholder={t('shell.searchWhat')}
          aria-activedescendant={rows[current] ? `${list}-${current}` : undefined} onChange={(event) => { setTyped(event.target.value); setAt(0) }} onKeyDown={pressed}
          onBlur={(event) => { if (!panel.current?.contains(event.relatedTarget)) onClose() }}
        />
      </div>
      <ul id={list} role="listbox" aria-label={t('shell.search')}>
        {rows.map((row, index) => (
          <li
            key={row.to} id={`${list}-${index}`} role="option" aria-selected={index === current} className={index === current ? 'on' : ''}
            onPointerMove={() => setAt(index)} onMouseDown={(event) => event.preventDefault()} onClick={() => take(row.to)}
          >
            <Icon name={row.icon} />
            <span className="grow el" title={row.label}>{row.label}</span>
            <span className="t12 i3 nw">{row.about}</span>
          </li>
        ))}
        {rows.length === 0 && <li className="none t12 i3">{t('shell.found.nothing')}</li>}
      </ul>
    </div>
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
