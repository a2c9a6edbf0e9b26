/** A sound file in place of speech: kept as an asset's next version, and named by the prompt. */
import { Alert } from 'antd'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { assets, type Asset } from '../../api/sounds'
import { Icon } from '../../icons/Icon'
import { troubleOf } from '../material/problem'

/** The next version of an asset, or its first. */
export async function kept(name: string, language: string, file: Blob, fileName: string): Promise<Asset> {
  try {
    return await assets.version(name, language, file, fileName)
  } catch (problem) {
    if (!(problem instanceof ApiError) || problem.status !== 404) throw problem
    return assets.make(name, language, file, fileName)
  }
}

export function UploadSound({ asset, language, disabled, onKept }: { asset: string; language: string; disabled: boolean; onKept: (asset: string) => void }) {
  const { t } = useTranslation()
  const id = useId()
  const [busy, setBusy] = useState(false)
  const [failed, setFailed] = useState<string | null>(null)
  const [warnings, setWarnings] = useState<string[]>([])
  const take = async (file: File | undefined) => {
    if (!file) return
    setBusy(true)
    setFailed(null)
    try {
      const made = await kept(asset, language, file, file.name)
      setWarnings(made.warnings)
      onKept(asset)
    } catch (problem) {
      const { message, errors } = troubleOf(problem)
      setFailed(errors[0]?.message ?? message)
    }
    setBusy(false)
  }
  return (
    <>
      <label className="prompts-drop" htmlFor={id} aria-disabled={disabled} data-busy={busy}>
        <Icon name="record" />
        <span>{busy ? t('prompts.uploading') : t('prompts.chooseSound')}</span>
        <span className="i3 t12">{t('prompts.soundKinds')}</span>
        <input id={id} type="file" className="vh" disabled={disabled || busy} accept="audio/*,.wav,.mp3,.ogg,.flac,.m4a" onChange={(event) => void take(event.target.files?.[0])} />
      </label>
      <p className="i3 t12">{t('prompts.keptAs', { asset })}</p>
      {warnings.map((warning) => <Alert key={warning} type="warning" showIcon title={warning} />)}
      {failed && <Alert type="error" showIcon title={failed} />}
    </>
  )
}
