/** One task: what is to be decided, about whom, what is filled in with it, and a button for each decision. */
import { Alert, App, Button, Form, Input, InputNumber, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ApiError } from '../../api/client'
import { useMe } from '../../api/me'
import { type Task, tasks } from '../../api/tasks'
import type { Fault, JsonSchema } from '../../api/types'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { filledIn, missingOf } from './form'

type Values = Record<string, unknown>

export function OneTask({ task, back, onDone }: { task: Task; back: string; onDone: () => void }) {
  const { t, i18n } = useTranslation()
  const { message } = App.useApp()
  const rights = useMe((state) => state.me?.['rights']) as string[] | undefined
  const may = !rights || rights.includes('tasks.decide')
  const [values, setValues] = useState<Values>({})
  const [errors, setErrors] = useState<Fault[]>([])
  const [refusal, setRefusal] = useState<string | null>(null)
  const [busy, setBusy] = useState<string | null>(null)
  const at = (moment: string) => dayAndClock(new Date(moment), i18n.language)

  const decide = async (decision: string) => {
    const missing = missingOf(task.form, values)
    setRefusal(null)
    setErrors(missing.map((name) => ({ path: `form.${name}`, message: t('tasks.missing') })))
    if (missing.length > 0) return
    setBusy(decision)
    try {
      await tasks.decide(task.id, decision, filledIn(values))
      message.success(t('tasks.wasDecided'))
      onDone()
    } catch (problem) {
      if (problem instanceof ApiError && problem.errors.length > 0) setErrors(problem.errors)
      else setRefusal(problem instanceof ApiError ? problem.message : String(problem))
      setBusy(null)
    }
  }
  const fields = Object.entries(task.form.properties ?? {})
  const decided = task.decisions.find((one) => one.id === task.decision)
  return (
    <section className="card tk-one" aria-label={task.title} data-testid="one-task">
      <Link className="btn g tk-back" to={back}><Icon name="lt" size={14} />{t('tasks.back')}</Link>
      <h2 className="t16 b">{task.title}</h2>
      {task.trial && <p className="t12 i2"><span className="chip tk-trial">{t('tasks.trial')}</span>{t('tasks.trialWhat')}</p>}
      <dl className="tk-facts">
        {(task.contact.name || task.contact.phone) && <div><dt>{t('tasks.about')}</dt><dd>{[task.contact.name, task.contact.phone].filter(Boolean).join(' · ')}</dd></div>}
        <div><dt>{t('tasks.role')}</dt><dd>{task.role}</dd></div>
        <div><dt>{t('tasks.since')}</dt><dd>{at(task.created_at)}</dd></div>
        {task.due_at && <div><dt>{t('tasks.dueLabel')}</dt><dd>{at(task.due_at)}</dd></div>}
        {task.flow && <div><dt>{t('tasks.session')}</dt><dd><Link to={`/flows/${task.flow}/follow?session=${task.session}`}>{t('tasks.seeSession')}</Link></dd></div>}
      </dl>
      {task.state === 'decided' && <Alert type="success" showIcon title={t('tasks.decidedAs', { decision: decided?.label || t('tasks.done') })} description={task.decided_at && t('tasks.decidedBy', { who: task.decided_by ?? '', at: at(task.decided_at) })} />}
      {task.state === 'withdrawn' && <Alert type="info" showIcon title={t('tasks.withdrawn')} />}
      {task.state === 'open' && (
        <Form layout="vertical" requiredMark={false}>
          {fields.map(([name, field]) => {
            const fault = errors.find((one) => one.path === `form.${name}`)?.message
            const required = (task.form.required ?? []).includes(name)
            return (
              <Form.Item key={name} label={<>{field.title ?? name}{!required && <span className="i3 t12">&nbsp;{t('tasks.optional')}</span>}</>} htmlFor={`tk-${name}`} {...(fault ? { validateStatus: 'error' as const, help: fault } : {})}>
                <Field id={`tk-${name}`} field={field} value={values[name]} onChange={(value) => setValues((now) => ({ ...now, [name]: value }))} />
              </Form.Item>
            )
          })}
          {refusal && <Alert type="error" showIcon title={refusal} style={{ marginBottom: 12 }} />}
          {may
            ? <div className="tk-decisions">{task.decisions.map((one) => <Button key={one.id} size="large" loading={busy === one.id} disabled={busy !== null && busy !== one.id} onClick={() => void decide(one.id)}>{one.label || t('tasks.done')}</Button>)}</div>
            : <p className="i3">{t('tasks.mayNot')}</p>}
        </Form>
      )}
    </section>
  )
}

function Field({ id, field, value, onChange }: { id: string; field: JsonSchema; value: unknown; onChange: (value: unknown) => void }) {
  const { t } = useTranslation()
  const text = typeof value === 'string' ? value : ''
  if (field.enum) return <Select id={id} value={text || null} options={field.enum.map((one) => ({ value: String(one), label: String(one) }))} placeholder={t('tasks.chooseOne')} onChange={onChange} />
  if (field.type === 'boolean') return <Radio.Group id={id} value={value} onChange={(event) => onChange(event.target.value)} options={[{ value: true, label: t('tasks.yes') }, { value: false, label: t('tasks.no') }]} />
  if (field.type === 'number' || field.type === 'integer') return <InputNumber id={id} value={value as number | null} {...(field.type === 'integer' ? { precision: 0 } : {})} style={{ width: '100%' }} onChange={onChange} />
  if (field.format === 'date') return <Input id={id} type="date" value={text} onChange={(event) => onChange(event.target.value)} />
  if (field['multiline']) return <Input.TextArea id={id} autoSize={{ minRows: 3, maxRows: 10 }} value={text} maxLength={field.maxLength} onChange={(event) => onChange(event.target.value)} />
  return <Input id={id} value={text} maxLength={field.maxLength} onChange={(event) => onChange(event.target.value)} />
}
