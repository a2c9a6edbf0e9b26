/** One icon of our own set, drawn in the ink of its surroundings; silent to screen readers, since words stand beside it. */
import { paths, type IconName } from './paths'

const aliases: Record<string, IconName> = {
  keypad: 'menu', hash: 'gather', speaker: 'say', 'phone-in': 'answer', 'phone-off': 'hang', flag: 'end', braces: 'set', variable: 'set',
  email: 'mail', database: 'lookup', timer: 'wait', calendar: 'hours', users: 'conference', fax: 'fax', message: 'sms', node: 'group',
}

/** The icon a node type asks for, or a question mark when we have none of that name. */
export function iconName(wanted: string | undefined): IconName {
  if (wanted && wanted in paths) return wanted as IconName
  return (wanted && aliases[wanted]) || 'unknown'
}

export function Icon({ name, size = 16, className }: { name: IconName; size?: 12 | 14 | 16 | 18 | 20; className?: string }) {
  const cls = ['i', size !== 16 && `s${size}`, className].filter(Boolean).join(' ')
  return <svg className={cls} viewBox="0 0 16 16" aria-hidden="true" dangerouslySetInnerHTML={{ __html: paths[name] }} />
}

/** The coloured ground under an icon: the only place where a medium's colour lives. */
export function Tile({ icon, medium, small }: { icon: string | undefined; medium: string | undefined; small?: boolean }) {
  return (
    <span className={`tile${small ? ' s' : ''} m-${medium ?? 'logic'}`}>
      <Icon name={iconName(icon)} />
    </span>
  )
}
