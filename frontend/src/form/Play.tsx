/** Plays a prompt as callers hear it, with the sample's values; the same button ends it. */
import { Button } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import { heard } from '../sounds/sound'
import type { Spoken } from './prompt'
import { useForm } from './scope'

type State = 'still' | 'making' | 'playing' | 'failed'

export function Play({ spoken, language }: { spoken: Spoken; language: string }) {
  const { hearing } = useForm()
  const { t } = useTranslation()
  const [state, setState] = useState<State>('still')
  const end = useRef<() => void>(() => undefined)
  useEffect(() => () => end.current(), [])
  if (!hearing) return null

  const play = async () => {
    const gone = new AbortController()
    const over = (next: State) => {
      if (gone.signal.aborted) return
      gone.abort()
      setState(next)
    }
    end.current = () => over('still')
    setState('making')
    try {
      const sound = await hearing({ [language]: spoken }, language, gone.signal)
      if (gone.signal.aborted) return
      setState('playing')
      await heard(sound, gone.signal)
      over('still')
    } catch {
      over('failed') // asked for in vain: the button says so, and the text goes on being written
    }
  }
  const on = state === 'making' || state === 'playing'
  return (
    <Button
      type="text" size="small" className="nf-play" data-state={state} aria-pressed={on}
      icon={<Icon name={on ? 'stop' : 'play'} size={12} />}
      title={t(state === 'failed' ? 'form.playFailed' : on ? 'form.playStop' : 'form.playWhat')}
      onClick={() => (on ? end.current() : void play())}
    >
      {t(state === 'failed' ? 'form.playFailedShort' : 'form.play')}
    </Button>
  )
}
