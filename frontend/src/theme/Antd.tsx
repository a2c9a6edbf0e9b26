/** antd in our clothes: tokens, language and nonce in one place, loaded only by pages that use it. */
import { ConfigProvider } from 'antd'
import en from 'antd/locale/en_US'
import zh from 'antd/locale/zh_CN'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMode } from './mode'
import { nonce } from './nonce'
import { callweaveTheme } from './theme'

const themes = { light: callweaveTheme('light'), dark: callweaveTheme('dark') }

export function Antd({ children }: { children: ReactNode }) {
  const mode = useMode((state) => state.mode)
  const { i18n } = useTranslation()
  return (
    <ConfigProvider
      theme={themes[mode]}
      locale={i18n.language === 'en' ? en : zh}
      button={{ autoInsertSpace: false }}
      wave={{ disabled: true }}
      {...(nonce ? { csp: { nonce } } : {})}
    >
      {children}
    </ConfigProvider>
  )
}
