/** Keys for programs: what each is for, what it may, when it was used and when it ends; made, replaced and ended here. */
import { Button, Popconfirm, Table, Tooltip, type TableColumnsType } from 'antd'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keys, type ApiKey, type NewKey } from '../api/rights'
import { usePages } from '../api/usePages'
import { dayAndClock } from '../i18n/time'
import { Icon } from '../icons/Icon'
import { KeyForm } from './keys/KeyForm'
import { NewKeyShown } from './keys/NewKeyShown'
import './keys/keys.css'
import { Empty, Failed, More, PageHead, Skeleton } from './material/Frame'

const every = 30_000
/** For how long a key that was replaced goes on beside the new one. */
const overlap = 24

export function ApiKeys() {
  const { t, i18n } = useTranslation()
  const { items, failed, next, busy, more, load } = usePages<ApiKey>(keys.list, every)
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<NewKey | null>(null)
  const [fault, setFault] = useState<string | null>(null)

  const go = useCallback(async (deed: () => Promise<NewKey | null>) => {
    setFault(null)
    try {
      const key = await deed()
      if (key) setMade(key)
    } catch (problem) {
      setFault(problem instanceof Error ? problem.message : String(problem))
    }
    await load()
  }, [load])

  const columns = useMemo<TableColumnsType<ApiKey>>(() => {
    const time = (value: string | null, none: string) => <span className={value ? 'i2 nw' : 'i3 nw'}>{value ? dayAndClock(new Date(value), i18n.language) : none}</span>
    return [
      { title: t('rights.name'), key: 'name', render: (_, row) => <Named row={row} /> },
      { title: t('rights.role'), key: 'role', width: 170, render: (_, row) => <May row={row} /> },
      { title: t('rights.used'), key: 'used', width: 130, align: 'right', responsive: ['md'], render: (_, row) => time(row.used_at, t('rights.neverUsed')) },
      { title: t('rights.ends'), key: 'ends', width: 170, align: 'right', responsive: ['md'], render: (_, row) => time(row.expires_at, t('rights.neverEnds')) },
      {
        title: <span className="keys-sr">{t('rights.deeds')}</span>, key: 'deeds', width: 150, align: 'right', render: (_, row) => row.state === 'valid' && !row.bootstrap && (
          <span className="row keys-deeds">
            <Popconfirm title={t('rights.rotateWhat', { hours: overlap })} okText={t('rights.rotate')} cancelText={t('shell.cancel')} onConfirm={() => void go(() => keys.rotate(row.id, overlap))}>
              <Button size="small" type="text">{t('rights.rotate')}</Button>
            </Popconfirm>
            <Popconfirm title={t('rights.revokeWhat')} okText={t('rights.revokeNamed', { name: row.name })} cancelText={t('shell.cancel')} okButtonProps={{ danger: true }} onConfirm={() => void go(async () => { await keys.revoke(row.id); return null })}>
              <Button size="small" type="text" danger>{t('rights.revoke')}</Button>
            </Popconfirm>
          </span>
        ),
      },
    ]
  }, [t, i18n.language, go])

  return (
    <>
      <PageHead title={t('rights.keys')} count={items?.length}>
        <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setMaking(true)} data-testid="new-key">{t('rights.newKey')}</Button>
      </PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('rights.keysNotLoaded')} detail={failed} kept={items !== null} onRetry={() => void load()} />}
        {fault !== null && <Failed title={t('rights.notDone')} detail={fault} />}
        {items === null && failed === null && <Skeleton />}
        {items?.length === 0 && <Empty icon="key" title={t('rights.noKeys')} text={t('rights.noKeysWhat')} />}
        {items && items.length > 0 && (
          <div className="card mt-table" data-stale={failed !== null}>
            <Table<ApiKey> size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={items} pagination={false} rowClassName={(row) => (row.state === 'valid' ? '' : 'keys-over')} />
          </div>
        )}
        <More next={next} busy={busy} onMore={() => void more()} />
        <p className="i3 t12">{t('rights.connectorsElsewhere')}</p>
      </main>
      {making && <KeyForm onClose={() => setMaking(false)} onMade={(key) => { setMaking(false); setMade(key); void load() }} />}
      {made && <NewKeyShown made={made} onClose={() => setMade(null)} />}
    </>
  )
}

function Named({ row }: { row: ApiKey }) {
  const { t } = useTranslation()
  return (
    <div className="keys-name">
      <span className="b el" title={row.name}>{row.name}</span>
      {row.bootstrap && <Tooltip title={t('rights.bootstrapWhat')}><span className="chip ol">{t('rights.bootstrap')}</span></Tooltip>}
      {row.state !== 'valid' && <span className={row.state === 'revoked' ? 'chip er' : 'chip wa'}>{t(`rights.state.${row.state}`)}</span>}
      {row.made_by && <span className="i3 t12 el">{t('rights.madeBy', { name: row.made_by })}</span>}
    </div>
  )
}

function May({ row }: { row: ApiKey }) {
  const { t } = useTranslation()
  const role = t(`shell.role.${row.role}`, { defaultValue: row.role })
  if (row.scopes === null) return <span>{role}</span>
  const names = row.rights.filter((right) => right !== 'own').map((right) => t(`rights.right.${right.replace('.', '_')}`, { defaultValue: right }))
  return <Tooltip title={names.join(' · ')}><span>{role} · <span className="chip">{t('rights.scopeCount', { count: names.length })}</span></span></Tooltip>
}
