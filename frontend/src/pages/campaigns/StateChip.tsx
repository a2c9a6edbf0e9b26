/** How a campaign stands, in a word. */
import { useTranslation } from 'react-i18next'
import type { CampaignState } from '../../api/campaigns'

const looks: Record<CampaignState, string> = { draft: 'chip ol', running: 'chip br', paused: 'chip wa', stopped: 'chip er', finished: 'chip ok' }

export function StateChip({ state, building }: { state: CampaignState; building: boolean }) {
  const { t } = useTranslation()
  const words: Record<CampaignState, string> = {
    draft: t('campaigns.state.draft'), running: t('campaigns.state.running'), paused: t('campaigns.state.paused'),
    stopped: t('campaigns.state.stopped'), finished: t('campaigns.state.finished'),
  }
  return (
    <span className={looks[state]} data-testid="campaign-state" data-state={state}>
      {state === 'running' && <span className="pt" />}
      {building ? t('campaigns.building') : words[state]}
    </span>
  )
}
