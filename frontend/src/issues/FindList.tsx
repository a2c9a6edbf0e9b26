/** Finding words in the flow: names, types, texts of every language, conditions, notes. Each row leads to its place. */
import { useDeferredValue, useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import type { FlowDocument } from '../api/types'
import { useCommanding } from '../canvas/commanding'
import { search, type Find } from '../drawing/search'
import { useGoal } from '../flow/goal'
import { useNodeTypes } from '../flow/nodeTypes'
import { Icon, Tile } from '../icons/Icon'
import { outlineOrder } from '../palette/order'

const STAYS = { words: '' }

export function FindList({ document, onGo }: { document: FlowDocument; onGo: (id: string) => void }) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const aim = useGoal((state) => state.aim)
  const finding = useCommanding((state) => state.finding)
  const field = useRef<HTMLInputElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const [words, setWords] = useState(STAYS.words)
  const [at, setAt] = useState(-1)
  const wanted = useDeferredValue(words)
  const finds = useMemo(() => search(document, types, wanted, outlineOrder(document).map((row) => row.id)), [document, types, wanted])

  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [finding])
  useEffect(() => {
    list.current?.querySelector('.on')?.scrollIntoView({ block: 'nearest' })
  }, [at])

  const go = (index: number) => {
    const find = finds[index]
    if (!find) return
    setAt(index)
    onGo(find.id)
    if (find.path !== '' && find.id in document.nodes) aim(find.id, find.path)
  }
  const pressed = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing || finds.length === 0) return
    const step = event.key === 'ArrowDown' || (event.key === 'Enter' && !event.shiftKey) ? 1 : event.key === 'ArrowUp' || event.key === 'Enter' ? -1 : 0
    if (step === 0) return
    event.preventDefault()
    const next = (at + step + finds.length) % finds.length
    setAt(next)
    const find = finds[next]
    if (find) onGo(find.id)
  }
  return (
    <>
      <div className="finder">
        <div className="fld q grow">
          <Icon name="search" size={14} />
          <input
            ref={field} type="search" value={words} aria-label={t('drawing.findField')} placeholder={t('drawing.findField')} onKeyDown={pressed}
            onChange={(event) => { STAYS.words = event.target.value; setWords(event.target.value); setAt(-1) }}
          />
        </div>
        <span className="t12 i3 nw" role="status">{wanted.trim() === '' ? t('drawing.findHow') : finds.length === 0 ? t('drawing.noFinds', { words: wanted }) : t('drawing.finds', { count: finds.length })}</span>
      </div>
      <ul ref={list}>
        {finds.map((find, index) => (
          <li key={`${find.key} ${index}`} className={`iss${index === at ? ' on' : ''}`}>
            <button type="button" className="go" onClick={() => go(index)}><Row find={find} document={document} /></button>
          </li>
        ))}
      </ul>
    </>
  )
}

function Row({ find, document }: { find: Find; document: FlowDocument }) {
  const { t } = useTranslation()
  const types = useNodeTypes((state) => state.byType)
  const node = document.nodes[find.id]
  const type = node && types[node.type]
  const name = node ? node.name || type?.label || find.id : find.where === 'note' ? t('editor.note') : t('drawing.group')
  return (
    <>
      <Tile icon={node ? (type?.icon ?? 'unknown') : find.where === 'note' ? 'note' : 'group'} medium={type?.medium} small />
      <span className="b nw el who">{name}</span>
      <span className="el i2 what">{find.text.slice(0, find.from)}<mark>{find.text.slice(find.from, find.to)}</mark>{find.text.slice(find.to)}</span>
      <span className="sp" />
      <span className="t12 i3 nw">{t(`drawing.where.${find.where}`)}</span>
    </>
  )
}
