/** By which of this machine's voices a sentence is spoken, and how fast. */
import { Select } from 'antd'
import type { TFunction } from 'i18next'
import { useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Voice, type Voices, voices } from '../../api/sounds'
import type { Manner } from '../../form/prompt'
import { troubleOf } from '../material/problem'

const rates = [0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.2, 1.3, 1.5]
interface Props { language: string; manner: Manner; fixed: boolean; onChange: (manner: Manner) => void }

export function VoiceAndRate({ language, manner, fixed, onChange }: Props) {
  const { t } = useTranslation()
  const id = useId()
  const [there, setThere] = useState<Voices | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  useEffect(() => {
    const asking = new AbortController()
    voices(language, asking.signal).then((found) => { setThere(found); setFailed(null) }).catch((problem: unknown) => { if (!asking.signal.aborted) { setThere(null); setFailed(troubleOf(problem).message) } })
    return () => asking.abort()
  }, [language])
  if (failed) return <p className="i3 t12" role="status">{failed}</p>
  if (!there || there.items.length === 0) return null
  const rate = manner.rate ?? 1
  return (
    <div className="prompts-manner">
      <label htmlFor={`${id}v`}><span className="i2 t12">{t('prompts.voice')}</span>
        <Select<string>
          id={`${id}v`} showSearch={{ optionFilterProp: 'label' }} disabled={fixed} value={manner.voice ?? ''} options={grouped(there, manner.voice, t)} popupMatchSelectWidth={200}
          onChange={(voice) => onChange({ ...manner, voice: voice === '' ? undefined : voice })}
        />
      </label>
      <label htmlFor={`${id}r`}><span className="i2 t12">{t('prompts.rate')}</span>
        <Select<number> id={`${id}r`} disabled={fixed} value={rate} options={[...new Set([...rates, rate])].sort((one, other) => one - other).map((value) => ({ value, label: value.toFixed(2) }))} onChange={(next) => onChange({ ...manner, rate: next })} />
      </label>
    </div>
  )
}

/** Plain voices first, by number; then those with a name, and accents by their own. */
function grouped({ own, items }: Voices, chosen: string | undefined, t: TFunction) {
  const variant = (voice: Voice) => (voice.name.startsWith(`${own}+`) ? voice.name.slice(own.length + 1) : '')
  const label = (voice: Voice) => {
    const plain = /^([fm])(\d)$/.exec(variant(voice))
    return plain ? t(plain[1] === 'f' ? 'prompts.woman' : 'prompts.man', { number: plain[2] }) : voice.title
  }
  const option = (voice: Voice) => ({ value: voice.name, label: label(voice) })
  const order = (one: Voice, other: Voice) => Number(!/^[fm]\d$/.test(variant(one))) - Number(!/^[fm]\d$/.test(variant(other))) || one.name.localeCompare(other.name)
  const accents = items.filter((voice) => variant(voice) === '')
  const groups = (['female', 'male', ''] as const).map((gender) => ({ label: t(`prompts.genders.${gender || 'other'}`), options: items.filter((voice) => variant(voice) !== '' && voice.gender === gender).sort(order).map(option) }))
  const known = chosen === undefined || items.some((voice) => voice.name === chosen)
  return [
    { value: '', label: t('prompts.usualVoice') },
    ...(known ? [] : [{ value: chosen, label: chosen }]),
    ...[...groups, { label: t('prompts.accents'), options: accents.map(option) }].filter((group) => group.options.length > 0),
  ]
}
