/** The way to the search, in the navigation: a button that looks like its field, and ⌘K. */
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import type { Place } from './places'

/** Comes when it is asked for: the page is there sooner. */
const SearchPanel = lazy(async () => ({ default: (await import('./SearchPanel')).SearchPanel }))
const chord = /Mac|iP(hone|ad)/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K'

export function Search({ places }: { places: readonly Place[] }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
      event.preventDefault()
      setOpen((before) => !before)
    }
    window.addEventListener('keydown', pressed)
    return () => window.removeEventListener('keydown', pressed)
  }, [])
  return (
    <>
      <button type="button" className="fld q navsearch" aria-haspopup="dialog" aria-keyshortcuts="Control+K Meta+K" aria-label={`${t('shell.search')} ${chord}`} title={t('shell.searchWhat')} onClick={() => setOpen(true)}>
        <Icon name="search" size={14} />
        <span className="grow wide" aria-hidden="true">{t('shell.search')}</span>{' '}
        <kbd className="wide" aria-hidden="true">{chord}</kbd>
      </button>
      {open && <Suspense fallback={null}><SearchPanel places={places} onClose={() => setOpen(false)} /></Suspense>}
    </>
  )
}
