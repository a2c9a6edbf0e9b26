/** The pages of a fax as pictures, as many as there are; drawn when somebody looks. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { faxes, type Fax } from '../../api/sounds'

const atFirst = 4

export function FaxPages({ fax }: { fax: Fax }) {
  const { t } = useTranslation()
  const [shown, setShown] = useState(atFirst)
  const [kept, setKept] = useState(true)
  // Of one that broke off before its first page there is still the document.
  const count = Math.max(fax.pages, fax.direction === 'out' && fax.document ? 1 : 0)
  if (!kept || count === 0) return <p className="i3">{t('sounds.noPages')}</p>
  return (
    <div className="sounds-pages" tabIndex={0} role="group" aria-label={t('sounds.pages')}>
      {Array.from({ length: Math.min(count, shown) }, (_, place) => (
        <a key={place} className="sounds-page" href={faxes.page(fax.id, place + 1)} target="_blank" rel="noreferrer">
          <img src={faxes.page(fax.id, place + 1)} alt={t('sounds.page', { number: place + 1 })} onError={() => place === 0 && setKept(false)} />
          <span className="i3 t12">{place + 1} / {count}</span>
        </a>
      ))}
      {count > shown && <button type="button" className="btn" onClick={() => setShown(shown + 8)}>{t('material.more')}</button>}
    </div>
  )
}
