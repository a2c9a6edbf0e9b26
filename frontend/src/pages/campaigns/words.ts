/** Fates and lengths of time as people say them. */
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'

export function useFateWords(): (fate: string) => string {
  const { t } = useTranslation()
  return useCallback((fate: string) => {
    switch (fate) {
      case 'answered': return t('campaigns.fate.answered')
      case 'machine': return t('campaigns.fate.machine')
      case 'busy': return t('campaigns.fate.busy')
      case 'no_answer': return t('campaigns.fate.no_answer')
      case 'failed': return t('campaigns.fate.failed')
      case 'unknown': return t('campaigns.fate.unknown')
      case 'cancelled': return t('campaigns.fate.cancelled')
      case 'not_completed': return t('campaigns.fate.not_completed')
      case 'under_way': return t('campaigns.fate.under_way')
      default: return fate
    }
  }, [t])
}

const units = ['w', 'd', 'h', 'm', 's'] as const

/** `2h30m` as “2 hours 30 minutes”; what is not written so stays as it is. */
export function useLength(): (written: string) => string {
  const { t } = useTranslation()
  return useCallback((written: string) => {
    if (!/^(\d+[wdhms])+$/.test(written)) return written
    const words = { w: 'campaigns.unit.w', d: 'campaigns.unit.d', h: 'campaigns.unit.h', m: 'campaigns.unit.m', s: 'campaigns.unit.s' } as const
    return units.flatMap((unit) => {
      const count = new RegExp(`(\\d+)${unit}`).exec(written)?.[1]
      return count ? [t(words[unit], { count: Number(count) })] : []
    }).join(' ')
  }, [t])
}
