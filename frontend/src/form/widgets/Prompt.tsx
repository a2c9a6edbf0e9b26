/**
 * What the caller hears: a text per language, or parts where recordings, digits or pauses stand between. One that is
 * `written`, for an SMS or a mail, has neither parts nor a length in seconds.
 */
import { Button, Dropdown, Segmented } from 'antd'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Icon } from '../../icons/Icon'
import { TemplateText, type TemplateTextHandle } from '../TemplateText'
import { Play } from '../Play'
import { languageName } from '../languages'
import { placeholderOf } from '../plain'
import { type Spoken, bareOf, inManner, isSilent, mannerOf, speak, spokenIn, toParts, toText } from '../prompt'
import { type WidgetProps, useForm } from '../scope'
import { measure } from '../speech'
import { PromptParts } from './PromptParts'

export function Prompt({ id, path, schema, value, onChange, required, invalid, describedBy, label, head }: WidgetProps & { head?: ReactNode }) {
  const scope = useForm()
  const { t, i18n } = useTranslation()
  const languages = scope.languages.length > 0 ? scope.languages : ['zh-CN']
  const [chosen, setChosen] = useState<{ language: string; after: number | undefined }>()
  // Whoever is led here is shown the language that it is about.
  const goal = scope.goal?.path === path && scope.goal.key !== chosen?.after ? scope.goal.language : undefined
  const language = languages.find((one) => one === (goal ?? chosen?.language)) ?? languages.find((one) => one === i18n.language) ?? languages[0] ?? ''
  const whole = spokenIn(value, language)
  const spoken = bareOf(whole)
  const text = useRef<TemplateTextHandle>(null)
  const said = measure(whole)
  const say = (next: Spoken) => onChange(speak(value, language, inManner(next, mannerOf(whole)), languages))
  const inParts = Array.isArray(spoken)
  const plain = inParts ? toText(spoken) : undefined
  // A prompt that is not there at all is one thing to do, not one per language.
  const started = languages.some((one) => !isSilent(spokenIn(value, one)))

  return (
    <>
      <div className="nf-head">
        {head}
        {languages.length > 1 && (
          <Segmented<string>
            size="small"
            className="nf-languages"
            value={language}
            onChange={(one) => setChosen({ language: one, after: scope.goal?.key })}
            aria-label={t('form.promptLanguage')}
            options={languages.map((one) => ({
              value: one,
              label: <Tab language={one} missing={started && isSilent(spokenIn(value, one))} />,
            }))}
          />
        )}
      </div>
      <div className="nf-box" data-invalid={invalid}>
        {inParts ? (
          <PromptParts parts={spoken} onChange={say} language={language} label={label ?? ''} />
        ) : (
          <TemplateText
            ref={text}
            id={id}
            value={spoken ?? ''}
            onChange={say}
            placeholder={started ? t('form.missingIn', { language: languageName(language) }) : (placeholderOf(schema) ?? t(schema.written ? 'form.writtenPlaceholder' : 'form.promptPlaceholder', { example: '{{ … }}' }))}
            multiline
            bare
            invalid={invalid}
            required={required}
            describedBy={describedBy}
            label={languages.length > 1 ? t('form.promptIn', { label, language: languageName(language) }) : label}
            lang={language}
          />
        )}
        <div className="nf-box-foot">
          <span className="nf-length">{said.seconds > 0 && !schema.written && t('form.length', { seconds: said.seconds, count: said.characters })}</span>
          <span className="nf-space" />
          {!schema.written && whole !== undefined && !isSilent(whole) && <Play key={language} spoken={whole} language={language} />}
          {!inParts && scope.names.length > 0 && (
            <Dropdown
              trigger={['click']}
              menu={{
                items: scope.names.map((one) => ({ key: one.name, label: <NameItem name={one.name} label={one.label} /> })),
                onClick: ({ key }) => text.current?.insert(key),
                className: 'nf-name-menu',
              }}
            >
              <Button type="text" size="small" icon={<Icon name="plus" size={12} />}>
                {t('form.variable')}
              </Button>
            </Dropdown>
          )}
          {schema.written ? null : inParts ? (
            <Button type="text" size="small" disabled={plain === undefined} title={plain === undefined ? t('form.notOneText') : undefined} onClick={() => say(plain ?? '')}>
              {t('form.oneText')}
            </Button>
          ) : (
            <Button type="text" size="small" title={t('form.inPartsWhat')} onClick={() => say(toParts(spoken))}>
              {t('form.inParts')}
            </Button>
          )}
        </div>
      </div>
    </>
  )
}

function Tab({ language, missing }: { language: string; missing: boolean }) {
  const { t } = useTranslation()
  return (
    <span className="nf-tab" title={missing ? t('form.missingIn', { language: languageName(language) }) : undefined}>
      {languageName(language)}
      {missing && (
        <>
          <span className="nf-dot" />
          <span className="nf-sr">{t('form.missing')}</span>
        </>
      )}
    </span>
  )
}

export function NameItem({ name, label }: { name: string; label: string | undefined }) {
  return (
    <span className="nf-name-item">
      <span className="mono">{name}</span>
      {label && <span className="nf-names-label">{label}</span>}
    </span>
  )
}
