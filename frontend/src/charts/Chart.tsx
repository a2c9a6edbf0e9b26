/** A chart on a canvas, in the colours of the page; its label says in words what it shows, for whoever does not see it. */
import type { ECharts, EChartsCoreOption } from 'echarts/core'
import { useEffect, useRef } from 'react'
import { useMode } from '../theme/mode'

export type Colour = (token: string) => string
export type ChartOption = (colour: Colour) => EChartsCoreOption

const read: Colour = (token) => getComputedStyle(document.documentElement).getPropertyValue(`--${token}`).trim()

/** Its words stand in a canvas, and its tooltip too: a strict page lets no library write styles into it. */
export function tooltip(colour: Colour): EChartsCoreOption {
  return {
    renderMode: 'richText', trigger: 'axis', confine: true, backgroundColor: colour('ink'), borderWidth: 0, padding: [8, 12],
    textStyle: { color: colour('surface'), fontSize: 12 }, axisPointer: { type: 'shadow', shadowStyle: { color: colour('hover'), opacity: 0.5 } },
  }
}

export function axis(colour: Colour): EChartsCoreOption {
  return { axisLine: { lineStyle: { color: colour('line-strong') } }, axisTick: { show: false }, axisLabel: { color: colour('ink-2'), fontSize: 11 }, splitLine: { lineStyle: { color: colour('line') } } }
}

/** `option` has to be the same function as long as it draws the same. */
export function Chart({ option, height, label }: { option: ChartOption; height: number; label: string }) {
  const place = useRef<HTMLDivElement>(null)
  const mode = useMode((state) => state.mode)
  useEffect(() => {
    const element = place.current
    if (!element) return
    let chart: ECharts | null = null
    let gone = false
    const resized = new ResizeObserver(() => chart?.resize())
    void import('./echarts').then(({ init }) => {
      if (gone) return
      chart = init(element)
      chart.setOption({ animation: false, textStyle: { fontFamily: getComputedStyle(document.body).fontFamily }, ...option(read) })
      resized.observe(element)
    })
    return () => {
      gone = true
      resized.disconnect()
      chart?.dispose()
    }
  }, [option, mode])
  return <div ref={place} role="img" aria-label={label} style={{ height, width: '100%' }} />
}
