/** Commands by name (⌘K): type a few letters, Enter does it. Nodes are found by their names as well. */
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useReactFlow } from '@xyflow/react'
import type { FlowDocument } from '../api/types'
import { useFlow } from '../flow/store'
import { Tile } from '../icons/Icon'
import { score } from '../palette/match'
import { PickList } from '../palette/PickList'
import type { CardData } from './cards'
import { situation, useCommanding } from './commanding'
import { can, commands, type Command, type CommandId } from './commands'
import { Keys } from './KeyList'

interface Row { key: string; label: string; keys?: string | undefined; card?: CardData; act: () => void }
interface Props { document: FlowDocument; cards: Map<string, CardData> }
const MOST = 60

export function CommandList(props: Props) {
  const open = useCommanding((state) => state.open === 'commands')
  return open ? <Open {...props} /> : null
}

function Open({ document, cards }: Props) {
  const { t } = useTranslation()
  const flow = useReactFlow()
  const [typed, setTyped] = useState('')
  const { run, show } = useCommanding()
  const now = situation()

  const goTo = (id: string) => {
    useFlow.getState().select([id])
    void flow.fitView({ nodes: [{ id }], maxZoom: 1, duration: 320 })
  }
  const scored = [
    ...(commands as readonly Command[]).filter((one) => one.id !== 'commands' && now && can(one, now)).map((one) => {
      const label = t(`drawing.command.${one.id}`)
      const row: Row = { key: one.id, label, keys: one.keys, act: () => run(one.id as CommandId) }
      return { row, value: score(typed, { name: label, type: one.id }) }
    }),
    ...(typed.trim() === '' ? [] : [...cards].filter(([id]) => id in document.nodes).map(([id, card]) => {
      const row: Row = { key: `node ${id}`, label: card.name, card, act: () => goTo(id) }
      return { row, value: score(typed, { name: card.name, type: id }) - 1 }
    })),
  ]
  const rows = scored.filter(({ value }) => value > 0).sort((a, b) => b.value - a.value).slice(0, MOST).map(({ row }) => row)
  const close = () => {
    show(null)
    window.document.querySelector<HTMLElement>('.react-flow__pane')?.focus({ preventScroll: true })
  }
  return (
    <PickList
      className="commandlist" label={t('drawing.command.commands')} field={t('drawing.commandField')} typed={typed} onType={setTyped} rows={rows} keyOf={(row) => row.key} none={t('editor.nothingFound')}
      onTake={(row) => { close(); row.act() }} onEscape={close} onLeave={() => show(null)} keepsKeys
      show={(row) => (
        <>
          {row.card && <Tile icon={row.card.icon} medium={row.card.medium} small />}
          <span className="grow el">{row.label}</span>
          {row.card && <span className="t12 i3 nw">{t('drawing.goTo')}</span>}
          {row.keys && <Keys chord={row.keys} />}
        </>
      )}
    />
  )
}
