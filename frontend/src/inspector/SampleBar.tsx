/** Below a node's settings: whom its templates are tried with. */
import { Select } from 'antd'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../icons/Icon'
import type { Samples } from './samples'

export function SampleBar({ options, value, choose }: Samples) {
  const { t } = useTranslation()
  const label = useId()
  return (
    <footer className="samplebar row t12 i3">
      <Icon name="people" size={14} />
      <span id={label} className="nw">{t('editor.sample')}</span>
      <Select
        variant="borderless" size="small" aria-labelledby={label} value={value} onChange={choose} showSearch={{ optionFilterProp: 'label' }} popupMatchSelectWidth={false}
        options={options.map((option) => ({ value: option.value, label: option.label }))} data-testid="sample-record"
      />
      <span className="sp" />
      <span className="nw">{t('editor.savesItself')}</span>
    </footer>
  )
}
