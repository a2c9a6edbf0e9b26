/** One session below the list: how it stands, the way it took, its journal and what it knows. */
import { App, Button, Popconfirm, Tabs, Tooltip } from 'antd'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SessionRow } from '../api/types'
import { Icon } from '../icons/Icon'
import { span } from '../i18n/time'
import { Elapsed } from './Elapsed'
import { Journal } from './Journal'
import { StatusChip } from './StatusChip'
import { Steps } from './Steps'
import { Values } from './Values'
import { sessions } from './calls'
import { type Walked, lines as linesOf, walked } from './journal'
import type { NodeOf } from './nodes'
import { isLive, who } from './rows'
import { useSession } from './useSession'
import { MessagesOf, RecordingsOf, useMedia } from './Media'

interface OneSessionProps {
  id: string
  row: SessionRow | undefined
  change: number
  nodeOf: NodeOf
  onHighlight: (way: readonly Walked[], current: string | null) => void
  onClose: () => void
}

export function OneSession({ id, row, change, nodeOf, onHighlight, onClose }: OneSessionProps) {
  const { t } = useTranslation()
  const { message } = App.useApp()
  const { detail, journal, error, reload } = useSession(id, change)
  const media = useMedia(id, change)
  const [chosen, setChosen] = useState<string | null>(null)
  const [ending, setEnding] = useState(false)
  const session = row ?? detail
  const lines = useMemo(() => linesOf(journal), [journal])
  const node = session?.node ?? null

  useEffect(() => setChosen(null), [id])
  useEffect(() => {
    const line = chosen === null ? undefined : lines.find((one) => one.key === chosen)
    onHighlight(walked(lines, line?.key), line ? line.node : node)
  }, [lines, chosen, node, onHighlight])

  if (!session) {
    if (error) return <Trouble text={error.status === 404 ? t('sessions.unknown') : t('sessions.notLoaded')} onRetry={reload} />
    return <div className="fp-one" aria-busy="true"><div className="skel" style={{ height: 16, width: 200, margin: 16 }} /></div>
  }
  const live = isLive(session.status)
  const end = async () => {
    setEnding(true)
    try {
      await sessions.cancel(id)
      reload()
    } catch {
      message.error(t('sessions.notEnded'))
    } finally {
      setEnding(false)
    }
  }
  return (
    <section className="fp-one" aria-label={t('sessions.one', { who: who(session) ?? id })}>
      <div className="fp-head">
        <button type="button" className="btn g sm ic fp-back" aria-label={t('sessions.back')} onClick={onClose}><Icon name="lt" /></button>
        <span className="b el fp-name">{who(session) ?? t('sessions.noContact')}</span>
        <StatusChip session={session}>
          {' '}
          {session.status === 'running' ? <Elapsed since={session.started_at} /> : session.ended_at && span((Date.parse(session.ended_at) - Date.parse(session.started_at)) / 1000)}
        </StatusChip>
        <CopyId id={id} />
        <span className="sp" />
        {live && (
          <Popconfirm
            title={t('sessions.endWhat')}
            okText={t(session.status === 'running' ? 'sessions.endCall' : 'sessions.endWaiting')}
            okButtonProps={{ danger: true }}
            cancelText={t('sessions.keep')}
            onConfirm={() => void end()}
            icon={null}
          >
            <Button size="small" danger loading={ending} icon={<Icon name="stop" size={12} />} data-testid="end-session">
              {t(session.status === 'running' ? 'sessions.endCall' : 'sessions.endWaiting')}
            </Button>
          </Popconfirm>
        )}
        <button type="button" className="btn g sm ic fp-close" aria-label={t('sessions.close')} title={t('sessions.close')} onClick={onClose}><Icon name="x" size={14} /></button>
      </div>
      {error && <Trouble text={t('sessions.notLoaded')} onRetry={reload} />}
      <Tabs
        className="fp-tabs"
        items={[
          { key: 'steps', label: <Label text={t('sessions.steps')} count={lines.length} />, children: <Steps lines={lines} chosen={chosen} onChoose={setChosen} nodeOf={nodeOf} /> },
          { key: 'journal', label: <Label text={t('sessions.journal')} count={journal.length} />, children: <Journal turns={journal} /> },
          { key: 'messages', label: <Label text={t('sessions.messages')} count={media?.messages.length ?? 0} />, children: media && <MessagesOf rows={media.messages} /> },
          { key: 'recordings', label: <Label text={t('sessions.recordings')} count={media?.recordings.length ?? 0} />, children: media && <RecordingsOf rows={media.recordings} /> },
          { key: 'values', label: t('sessions.values'), children: detail && <Values detail={detail} nodeOf={nodeOf} /> },
        ]}
      />
    </section>
  )
}

function Label({ text, count }: { text: string; count: number }) {
  return <>{text} <span className="t11 i3">{count}</span></>
}

function CopyId({ id }: { id: string }) {
  const { t } = useTranslation()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard?.writeText(id)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <Tooltip title={copied ? t('sessions.copied') : t('sessions.copyId', { id })}>
      <button type="button" className="mono i3 el fp-id" onClick={() => void copy()} aria-label={t('sessions.copyId', { id })}>{id}</button>
    </Tooltip>
  )
}

export function Trouble({ text, onRetry }: { text: string; onRetry: () => void }) {
  const { t } = useTranslation()
  return (
    <div className="fp-trouble" role="alert">
      <Icon name="err" size={14} />
      <span className="grow">{text}</span>
      <Button size="small" onClick={onRetry}>{t('shell.retry')}</Button>
    </div>
  )
}
