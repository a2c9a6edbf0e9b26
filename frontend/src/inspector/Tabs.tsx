/** Tabs as the mocks draw them, with the keys that readers expect. */
import { useId, type KeyboardEvent, type ReactNode } from 'react'

interface Tab<Id extends string> { id: Id; label: string; count?: number; /** What is wrong there. */ faults?: { count: number; error: boolean; words: string } }
interface Props<Id extends string> { tabs: Tab<Id>[]; chosen: Id; onChoose: (id: Id) => void; label: string; children: ReactNode }

export function Tabs<Id extends string>({ tabs, chosen, onChoose, label, children }: Props<Id>) {
  const base = useId()
  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
    if (step === 0) return
    const at = tabs.findIndex((tab) => tab.id === chosen)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    event.preventDefault()
    onChoose(next.id)
    document.getElementById(`${base}-${next.id}`)?.focus()
  }
  return (
    <>
      <div className="tabs" role="tablist" aria-label={label} style={{ padding: '0 14px' }} onKeyDown={pressed}>
        {tabs.map((tab) => (
          <button
            key={tab.id} id={`${base}-${tab.id}`} type="button" role="tab" aria-selected={tab.id === chosen} aria-controls={`${base}-panel`} tabIndex={tab.id === chosen ? 0 : -1}
            className={tab.id === chosen ? 'on' : ''} onClick={() => onChoose(tab.id)}
          >
            {tab.label}{tab.count !== undefined && <span className="t11 i3">{tab.count}</span>}
            {tab.faults && tab.faults.count > 0 && <span className={`chip ${tab.faults.error ? 'er' : 'wa'} tabfaults`} title={tab.faults.words}><span aria-hidden="true">{tab.faults.count}</span><span className="vh">{tab.faults.words}</span></span>}
          </button>
        ))}
      </div>
      <div id={`${base}-panel`} role="tabpanel" aria-labelledby={`${base}-${chosen}`} className="panel">{children}</div>
    </>
  )
}
