/** What waits for a person: the open tasks, the one that is chosen with its form, and what was decided. */
import { App, Button } from 'antd'
import { useCallback, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, useNavigate, useParams, useSearchParams } from 'react-router'
import { type Task, tasks, type TaskState } from '../api/tasks'
import { useRefreshed } from '../api/useRefreshed'
import { dayAndClock } from '../i18n/time'
import { Icon, Tile } from '../icons/Icon'
import { OneTask } from './tasks/OneTask'
import './tasks/tasks.css'

const refreshEvery = 10_000
const ONE_MESSAGE = { maxCount: 1, duration: 5 }

export function Tasks() {
  const { t } = useTranslation()
  const { id } = useParams()
  const [query] = useSearchParams()
  const navigate = useNavigate()
  const state: TaskState = query.get('state') === 'decided' ? 'decided' : 'open'
  const look = useCallback(async () => tasks.list(state, 200), [state])
  const { data, failed, load } = useRefreshed(look, refreshEvery)
  const [one, setOne] = useState<Task | null>(null)
  const rows = data?.items ?? null
  const listed = rows?.find((row) => row.id === id) ?? null
  const isListed = listed !== null
  const real = rows?.filter((row) => !row.trial).length ?? 0
  const counted = data?.next ? `${real}+` : real
  useEffect(() => {
    document.title = `${t('tasks.title')} · Callweave`
  }, [t])
  useEffect(() => {
    if (id === undefined) return setOne(null)
    let gone = false
    tasks.one(id).then((found) => !gone && setOne(found), () => !gone && setOne(null))
    return () => { gone = true }
  }, [id, isListed])
  const chosen = id === undefined ? null : (listed ?? one)
  const search = state === 'decided' ? '?state=decided' : ''
  return (
    <App component={false} message={ONE_MESSAGE}>
      <header className="hdr tk-hdr" data-one={id !== undefined}>
        <h1 className="t16 b">{t('tasks.title')}</h1>
        {rows && state === 'open' && <span className="i3" data-testid="task-count">{counted}</span>}
        <span className="sp" />
        <nav className="seg" aria-label={t('tasks.show')}>
          <Link to="/tasks" className={state === 'open' ? 'on' : ''} aria-current={state === 'open' || undefined}>{t('tasks.open')}</Link>
          <Link to="/tasks?state=decided" className={state === 'decided' ? 'on' : ''} aria-current={state === 'decided' || undefined}>{t('tasks.decided')}</Link>
        </nav>
      </header>
      <main className="content tk" data-one={id !== undefined}>
        <section className="card tk-list" aria-label={t('tasks.title')}>
          {failed !== null && <div className="tk-trouble" role="alert"><Icon name="err" size={14} /><span className="grow">{t('tasks.notLoaded')}</span><Button size="small" onClick={() => void load()}>{t('shell.retry')}</Button></div>}
          {rows === null && failed === null && <div className="tk-skeleton" aria-busy="true"><span className="skel" style={{ height: 16, width: 220 }} /></div>}
          {rows?.length === 0 && (
            <div className="tk-empty">
              <Icon name="inbox" size={20} />
              <span className="b">{state === 'open' ? t('tasks.none') : t('tasks.noneDecided')}</span>
              {state === 'open' && <span className="i2 t12">{t('tasks.noneWhat')}</span>}
            </div>
          )}
          <ul data-testid="tasks">
            {rows?.map((row) => <li key={row.id}><Row row={row} search={search} /></li>)}
          </ul>
        </section>
        {id !== undefined && chosen === null && <section className="card tk-one"><p className="i3">{t('tasks.noSuch')}</p></section>}
        {chosen && <OneTask key={chosen.id} task={chosen} back={`/tasks${search}`} onDone={() => { void load(); void navigate(`/tasks${search}`) }} />}
        {id === undefined && rows !== null && rows.length > 0 && <section className="card tk-one tk-hint"><Icon name="task" size={20} /><span className="i2">{t('tasks.choose')}</span></section>}
      </main>
    </App>
  )
}

function Row({ row, search }: { row: Task; search: string }) {
  const { t, i18n } = useTranslation()
  const at = (moment: string) => dayAndClock(new Date(moment), i18n.language)
  const late = row.due_at !== null && row.state === 'open' && Date.parse(row.due_at) - Date.now() < 3_600_000
  const when = row.state === 'decided' && row.decided_at ? t('tasks.decidedBy', { who: row.decided_by ?? '', at: at(row.decided_at) }) : row.due_at ? t('tasks.due', { at: at(row.due_at) }) : at(row.created_at)
  return (
    <NavLink to={`/tasks/${row.id}${search}`} className={({ isActive }) => `tk-row${isActive ? ' on' : ''}`}>
      <Tile icon="task" medium="data" small />
      <span className="grow">
        <span className="el b tk-block" title={row.title}>{row.title}</span>
        <span className="el i2 t12 tk-block">{row.trial && <span className="chip tk-trial">{t('tasks.trial')}</span>}{[row.contact.name ?? row.contact.phone, row.role].filter(Boolean).join(' · ')}</span>
      </span>
      <span className={`t12 nw ${late ? 'chip wa' : 'i3'}`}>{when}</span>
    </NavLink>
  )
}
