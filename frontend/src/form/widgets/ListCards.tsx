/** Items that are too much for a row: each a small form with a head of its own. */
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { Faults } from '../Field'
import { Fields } from '../Fields'
import { join } from '../faults'
import type { Property } from '../schema'
import { useForm } from '../scope'
import { isRecord } from '../value'
import type { ItemsProps } from './List'
import { RowHandle } from './RowHandle'

export function ListCards({ items, path, cells, keyAt, nameAt, onPut, onMove, onRemove }: ItemsProps & { cells: readonly Property[] }) {
  const { show } = useForm()
  const { t } = useTranslation()
  return (
    <div className="nf-cards">
      {items.map((item, place) => {
        const at = join(path, place)
        const faults = show(at, false)
        return (
          <div key={keyAt(place)} data-row data-field={at} className="nf-card" role="group" aria-label={nameAt(place)}>
            <div className="nf-card-head">
              <RowHandle place={place} count={items.length} name={nameAt(place)} onMove={onMove} onRemove={() => onRemove(place)} />
              <span className="nf-card-name">{nameAt(place)}</span>
              <button type="button" className="nf-remove" aria-label={t('form.removeItem', { name: nameAt(place) })} title={t('form.remove')} onClick={() => onRemove(place)}>
                <Icon name="x" size={12} />
              </button>
            </div>
            <Fields properties={cells} path={at} value={isRecord(item) ? item : {}} onChange={(next) => onPut(place, next)} />
            {faults.length > 0 && <Faults faults={faults} />}
          </div>
        )
      })}
    </div>
  )
}
