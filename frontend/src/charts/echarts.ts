/** The parts of echarts that our charts are made of, and nothing else of it: a chunk of its own that dashboards load. */
import { BarChart, HeatmapChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { init, use as withParts } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

withParts([BarChart, LineChart, HeatmapChart, GridComponent, TooltipComponent, VisualMapComponent, CanvasRenderer])

export { init }
