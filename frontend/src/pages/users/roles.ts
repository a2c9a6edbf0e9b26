/** What a user may be, in the order in which it is offered. */
import { useTranslation } from 'react-i18next'

export const roles = ['administrator', 'designer', 'operator', 'auditor'] as const

/** A role in words; one of an organisation's own stays as it is. */
export function useRoleWords(): (role: string) => string {
  const { t } = useTranslation()
  const words: Record<string, string> = {
    administrator: t('people.administrator'), designer: t('people.designer'), operator: t('people.operator'), auditor: t('people.auditor'),
  }
  return (role) => words[role] ?? role
}
