/** The frame of the list pages: navigation on the left, who and how at its foot, the page on the right. */
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, NavLink, Outlet } from 'react-router'
import { useMe } from '../../api/me'
import { Icon } from '../../icons/Icon'
import { Logo } from '../../icons/Logo'
import { HelpLink } from './HelpLink'
import { places } from './places'
import { Search } from './Search'
import { LanguageSwitch, ModeSwitch } from './Switches'
import { useWaiting } from './useWaiting'

export function Shell() {
  const { t } = useTranslation()
  const { me, signOut } = useMe()
  const rights = me?.['rights'] as string[] | undefined
  const mine = places.filter((place) => !place.right || !rights || rights.includes(place.right))
  const waiting = useWaiting(mine.some((place) => place.path === '/home'))
  return (
    <div className="shell">
      <nav className="nav" aria-label={t('shell.mainMenu')}>
        <div className="row brandrow" style={{ height: 36, padding: '0 8px', marginBottom: 8 }}>
          <Logo />
          <span className="b t14 wide" style={{ letterSpacing: '-.01em' }}>Callweave</span>
        </div>
        <Search places={mine} />
        {mine.map((place, number) => (
          <Fragment key={place.path}>
            {number > 0 && mine[number - 1]?.group !== place.group && <span className="gp" aria-hidden="true"><span className="wide">{t(`shell.group.${place.group}`)}</span></span>}
            <NavLink to={place.path} aria-label={[t(place.text), waiting[place.path]].join(' ').trim()} title={t(place.text)} className={({ isActive }) => `it${isActive ? ' on' : ''}${place.phone ? ' ph' : ''}`}>
              <Icon name={place.icon} />
              <span className="wide">{t(place.text)}</span>{' '}
              {waiting[place.path] !== undefined && <span className="n wide" aria-hidden="true">{waiting[place.path]}</span>}
            </NavLink>
          </Fragment>
        ))}
        <span className="sp" />
        <HelpLink />
        <div className="row ft wide">
          {me?.['user'] ? <Link to="/account" className="row grow me" title={t('account.title')}><Myself /></Link> : <Myself />}
          <ModeSwitch />
          <LanguageSwitch />
          <button type="button" className="btn g sm ic" aria-label={t('shell.signOut')} title={t('shell.signOut')} onClick={() => void signOut()}>
            <Icon name="signout" size={14} />
          </button>
        </div>
      </nav>
      <div className="main">
        <Outlet />
      </div>
    </div>
  )
}

/** Who is signed in, and where: a user by his name, a key by its organisation. */
function Myself() {
  const { t } = useTranslation()
  const me = useMe((state) => state.me)
  const name = me?.['user'] ? me.name : me?.tenant
  return (
    <>
      <span className="av" style={{ background: '#38617A', margin: 0 }} aria-hidden="true">{(me?.name ?? me?.tenant ?? '?').slice(0, 2)}</span>
      <div className="grow">
        <div className="t12 b el ink">{name}</div>
        <div className="t11 i3 el">{t(`shell.role.${me?.role ?? 'viewer'}`, { defaultValue: me?.role ?? '' })}</div>
      </div>
    </>
  )
}
