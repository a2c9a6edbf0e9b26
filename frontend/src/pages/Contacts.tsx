/** People whom records are about, found by what is known of them, by a whole number or address, or by their key. */
import { Button, Table, type TableColumnsType } from 'antd'
import { lazy, Suspense, useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, useNavigate } from 'react-router'
import { contacts, type ContactRow } from '../api/contacts'
import { usePages } from '../api/usePages'
import { dayAndClock } from '../i18n/time'
import { soughtBy } from './contacts/sought'
import { Empty, Failed, More, PageHead, Search, Skeleton } from './material/Frame'
import { useLater } from './material/useLater'

const Erasures = lazy(async () => ({ default: (await import('./contacts/Erasures')).Erasures }))
const everyMinute = 60_000

export function Contacts() {
  const { t, i18n } = useTranslation()
  const navigate = useNavigate()
  const [text, setText] = useState('')
  const [erasures, setErasures] = useState(false)
  const late = useLater(text)
  const ask = useCallback((cursor: string | null) => contacts.list(soughtBy(late), cursor), [late])
  const { items, failed, next, busy, more, load } = usePages(ask, everyMinute)
  const columns = useMemo<TableColumnsType<ContactRow>>(() => [
    { title: t('contacts.name'), key: 'name', ellipsis: true, render: (_, row) => <Link to={`/contacts/${row.id}`} className="mt-link el">{said(row, 'name') || row.key}</Link> },
    { title: t('contacts.key'), key: 'key', ellipsis: true, responsive: ['md'], render: (_, row) => <span className="mono i2 el">{row.key}</span> },
    { title: t('contacts.phone'), key: 'phone', width: 180, render: (_, row) => <span className="nw">{said(row, 'phone') || '–'}</span> },
    { title: t('contacts.email'), key: 'email', ellipsis: true, responsive: ['lg'], render: (_, row) => <span className="el">{said(row, 'email') || '–'}</span> },
    { title: t('contacts.language'), key: 'language', width: 100, responsive: ['lg'], render: (_, row) => <span className="i2">{said(row, 'language')}</span> },
    { title: t('contacts.updated'), key: 'updated', width: 140, align: 'right', responsive: ['md'], render: (_, row) => <span className="i3 nw">{dayAndClock(new Date(row.updated_at), i18n.language)}</span> },
  ], [t, i18n.language])

  return (
    <>
      <PageHead title={t('contacts.title')}>
        <Search value={text} onChange={setText} placeholder={t('contacts.search')} wide />
        <Button onClick={() => setErasures(true)}>{t('contacts.erasures')}</Button>
      </PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('contacts.notLoaded')} detail={failed} kept={items !== null} onRetry={() => void load()} />}
        {items === null && failed === null && <Skeleton />}
        {items?.length === 0 && (late.trim() !== ''
          ? <Empty icon="search" title={t('contacts.noneFits', { text: late })} text={t('contacts.noneFitsWhat')}><Button onClick={() => setText('')}>{t('contacts.showAll')}</Button></Empty>
          : <Empty icon="people" title={t('contacts.none')} text={t('contacts.noneWhat')}><Link to="/records" className="btn">{t('contacts.toRecords')}</Link></Empty>)}
        {items && items.length > 0 && (
          <div className="card mt-table" data-stale={failed !== null} data-click="true">
            <Table<ContactRow>
              size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={items} pagination={false}
              onRow={(row) => ({
                onClick: (event) => {
                  if (!(event.target as HTMLElement).closest('a') && !window.getSelection()?.toString()) void navigate(`/contacts/${row.id}`)
                },
              })}
            />
          </div>
        )}
        <More next={next} busy={busy} onMore={() => void more()} />
      </main>
      <Suspense fallback={null}>{erasures && <Erasures onClose={() => setErasures(false)} />}</Suspense>
    </>
  )
}

const said = (row: ContactRow, name: string): string => (typeof row.fields[name] === 'string' ? String(row.fields[name]) : '')
