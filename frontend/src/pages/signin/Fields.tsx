/** Fields of the door: a line with its name, what is wrong under it, and for secrets a button that shows them. */
import { type InputHTMLAttributes, type ReactNode, type Ref, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'

interface LineProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
  label: string
  /** Beside the name, at its end. */
  aside?: ReactNode
  value: string
  onValue: (value: string) => void
  fault?: string | null
  secret?: boolean
  hint?: ReactNode
  ref?: Ref<HTMLInputElement>
}

export function Line({ label, aside, value, onValue, fault = null, secret = false, hint, id, ref, ...rest }: LineProps) {
  const { t } = useTranslation()
  const own = useId()
  const name = id ?? own
  const [shown, setShown] = useState(false)
  const described = fault ? `${name}-fault` : hint ? `${name}-hint` : ''
  return (
    <div className="door-line">
      <div className="lab"><label htmlFor={name}>{label}</label>{aside && <><span className="sp" />{aside}</>}</div>
      <div className={`fld${fault ? ' wrong' : ''}`}>
        <input
          {...rest}
          ref={ref}
          id={name}
          type={secret && !shown ? 'password' : 'text'}
          spellCheck={false}
          autoCapitalize="none"
          value={value}
          onChange={(event) => onValue(event.target.value)}
          aria-invalid={fault !== null}
          {...(described ? { 'aria-describedby': described } : {})}
        />
        {secret && (
          <button type="button" className="i3" aria-label={t('signin.showSecret', { name: label })} aria-pressed={shown} title={t('signin.showSecret', { name: label })} onClick={() => setShown(!shown)}>
            <Icon name="eye" />
          </button>
        )}
      </div>
      {fault && <div className="fault" id={`${name}-fault`} role="alert"><Icon name="err" size={14} /><span>{fault}</span></div>}
      {hint && !fault && <div className="i3 t12 door-under" id={`${name}-hint`}>{hint}</div>}
    </div>
  )
}

export function Send({ busy, children }: { busy: boolean; children: ReactNode }) {
  return <button type="submit" className="btn p lg" disabled={busy} aria-busy={busy}>{children}</button>
}

/** What went wrong where no field is at fault. */
export function Wrong({ fault }: { fault: string | null }) {
  return fault && <div className="fault door-wrong" role="alert"><Icon name="err" size={14} /><span>{fault}</span></div>
}
