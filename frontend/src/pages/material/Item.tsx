/** A labelled field of a form whose faults come from the server, each at its place. */
import { Form } from 'antd'
import type { ReactNode } from 'react'
import type { Fault } from '../../api/types'
import { within } from '../../form/faults'

export function Item({ label, path, id, faults, help, children }: { label: ReactNode; path: string; id: string; faults: readonly Fault[]; help?: ReactNode; children: ReactNode }) {
  const own = faults.filter((fault) => within(fault.path, path))
  return (
    <Form.Item
      label={label} htmlFor={id} layout="vertical" className="mt-item" data-field={path}
      {...(own.length > 0 ? { validateStatus: 'error' as const, help: own.map((fault) => <div key={fault.path + fault.message}>{fault.message}</div>) } : {})}
      {...(help && own.length === 0 ? { extra: help } : {})}
    >
      {children}
    </Form.Item>
  )
}

/** Those that no field of the form shows. */
export function others(faults: readonly Fault[], paths: readonly string[]): Fault[] {
  return faults.filter((fault) => !paths.some((path) => within(fault.path, path)))
}
