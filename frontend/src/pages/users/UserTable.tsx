/** Users as rows: who, which role, whether they have come in, and what can be done for them. */
import { Button, Dropdown, type MenuProps, Modal, Select, Table, type TableColumnsType } from 'antd'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { people, type MadeLink, type User, type UserState } from '../../api/door'
import { useMe } from '../../api/me'
import { dayAndClock } from '../../i18n/time'
import { Icon } from '../../icons/Icon'
import { roles, useRoleWords } from './roles'

interface Props { users: User[]; act: (what: () => Promise<unknown>) => Promise<void>; onLink: (user: User, link: MadeLink) => void }
const looks: Record<UserState, string> = { active: 'chip ol', invited: 'chip wa', disabled: 'chip' }

export function UserTable({ users, act, onLink }: Props) {
  const { t, i18n } = useTranslation()
  const words = useRoleWords()
  const [modal, holder] = Modal.useModal()
  const own = useMe((state) => state.me?.['user'])

  const columns = useMemo<TableColumnsType<User>>(() => {
    const states: Record<UserState, string> = { active: t('people.active'), invited: t('people.invited'), disabled: t('people.disabled') }
    const ask = (title: string, content: string, okText: string, what: () => Promise<unknown>) =>
      void modal.confirm({ title, content, okText, okButtonProps: { danger: true }, cancelText: t('shell.cancel'), icon: null, onOk: () => act(what) })
    const menu = (user: User): MenuProps['items'] => [
      { key: 'link', label: user.state === 'invited' ? t('people.inviteAgain') : t('people.newLink'), disabled: user.state === 'disabled', onClick: () => void act(async () => onLink(user, await people.link(user.id))) },
      { key: 'factor', label: t('people.resetFactor'), disabled: !user.second_factor, onClick: () => ask(t('people.resetFactorAsk', { name: user.name }), t('people.resetFactorWhat'), t('people.resetFactor'), () => people.resetFactor(user.id)) },
      { key: 'out', label: t('people.signOut'), disabled: user.sessions === 0, onClick: () => void act(() => people.endSessions(user.id)) },
      { type: 'divider' },
      { key: 'disable', label: user.state === 'disabled' ? t('people.enable') : t('people.disable'), disabled: user.id === own, onClick: () => void act(() => people.change(user.id, { disabled: user.state !== 'disabled' })) },
      { key: 'remove', danger: true, label: t('people.remove'), disabled: user.id === own, onClick: () => ask(t('people.removeAsk', { name: user.name }), t('people.removeWhat'), t('people.remove'), () => people.remove(user.id)) },
    ]
    return [
      { title: t('people.name'), key: 'name', render: (_, user) => <div className="grow"><div className="b el" title={user.name}>{user.name}</div><div className="i3 t12 el" title={user.login}>{user.login}</div></div> },
      {
        title: t('people.role'), key: 'role', width: 150,
        render: (_, user) => user.id === own ? <span className="i2">{words(user.role)}</span> : (
          <Select
            size="small" variant="borderless" className="people-role" value={user.role} aria-label={t('people.roleOf', { name: user.name })}
            options={[...new Set([...roles, user.role])].map((role) => ({ value: role, label: words(role) }))}
            onChange={(role: string) => void act(() => people.change(user.id, { role }))}
          />
        ),
      },
      { title: t('people.state'), key: 'state', width: 110, render: (_, user) => <span className={looks[user.state]}>{user.state === 'active' && <span className="pt okc" />}{states[user.state]}</span> },
      { title: t('people.factor'), key: 'factor', width: 110, responsive: ['md'], render: (_, user) => (user.second_factor ? <span className="row i2"><Icon name="check" size={14} />{t('people.on')}</span> : <span className="i3">–</span>) },
      { title: t('people.sessions'), key: 'sessions', width: 90, align: 'right', responsive: ['md'], render: (_, user) => <span className={user.sessions ? '' : 'i3'}>{user.sessions}</span> },
      { title: t('people.last'), key: 'last', width: 140, align: 'right', responsive: ['sm'], render: (_, user) => <span className="i3 nw">{user.signed_in_at ? dayAndClock(new Date(user.signed_in_at), i18n.language) : t('people.never')}</span> },
      {
        title: <span className="vh">{t('people.more')}</span>, key: 'more', width: 52, align: 'right',
        render: (_, user) => (
          <Dropdown menu={{ items: menu(user) ?? [] }} trigger={['click']} placement="bottomRight">
            <Button type="text" size="small" icon={<Icon name="more" />} aria-label={t('people.moreOf', { name: user.name })} />
          </Dropdown>
        ),
      },
    ]
  }, [t, i18n.language, words, act, onLink, own, modal])
  return (
    <div className="people-table">
      {holder}
      <Table<User> size="small" tableLayout="fixed" rowKey="id" columns={columns} dataSource={users} pagination={false} />
    </div>
  )
}
