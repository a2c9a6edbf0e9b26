/** A prompt in parts: speech, digits, numbers, dates, recordings and pauses, heard one after the other. */
import { Button, Dropdown, Input, InputNumber, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { TemplateText } from '../TemplateText'
import { type Part, type PartKind, contentOf, kindOf, partKinds, partOf } from '../prompt'
import { useKeys } from '../useKeys'
import { moved } from '../value'
import { RowHandle } from './RowHandle'

interface PromptPartsProps {
  parts: Part[]
  onChange: (parts: Part[]) => void
  language: string
  label: string
}

export function PromptParts({ parts, onChange, language, label }: PromptPartsProps) {
  const { t } = useTranslation()
  const keys = useKeys(parts.length)
  const words = (kind: PartKind) => t(`form.part.${kind}`)
  const put = (place: number, part: Part) => onChange(parts.map((one, at) => (at === place ? part : one)))
  const options = partKinds.map((kind) => ({ value: kind, label: words(kind) }))
  return (
    <ol className="nf-parts" aria-label={label}>
      {parts.map((part, place) => {
        const kind = kindOf(part)
        const name = t('form.partNumber', { kind: words(kind), number: place + 1 })
        return (
          <li key={keys.at(place)} data-row>
            <RowHandle
              place={place}
              count={parts.length}
              name={name}
              onMove={(from, to) => {
                keys.move(from, to)
                onChange(moved(parts, from, to))
              }}
              onRemove={() => {
                keys.remove(place)
                onChange(parts.filter((_, at) => at !== place))
              }}
            />
            <Select<PartKind>
              size="small"
              variant="borderless"
              className="nf-part-kind"
              popupMatchSelectWidth={false}
              value={kind}
              options={options}
              onChange={(next) => put(place, partOf(next, String(contentOf(part))))}
              aria-label={t('form.partKind', { number: place + 1 })}
            />
            <Content part={part} kind={kind} language={language} name={name} onChange={(next) => put(place, next)} />
          </li>
        )
      })}
      <li className="nf-parts-add">
        <Dropdown
          trigger={['click']}
          menu={{ items: options.map((one) => ({ key: one.value, label: one.label })), onClick: ({ key }) => onChange([...parts, partOf(key as PartKind, '')]) }}
        >
          <Button type="link" size="small" icon={<Icon name="plus" size={12} />}>
            {t('form.addPart')}
          </Button>
        </Dropdown>
      </li>
    </ol>
  )
}

interface ContentProps {
  part: Part
  kind: PartKind
  language: string
  name: string
  onChange: (part: Part) => void
}

function Content({ part, kind, language, name, onChange }: ContentProps) {
  const { t } = useTranslation()
  if (kind === 'pause' || kind === 'rate')
    return (
      <InputNumber<number>
        size="small"
        className="nf-part-content"
        controls={false}
        suffix={kind === 'pause' ? t('form.secondsUnit') : '×'}
        value={Number(contentOf(part))}
        onChange={(amount) => onChange(kind === 'pause' ? { pause: amount ?? 0 } : { rate: amount ?? 1 })}
        aria-label={name}
      />
    )
  if (kind === 'audio' || kind === 'voice')
    return (
      <Input
        size="small"
        className="nf-part-content"
        value={String(contentOf(part))}
        placeholder={kind === 'audio' ? t('form.audioPlaceholder') : 'en-gb+f3'}
        onChange={(event) => onChange(kind === 'audio' ? { audio: event.target.value } : { voice: event.target.value })}
        aria-label={name}
      />
    )
  return (
    <div className="nf-part-content">
      <TemplateText
        value={String(contentOf(part))}
        placeholder={kind === 'say' ? t('form.promptPlaceholder', { example: '{{ … }}' }) : '{{ … }}'}
        onChange={(text) => onChange(partOf(kind, text))}
        multiline={kind === 'say'}
        lang={language}
        label={name}
      />
    </div>
  )
}
