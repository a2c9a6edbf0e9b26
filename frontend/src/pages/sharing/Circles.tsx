/** For each deed: everybody whose role allows it, or only those who are named. */
import { Button, Segmented, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { deeds, roles, type Circle, type Deed, type Permissions, type Person } from '../../api/rights'

interface Props { permissions: Permissions; people: Person[]; busy: boolean; onKeep: (wanted: Permissions) => void }

/** A choice is a role (`role:designer`) or somebody (`one:…`): one list for both. */
const chosen = (circle: Circle) => [...circle.roles.map((role) => `role:${role}`), ...circle.people.map((id) => `one:${id}`)]
const part = (values: string[], kind: string) => values.filter((value) => value.startsWith(kind)).map((value) => value.slice(kind.length))

export function Circles({ permissions, people, busy, onKeep }: Props) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(permissions)
  const set = (deed: Deed, circle: Circle | null) => setWanted((before) => ({ ...before, [deed]: circle }))
  const known = new Set(people.map((person) => person.id))
  const options = (circle: Circle) => [
    { label: t('rights.roles'), options: roles.filter((role) => role !== 'administrator').map((role) => ({ value: `role:${role}`, label: t(`shell.role.${role}`) })) },
    { label: t('rights.people'), options: people.filter((person) => person.kind === 'user').map(named(t)) },
    { label: t('rights.keys'), options: people.filter((person) => person.kind === 'key').map(named(t)) },
    ...(circle.people.some((id) => !known.has(id)) ? [{ label: t('rights.gone'), options: circle.people.filter((id) => !known.has(id)).map((id) => ({ value: `one:${id}`, label: t('rights.gone') })) }] : []),
  ].filter((group) => group.options.length > 0)
  return (
    <div className="sharing-circles">
      <p className="i2 t12">{t('rights.whoMayWhat')}</p>
      {deeds.map((deed) => {
        const circle = wanted[deed]
        return (
          <section key={deed} className="sharing-deed" aria-label={t(`rights.deed.${deed}`)}>
            <div className="row">
              <div className="grow"><div className="b">{t(`rights.deed.${deed}`)}</div><div className="i3 t12">{t(`rights.deedWhat.${deed}`)}</div></div>
              <Segmented<string> value={circle === null ? 'all' : 'some'} options={[{ value: 'all', label: t('rights.everybody') }, { value: 'some', label: t('rights.onlyThese') }]} onChange={(one) => set(deed, one === 'all' ? null : { roles: [], people: [] })} />
            </div>
            {circle !== null && (
              <Select<string[]>
                mode="multiple" style={{ width: '100%' }} aria-label={t(`rights.deed.${deed}`)} value={chosen(circle)} options={options(circle)} placeholder={t('rights.administratorsOnly')}
                showSearch={{ optionFilterProp: 'label' }} onChange={(values) => set(deed, { roles: part(values, 'role:'), people: part(values, 'one:') })}
              />
            )}
          </section>
        )
      })}
      <div className="row">
        <span className="i3 t12 grow">{t('rights.administratorsAlways')}</span>
        <Button type="primary" loading={busy} disabled={JSON.stringify(wanted) === JSON.stringify(permissions)} onClick={() => onKeep(wanted)} data-testid="keep-permissions">{t('rights.keep')}</Button>
      </div>
    </div>
  )
}

const named = (t: (key: string, options: Record<string, unknown>) => string) => (person: Person) => ({
  value: `one:${person.id}`, label: `${person.name} · ${t(`shell.role.${person.role}`, { defaultValue: person.role })}`,
})
