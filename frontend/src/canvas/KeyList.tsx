/** Every key of the drawing, made from the table that the keys go by. */
import { Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { useCommanding } from './commanding'
import { commands, gestures, keysShown, type Command, type CommandGroup } from './commands'

const ORDER: readonly CommandGroup[] = ['edit', 'arrange', 'find', 'view']

export function Keys({ chord }: { chord: string }) {
  const { t } = useTranslation()
  return <span className="keys">{keysShown(chord).map((key) => <kbd key={key}>{key === 'letter' || key === 'drag' ? t(`drawing.key.${key}`) : key}</kbd>)}</span>
}

export function KeyList() {
  const { t } = useTranslation()
  const open = useCommanding((state) => state.open === 'keys')
  const show = useCommanding((state) => state.show)
  if (!open) return null
  const rows = (group: CommandGroup) => [
    ...(commands as readonly Command[]).flatMap((one) => (one.group === group && one.keys ? [{ id: one.id, keys: one.keys, label: t(`drawing.command.${one.id}`) }] : [])),
    ...gestures.flatMap((one) => (one.group === group ? [{ id: one.id as string, keys: one.keys as string, label: t(`drawing.gesture.${one.id}`) }] : [])),
  ]
  return (
    <Modal open title={t('drawing.keysTitle')} footer={null} width={720} onCancel={() => show(null)} destroyOnHidden>
      <div className="keylist">
        {ORDER.map((group) => (
          <section key={group}>
            <h3 className="t12 i3">{t(`drawing.keyGroup.${group}`)}</h3>
            <dl>{rows(group).map(({ id, keys, label }) => <div key={id}><dt>{label}</dt><dd><Keys chord={keys} /></dd></div>)}</dl>
          </section>
        ))}
      </div>
    </Modal>
  )
}
