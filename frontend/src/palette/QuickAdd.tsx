/** Quick add: type a few letters, Enter adds the node and leads on to it. Nodes that are there already can be led to as well. */
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import type { CardData } from '../canvas/cards'
import * as edit from '../flow/document'
import { useNodeTypes } from '../flow/nodeTypes'
import { useFlow, type Asking } from '../flow/store'
import { Icon, Tile } from '../icons/Icon'
import type { Adding } from './adding'
import { find, score } from './match'

const BESIDE = 130

interface Props { area: RefObject<HTMLDivElement | null>; cards: Map<string, CardData>; adding: Adding }
interface Choice { key: string; icon: string | undefined; medium: string; name: string; hint: string; type?: string; node?: string }

export function QuickAdd(props: Props) {
  const asking = useFlow((flow) => flow.asking)
  return asking ? <Open key={JSON.stringify([asking.from, asking.screen])} asking={asking} {...props} /> : null
}

function Open({ asking, area, cards, adding }: Props & { asking: NonNullable<Asking> }) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.list)
  const { ask, edit: change, select } = useFlow()
  const [typed, setTyped] = useState(asking.text)
  const [at, setAt] = useState(0)
  const panel = useRef<HTMLDivElement>(null)
  const [place, setPlace] = useState({ left: 0, top: 0 })
  const list = useId()

  const choices: Choice[] = find(types, typed).map((type) => ({ key: `type:${type.type}`, icon: type.icon, medium: type.medium, name: type.label, hint: type.help || type.description, type: type.type }))
  const { from } = asking
  if (from) {
    const there = [...cards].filter(([id, data]) => id !== from.source && score(typed, { name: data.name, type: id }) >= 40 && typed.trim() !== '')
    choices.push(...there.slice(0, 6).map(([id, data]) => ({ key: `node:${id}`, icon: data.icon, medium: data.medium, name: data.name, hint: t('editor.leadHere'), node: id })))
  }
  const current = Math.min(at, Math.max(0, choices.length - 1))

  useLayoutEffect(() => {
    const canvas = area.current?.getBoundingClientRect()
    const own = panel.current?.getBoundingClientRect()
    if (!canvas || !own) return
    const wanted = asking.screen ?? { x: canvas.left + canvas.width / 2, y: canvas.top + 90 }
    const below = wanted.y - canvas.top
    const fits = below + own.height <= canvas.height - 8
    // Where it does not fit below, it stands beside, so that what it is about stays in sight.
    const left = wanted.x - canvas.left + (fits ? -own.width / 2 : BESIDE)
    const within = (value: number, most: number) => Math.max(8, Math.min(value, most - 8))
    setPlace({ left: within(left, canvas.width - own.width), top: within(fits ? below : below - own.height, canvas.height - own.height) })
  }, [area, asking])
  useEffect(() => {
    panel.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' })
  }, [current])

  const close = () => {
    ask(null)
    const [first] = useFlow.getState().selected
    area.current?.querySelector<HTMLElement>(first ? `.react-flow__node[data-id="${first}"]` : '.react-flow__pane')?.focus({ preventScroll: true })
  }
  const take = (choice: Choice | undefined, stay: boolean) => {
    if (!choice) return
    if (choice.node && from) {
      const target = choice.node
      change((document) => edit.connect(document, from.source, from.outlet, target))
      select([target])
      return close()
    }
    if (!choice.type) return
    const id = adding.after(choice.type, from, asking.at)
    if (!stay) {
      ask(null)
      requestAnimationFrame(() => area.current?.querySelector<HTMLElement>(`.react-flow__node[data-id="${id}"]`)?.focus({ preventScroll: true }))
      return
    }
    // Stay: the next one hangs on what was just added, or beside it.
    setTyped('')
    setAt(0)
    requestAnimationFrame(() => ask({ from: adding.origin(), text: '', screen: asking.screen, at: null }))
  }
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return
    event.stopPropagation()
    if (event.key === 'ArrowDown') setAt(Math.min(current + 1, choices.length - 1))
    else if (event.key === 'ArrowUp') setAt(Math.max(current - 1, 0))
    else if (event.key === 'Enter') take(choices[current], event.shiftKey)
    else if (event.key === 'Escape') close()
    else return
    event.preventDefault()
  }
  return (
    <div ref={panel} className="quick" role="dialog" aria-label={t('editor.quickAdd')} style={place}>
      <div className="q">
        <Icon name="search" size={14} />
        <input
          autoFocus value={typed} role="combobox" aria-expanded="true" aria-controls={list} aria-label={t('editor.quickAddField')} aria-activedescendant={choices[current] ? `${list}-${current}` : undefined}
          placeholder={t('editor.searchTypes')} onChange={(event) => { setTyped(event.target.value); setAt(0) }} onKeyDown={pressed}
          onBlur={(event) => { if (!panel.current?.contains(event.relatedTarget)) ask(null) }}
        />
        <span className="t11 i3 nw">{t('editor.pinyinToo')}</span>
      </div>
      <ul id={list} role="listbox" aria-label={t('editor.nodeTypes')}>
        {choices.map((choice, index) => (
          <li
            key={choice.key} id={`${list}-${index}`} role="option" aria-selected={index === current} className={index === current ? 'on' : ''}
            onPointerMove={() => setAt(index)} onMouseDown={(event) => event.preventDefault()} onClick={(event) => take(choice, event.shiftKey)}
          >
            <Tile icon={choice.icon} medium={choice.medium} small />
            <span className="b nw">{choice.name}</span>
            <span className="grow el t12 i3">{choice.hint}</span>
            {index === current && <kbd>↵</kbd>}
          </li>
        ))}
        {choices.length === 0 && <li className="none t12 i3">{t('editor.nothingFound')}</li>}
      </ul>
      <div className="foot t11 i3"><span>↑↓ {t('editor.keyChoose')}</span><span>↵ {from ? t('editor.keyConnect') : t('editor.keyAdd')}</span><span>⇧↵ {t('editor.keyStay')}</span></div>
    </div>
  )
}
