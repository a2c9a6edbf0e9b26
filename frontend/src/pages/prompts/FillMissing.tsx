/** What is missing is translated by a machine, one sentence after the other; it can be stopped, and what is done stays. */
import { Alert, Button, Modal, Progress } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { translations } from '../../api/translations'
import { troubleOf } from '../material/problem'
import { Crossed } from './load'
import type { FlowPrompts } from './sheet'
import { type Job, jobsOf, translate } from './translating'

interface Props { flows: readonly FlowPrompts[]; missing: number; onClose: () => void; onKept: () => Promise<void> }
interface Going { done: number; of: number; over: boolean; failed: string | null }

export function FillMissing({ flows, missing, onClose, onKept }: Props) {
  const { t } = useTranslation()
  const [there, setThere] = useState<boolean | null>(null)
  const [going, setGoing] = useState<Going | null>(null)
  const running = useRef<AbortController | null>(null)
  const [jobs] = useState<Job[]>(() => jobsOf(flows))
  useEffect(() => {
    const asking = new AbortController()
    translations.service(asking.signal).then((found) => setThere(found.there)).catch(() => { if (!asking.signal.aborted) setThere(false) })
    return () => { asking.abort(); running.current?.abort() }
  }, [])

  const run = async () => {
    const mine = new AbortController()
    running.current = mine
    const newest = new Map<string, unknown>()
    let done = 0
    let failed: string | null = null
    setGoing({ done, of: jobs.length, over: false, failed })
    for (const job of jobs) {
      if (mine.signal.aborted) break
      try {
        newest.set(job.row.key, await translate(job, newest.get(job.row.key) ?? job.row.value, mine.signal))
        done += 1
        setGoing({ done, of: jobs.length, over: false, failed })
      } catch (problem) {
        if (mine.signal.aborted) break
        if (problem instanceof Crossed) continue
        failed = troubleOf(problem).message
        break
      }
    }
    setGoing({ done, of: jobs.length, over: true, failed })
    await onKept()
  }
  const busy = going !== null && !going.over

  return (
    <Modal
      open title={t('prompts.fillTitle')} onCancel={() => { running.current?.abort(); onClose() }} footer={
        busy
          ? <Button onClick={() => running.current?.abort()} data-testid="stop-translating">{t('prompts.stop')}</Button>
          : going ? <Button type="primary" onClick={onClose}>{t('material.close')}</Button>
          : <><Button onClick={onClose}>{t('material.close')}</Button><Button type="primary" disabled={there !== true || jobs.length === 0} onClick={() => void run()} data-testid="translate">{t('prompts.translate', { count: jobs.length })}</Button></>
      }
    >
      {there === false && <Alert type="info" showIcon title={t('prompts.noService')} description={<>{t('prompts.howService')} <code>CALLWEAVE_TRANSLATION_URL</code></>} />}
      {there && !going && <p>{t('prompts.fillWhat')}</p>}
      {there && !going && jobs.length < missing && <p className="i3 t12">{t('prompts.notFromWords', { count: missing - jobs.length })}</p>}
      {going && <Progress percent={going.of === 0 ? 100 : Math.round((going.done / going.of) * 100)} status={going.failed ? 'exception' : going.over ? 'normal' : 'active'} aria-label={t('prompts.fillTitle')} />}
      {going && <p role="status" data-testid="translated">{t('prompts.translated', { done: going.done, of: going.of })}</p>}
      {going?.failed && <Alert type="error" showIcon title={t('prompts.notTranslated')} description={going.failed} />}
    </Modal>
  )
}
