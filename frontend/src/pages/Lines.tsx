/** Trunks and numbers: how each line is just now, how full, and what a call to each number starts. */
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { flows } from '../api/flows'
import { lines, triggers, type AnyTrigger, type OwnNumber, type Trunk } from '../api/lines'
import type { FlowRow } from '../api/types'
import { useRefreshed } from '../api/useRefreshed'
import { Icon } from '../icons/Icon'
import './lines/lines.css'
import { NumberTable } from './lines/NumberTable'
import { TrunkTable } from './lines/TrunkTable'
import { Failed, PageHead, Skeleton } from './material/Frame'
import { useMay } from './material/useMay'

const TrunkForm = lazy(async () => ({ default: (await import('./lines/TrunkForm')).TrunkForm }))
const NumberForm = lazy(async () => ({ default: (await import('./lines/NumberForm')).NumberForm }))
const every = 5_000

export interface Seen { trunks: Trunk[]; numbers: OwnNumber[]; triggers: AnyTrigger[]; flows: FlowRow[] }
async function look(): Promise<Seen> {
  const [trunks, numbers, starting, known] = await Promise.all([lines.trunks(), lines.numbers(), triggers.list(), flows.list()])
  return { trunks: trunks.items, numbers: numbers.items, triggers: starting.items, flows: known.items }
}

export function Lines() {
  const { t } = useTranslation()
  const { data: seen, failed, load } = useRefreshed(look, every)
  const mayEdit = useMay()('lines.edit')
  const [trunk, setTrunk] = useState<Trunk | 'new' | null>(null)
  const [number, setNumber] = useState<OwnNumber | 'new' | null>(null)
  const close = () => { setTrunk(null); setNumber(null) }
  const kept = () => { close(); void load() }

  return (
    <>
      <PageHead title={t('lines.title')}>
        {seen && mayEdit && <Button icon={<Icon name="plus" size={14} />} onClick={() => setNumber('new')}>{t('lines.newNumber')}</Button>}
        {seen && mayEdit && <Button type="primary" icon={<Icon name="plus" size={14} />} onClick={() => setTrunk('new')} data-testid="new-trunk">{t('lines.newTrunk')}</Button>}
      </PageHead>
      <main className="content mt">
        {failed !== null && <Failed title={t('lines.notLoaded')} detail={failed} kept={seen !== null} onRetry={() => void load()} />}
        {seen === null && failed === null && <Skeleton />}
        {seen && (
          <>
            <section className="card mt-group" aria-label={t('lines.trunks')}>
              <div className="mt-head"><Icon name="call" /><h2 className="t14 b">{t('lines.trunks')}</h2><span className="i3">{seen.trunks.length}</span></div>
              {seen.trunks.length === 0
                ? <p className="i2 mt-pad">{t('lines.noTrunks')}</p>
                : <TrunkTable rows={seen.trunks} stale={failed !== null} onOpen={setTrunk} />}
            </section>
            <section className="card mt-group" aria-label={t('lines.numbers')}>
              <div className="mt-head"><Icon name="phone" /><h2 className="t14 b">{t('lines.numbers')}</h2><span className="i3">{seen.numbers.length}</span></div>
              <NumberTable seen={seen} stale={failed !== null} onOpen={setNumber} onNew={mayEdit ? () => setNumber('new') : null} />
            </section>
          </>
        )}
      </main>
      <Suspense fallback={null}>
        {trunk && <TrunkForm trunk={trunk === 'new' ? null : trunk} fixed={!mayEdit} onClose={close} onKept={kept} />}
        {number && seen && <NumberForm number={number === 'new' ? null : number} fixed={!mayEdit} seen={seen} onClose={close} onKept={kept} />}
      </Suspense>
    </>
  )
}
