/** Six threads that cross: one flow carries calls, texts, faxes, mail and waits. A drawing, so silent to screen readers. */
import { paths, type IconName } from '../../icons/paths'

const width = 880
const middle = 450
const reach = 150

/** Threads differ by their phase alone, and each has a mirror image. */
function height(x: number, shift: number, mirrored: boolean): number {
  const swell = Math.cos(((x - width / 2) / width) * 2.6)
  const wave = reach * swell * Math.sin(((x - shift) / 640) * 2 * Math.PI)
  return middle + (mirrored ? -wave : wave)
}

function thread(shift: number, mirrored: boolean): string {
  const points = Array.from({ length: 93 }, (_, place) => place * 10 - 20)
  return `M${points.map((x) => `${x} ${height(x, shift, mirrored).toFixed(1)}`).join('L')}`
}

interface Thread {
  medium: string
  shift: number
  mirrored: boolean
}

const threads: readonly Thread[] = [
  { medium: 'voice', shift: 0, mirrored: false },
  { medium: 'sms', shift: 106, mirrored: true },
  { medium: 'fax', shift: 0, mirrored: true },
  { medium: 'mail', shift: 213, mirrored: false },
  { medium: 'time', shift: 106, mirrored: false },
]
const brand = { shift: 213, mirrored: true }

const tiles: readonly (Thread & { icon: IconName; at: number })[] = [
  { medium: 'voice', shift: 0, mirrored: false, icon: 'call', at: 205 },
  { medium: 'mail', shift: 213, mirrored: false, icon: 'mail', at: 120 },
  { medium: 'sms', shift: 106, mirrored: true, icon: 'sms', at: 345 },
  { medium: 'voice', ...brand, icon: 'conference', at: 470 },
  { medium: 'time', shift: 106, mirrored: false, icon: 'wait', at: 560 },
  { medium: 'fax', shift: 0, mirrored: true, icon: 'fax', at: 690 },
]

export function Weave() {
  return (
    <svg className="weave" viewBox={`0 0 ${width} 900`} preserveAspectRatio="xMidYMid slice" fill="none" strokeLinecap="round" strokeLinejoin="round" aria-hidden="true">
      {threads.map(({ medium, shift, mirrored }) => (
        <path key={medium} d={thread(shift, mirrored)} stroke={`var(--${medium})`} strokeWidth="1.6" opacity=".5" />
      ))}
      <path d={thread(brand.shift, brand.mirrored)} stroke="var(--brand)" strokeWidth="1.6" opacity=".9" />
      {tiles.map(({ icon, medium, at, shift, mirrored }) => (
        <g key={icon} transform={`translate(${at - 20} ${(height(at, shift, mirrored) - 20).toFixed(1)})`}>
          <rect width="40" height="40" rx="12" fill="var(--surface)" stroke="var(--line-strong)" className="weave-tile" />
          <rect x="6" y="6" width="28" height="28" rx="7" fill={`var(--${medium}-bg)`} />
          <g transform="translate(12 12)" stroke={`var(--${medium})`} strokeWidth="1.4" color={`var(--${medium})`} dangerouslySetInnerHTML={{ __html: paths[icon] }} />
        </g>
      ))}
    </svg>
  )
}
