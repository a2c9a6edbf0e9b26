/** A sound as a wave form with a button: click where it shall go on. One row for each side of a call. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { span } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { type Decoded, Player, decoded, peaksOf } from '../../sounds/sound'
import './sounds.css'

const bars = 96
interface Props { load: (signal: AbortSignal) => Promise<ArrayBuffer>; /** Plays as soon as it is there. */ eager?: boolean; onLoaded?: (seconds: number) => void; note?: string | undefined; sides?: [string, string]; rows?: number }

export function Wave({ load, eager = false, onLoaded, note, sides }: Props) {
  const { t } = useTranslation()
  const [sound, setSound] = useState<Decoded | null>(null)
  const [failed, setFailed] = useState<string | null>(null)
  const [busy, setBusy] = useState(false)
  const [at, setAt] = useState(0)
  const [playing, setPlaying] = useState(false)
  const player = useRef<Player | null>(null)
  const told = useRef(onLoaded)
  useEffect(() => { told.current = onLoaded })

  const fetched = useCallback(async (signal: AbortSignal, then: (player: Player) => void) => {
    setBusy(true)
    setFailed(null)
    try {
      const found = await decoded(await load(signal))
      if (signal.aborted) return
      const made = new Player(found, () => { setPlaying(false); setAt(0) })
      player.current = made
      setSound(found)
      told.current?.(found.seconds)
      then(made)
    } catch (problem) {
      if (!signal.aborted) setFailed(problem instanceof Error ? problem.message : String(problem))
    }
    if (!signal.aborted) setBusy(false)
  }, [load])

  const begin = (from: number) => {
    const go = (one: Player) => { one.play(from); setPlaying(true) }
    if (player.current) go(player.current)
    else void fetched(asking.current.signal, go)
  }
  const asking = useRef(new AbortController())
  useEffect(() => {
    const mine = new AbortController()
    asking.current = mine
    setSound(null)
    setAt(0)
    setPlaying(false)
    if (eager) void fetched(mine.signal, (one) => { one.play(); setPlaying(true) })
    return () => {
      mine.abort()
      player.current?.stop()
      player.current = null
    }
  }, [fetched, eager])
  useEffect(() => {
    if (!playing) return undefined
    let frame = 0
    const look = () => { setAt(player.current?.at ?? 0); frame = requestAnimationFrame(look) }
    frame = requestAnimationFrame(look)
    return () => cancelAnimationFrame(frame)
  }, [playing])

  const toggle = () => {
    if (!playing) return begin(0)
    player.current?.stop()
    setPlaying(false)
    setAt(0)
  }
  const channels = useMemo(() => (sound ? Array.from({ length: sound.buffer.numberOfChannels }, (_, one) => peaksOf(sound.buffer.getChannelData(one), bars)) : [Array.from({ length: bars }, () => 0)]), [sound])
  return (
    <div className="sounds-wave" data-playing={playing} data-loaded={sound !== null}>
      {channels.map((peaks, side) => (
        <div key={side} className="sounds-side">
          {channels.length > 1 && sides && <span className="i3 t11">{sides[side]}</span>}
          <div
            className="sounds-bars" role="presentation"
            onClick={(event) => { if (sound) { const box = event.currentTarget.getBoundingClientRect(); begin(((event.clientX - box.left) / box.width) * sound.seconds) } }}
          >
            {peaks.map((peak, place) => <i key={place} data-heard={sound !== null && playing && place / bars <= at / sound.seconds} style={{ height: `${Math.max(6, Math.round(Math.sqrt(peak) * 100))}%` }} />)}
          </div>
        </div>
      ))}
      <div className="row">
        <button type="button" className="sounds-play" aria-label={playing ? t('sounds.stop') : t('sounds.play')} title={playing ? t('sounds.stop') : t('sounds.play')} disabled={busy} onClick={toggle}><Icon name={playing ? 'stop' : 'play'} size={14} /></button>
        <span className="i2 t12" data-testid="wave-time">{busy ? t('sounds.making') : sound ? `${span(at)} / ${sound.seconds.toFixed(1)} ${t('sounds.seconds')}` : ''}</span>
        <span className="sp" />
        {note && <span className="i3 t12 el">{note}</span>}
      </div>
      {failed && <div className="mt-err t12" role="alert">{failed}</div>}
    </div>
  )
}
