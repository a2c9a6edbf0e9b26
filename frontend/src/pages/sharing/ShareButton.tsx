/** The way to a flow's sharing, for those who may; the dialog comes when it is asked for. */
import { Button } from 'antd'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { useMay } from '../material/useMay'

const Sharing = lazy(async () => ({ default: (await import('./Sharing')).Sharing }))

export function ShareButton({ flow, name }: { flow: string; name: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const [open, setOpen] = useState(false)
  if (!may('flows.share')) return null
  return (
    <>
      <Button block icon={<Icon name="lock" size={14} />} onClick={() => setOpen(true)} data-testid="share-flow">{t('rights.share')}</Button>
      <Suspense fallback={null}>{open && <Sharing flow={flow} name={name} onClose={() => setOpen(false)} />}</Suspense>
    </>
  )
}
