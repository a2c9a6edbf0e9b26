/** Who else is here: a click leads to where that person stands. */
import { useReactFlow } from '@xyflow/react'
import { useTranslation } from 'react-i18next'
import { useFlow } from '../flow/store'
import { initials, type Person } from './people'
import { usePresence } from './presence'
import './together.css'

const SHOWN = 4

export function Avatars() {
  const { t } = useTranslation()
  const people = usePresence((state) => state.people)
  const flow = useReactFlow()
  const say = useFlow((state) => state.say)
  const all = Object.values(people)
  if (all.length === 0) return null
  const jump = (person: Person) => {
    const node = person.node ? flow.getInternalNode(person.node) : undefined
    const at = node
      ? { x: node.internals.positionAbsolute.x + (node.measured.width ?? 0) / 2, y: node.internals.positionAbsolute.y + (node.measured.height ?? 0) / 2 }
      : person.cursor && { x: person.cursor[0], y: person.cursor[1] }
    if (at) void flow.setCenter(at.x, at.y, { zoom: Math.max(flow.getZoom(), 0.8), duration: 320 })
    else say(t('together.notOnDrawing', { name: person.name }))
  }
  return (
    <div className="avatars row" role="group" aria-label={t('together.others', { count: all.length })} data-testid="avatars">
      {all.slice(0, SHOWN).map((person) => (
        <button
          key={person.page} type="button" className={`av tint-${person.tint}`} title={t('together.jump', { name: person.name })} aria-label={`${initials(person.name)} ${t('together.jump', { name: person.name })}`}
          onClick={() => jump(person)}
        >
          {initials(person.name)}
        </button>
      ))}
      {all.length > SHOWN && <span className="av more" title={all.slice(SHOWN).map((person) => person.name).join(t('editor.comma'))}>+{all.length - SHOWN}</span>}
    </div>
  )
}
