/** The name of a node or a group; F2 or a double click turns it into a field. */
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { groupOfKey, groupRenamed } from '../drawing/groups'
import * as edit from '../flow/document'
import { useFlow } from '../flow/store'

export function NameField({ id, name }: { id: string; name: string }) {
  const { t } = useTranslation()
  const renaming = useFlow((flow) => flow.renaming === id)
  const rename = useFlow((flow) => flow.rename)
  const change = useFlow((flow) => flow.edit)
  const given = useRef(false)
  if (!renaming) return <span className="el" title={name}>{name}</span>
  const finish = (text: string | null) => {
    if (given.current) return
    given.current = true
    const wanted = text?.trim()
    const group = groupOfKey(id)
    if (wanted && wanted !== name) change((document) => (group === null ? edit.rename(document, id, wanted) : groupRenamed(document, group, wanted)))
    rename(null)
  }
  return (
    <input
      className="namefield nodrag" autoFocus defaultValue={name} maxLength={200} aria-label={t('editor.nodeName')}
      onFocus={(event) => { given.current = false; event.currentTarget.select() }}
      onBlur={(event) => finish(event.currentTarget.value)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.nativeEvent.isComposing) return
        if (event.key === 'Enter') finish(event.currentTarget.value)
        if (event.key === 'Escape') finish(null)
      }}
    />
  )
}
