/** Calls of today by the hour, answered and not, with the answer rate beside that of last week; dashed is what to expect. */
import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Figures } from '../../api/figures'
import { axis, Chart, type ChartOption, tooltip } from '../../charts/Chart'
import { hoursOf } from './today'

export function HoursChart({ today, before, at }: { today: Figures; before: Figures; at: Date }) {
  const { t, i18n } = useTranslation()
  const key = JSON.stringify(hoursOf(today, before, at))
  const hours = useMemo(() => JSON.parse(key) as ReturnType<typeof hoursOf>, [key])
  const option = useCallback<ChartOption>((colour) => ({
    grid: { left: 44, right: 52, top: 18, bottom: 26 },
    tooltip: {
      ...tooltip(colour),
      formatter: (points: { dataIndex: number }[]) => {
        const one = hours[points[0]?.dataIndex ?? 0]
        if (!one) return ''
        const calls = one.answered + one.missed
        const head = one.expected !== null ? t('home.tipExpected', { hour: one.hour, count: one.expected }) : t('home.tipCalls', { hour: one.hour, count: calls })
        return one.rate === null ? head : `${head}\n${t('home.tipRate', { count: one.answered, percent: Math.round(one.rate) })}`
      },
    },
    xAxis: { type: 'category', data: hours.map((one) => one.hour), ...axis(colour), splitLine: { show: false } },
    yAxis: [
      { type: 'value', min: 0, max: 100, interval: 25, ...axis(colour), axisLine: { show: false }, axisLabel: { color: colour('ink-2'), fontSize: 11, formatter: '{value}%' } },
      { type: 'value', min: 0, minInterval: 1, splitNumber: 4, ...axis(colour), axisLine: { show: false }, splitLine: { show: false } },
    ],
    series: [
      { type: 'bar', stack: 'calls', yAxisIndex: 1, barWidth: '46%', data: hours.map((one) => one.answered), itemStyle: { color: colour('brand') } },
      { type: 'bar', stack: 'calls', yAxisIndex: 1, data: hours.map((one) => one.missed), itemStyle: { color: colour('line-strong'), borderRadius: [3, 3, 0, 0] } },
      { type: 'bar', stack: 'calls', yAxisIndex: 1, data: hours.map((one) => one.expected), itemStyle: { color: 'transparent', borderColor: colour('line-control'), borderType: 'dashed', borderWidth: 1, borderRadius: [3, 3, 0, 0] } },
      { type: 'line', data: hours.map((one) => one.usual), symbol: 'none', connectNulls: true, lineStyle: { color: colour('ink-3'), width: 1.2, type: 'dotted' } },
      { type: 'line', data: hours.map((one) => one.rate), symbol: 'circle', symbolSize: 7, connectNulls: true, lineStyle: { color: colour('ink'), width: 1.6 }, itemStyle: { color: colour('surface'), borderColor: colour('ink'), borderWidth: 1.6 } },
    ],
  }), [hours, t])
  const label = hours.filter((one) => one.answered + one.missed > 0).map((one) => t('home.tipCalls', { hour: one.hour, count: one.answered + one.missed })).join(i18n.language === 'en' ? ', ' : '，')
  return <Chart option={option} height={250} label={label || t('home.noCalls')} />
}
