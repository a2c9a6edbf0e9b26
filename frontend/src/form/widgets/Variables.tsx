/**
 * Names with a template each. Rows live here while they are edited, since an object can hold neither an empty name nor
 * the same one twice; the object gets every row that has a name of its own.
 */
import { Button, Input } from 'antd'
import { type ReactNode, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { Faults } from '../Field'
import { TemplateText } from '../TemplateText'
import { join } from '../faults'
import { type WidgetProps, useForm } from '../scope'
import { isRecord } from '../value'

interface Row {
  key: number
  name: string
  value: unknown
}

export function Variables({ path, value, onChange, required, label, head }: WidgetProps & { head?: ReactNode }) {
  const { show, touch } = useForm()
  const { t } = useTranslation()
  const ids = useId()
  const box = useRef<HTMLDivElement>(null)
  const [kept, setKept] = useState<Row[]>([])
  const rows = agree(kept, value)

  const take = (next: Row[]) => {
    setKept(next)
    const object = toObject(next)
    onChange(Object.keys(object).length === 0 && !required ? undefined : object)
  }
  const change = (key: number, part: Partial<Row>) => take(rows.map((row) => (row.key === key ? { ...row, ...part } : row)))
  const add = () => {
    const key = Math.max(0, ...rows.map((row) => row.key)) + 1
    take([...rows, { key, name: '', value: '' }])
    requestAnimationFrame(() => [...(box.current?.querySelectorAll<HTMLInputElement>('input') ?? [])].at(-1)?.focus())
  }

  return (
    <div ref={box}>
      <div className="nf-head">
        {head}
        <span className="nf-space" />
        <Button type="link" size="small" className="nf-add" icon={<Icon name="plus" size={12} />} onClick={add} aria-label={t('form.addTo', { label })}>
          {t('form.add')}
        </Button>
      </div>
      {rows.length === 0 && <p className="nf-none">{t('form.emptyList')}</p>}
      {rows.map((row, place) => {
        const at = join(path, row.name)
        const twice = rows.slice(0, place).some((other) => other.name === row.name && row.name !== '')
        const faults = [...(row.name === '' || twice ? [] : show(at, true)), ...(twice ? [{ path: `${at}.name`, message: t('form.nameTaken') }] : [])]
        const invalid = faults.some((fault) => fault.level !== 'warning')
        const notes = faults.length > 0 ? `${ids}-${row.key}` : undefined
        return (
          <div key={row.key} data-row data-field={row.name ? at : undefined} className="nf-row-box" onBlur={() => touch(at)}>
            <div className="nf-row nf-variable" role="group" aria-label={t('form.itemNumber', { label, number: place + 1 })}>
              <Input
                className="nf-variable-name"
                value={row.name}
                placeholder={t('form.variableName')}
                spellCheck={false}
                onChange={(event) => change(row.key, { name: event.target.value.trim() })}
                status={invalid ? 'error' : ''}
                aria-label={t('form.cell', { column: t('form.variableName'), row: place + 1 })}
                aria-describedby={notes}
              />
              <TemplateText
                value={typeof row.value === 'string' ? row.value : JSON.stringify(row.value)}
                placeholder={t('form.variableValue')}
                onChange={(text) => change(row.key, { value: text })}
                invalid={invalid}
                label={t('form.cell', { column: t('form.variableValue'), row: place + 1 })}
                describedBy={notes}
              />
              <button
                type="button"
                className="nf-remove"
                aria-label={t('form.removeItem', { name: row.name || t('form.itemNumber', { label, number: place + 1 }) })}
                title={t('form.remove')}
                onClick={() => take(rows.filter((other) => other.key !== row.key))}
              >
                <Icon name="x" size={12} />
              </button>
            </div>
            {faults.length > 0 && <Faults id={notes ?? ''} faults={faults} />}
          </div>
        )
      })}
    </div>
  )
}

function toObject(rows: readonly Row[]): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const { name, value } of rows) if (name !== '' && !(name in object)) object[name] = value
  return object
}

/** The rows as they are being edited, unless the object has become another one meanwhile (undo, another person). */
function agree(rows: Row[], value: unknown): Row[] {
  const object = isRecord(value) ? value : {}
  const same = (a: Record<string, unknown>, b: Record<string, unknown>) => JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort())
  if (same(toObject(rows), object)) return rows
  return Object.entries(object).map(([name, one], place) => ({ key: place + 1, name, value: one }))
}
