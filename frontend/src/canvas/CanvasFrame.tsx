/** React Flow as we use it everywhere: our cards and lanes, dots, mini-map, levels of detail, our own keys. */
import { Background, BackgroundVariant, ConnectionLineType, MiniMap, ReactFlow, useStore, type MiniMapNodeProps, type ReactFlowProps } from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useMode } from '../theme/mode'
import './canvas.css'
import { useCarried } from './carried'
import type { AnyNode, LaneEdgeType } from './cards'
import { GroupCard } from './GroupCard'
import { LaneEdge } from './LaneEdge'
import { NodeCard } from './NodeCard'
import { NoteCard } from './NoteCard'
import { FIT } from './Tools'

const nodeTypes = { card: NodeCard, note: NoteCard, group: GroupCard }
const edgeTypes = { lane: LaneEdge }
const SNAP: [number, number] = [10, 10]
const ONLY_VISIBLE_ABOVE = 200
const PAN_BUTTONS = [1, 2]
const SEVERAL = ['Meta', 'Control', 'Shift']
/** With a finger one draws the sheet along; choosing several is done by the command list, or by a mouse. */
const FINGER = globalThis.matchMedia?.('(pointer: coarse)').matches ?? false
/** Nobody's hand is quite still while it presses: what moved no further has pressed, and neither carried a card nor pulled a line. */
const STILL = FINGER ? 12 : 6
const MAP_SIZE = { width: 156, height: 112 }

function mapColor(node: AnyNode): string {
  if (node.selected) return 'var(--brand)'
  if (node.type === 'note') return 'var(--warn-soft)'
  const card = node.type === 'group' ? node.data.card : node.data
  if (!card) return 'var(--hover)'
  if (card.errors > 0) return 'var(--err-solid)'
  return card.warnings > 0 ? 'var(--warn-solid)' : 'var(--line-strong)'
}

/** A card on the mini-map, where it is shown on the drawing. */
function MapNode({ id, x, y, width, height, color, borderRadius, shapeRendering }: MiniMapNodeProps) {
  const place = useCarried((state) => state.shown?.places[id])
  const frame = useCarried((state) => state.shown?.frames.get(id))
  const [left, top] = place ?? [x, y]
  const box = frame ?? { x: left, y: top, width, height }
  return <rect className="react-flow__minimap-node" x={box.x} y={box.y} rx={borderRadius} ry={borderRadius} width={box.width} height={box.height} style={{ fill: color }} shapeRendering={shapeRendering} />
}

type Props = ReactFlowProps<AnyNode, LaneEdgeType> & { children?: ReactNode; connecting?: boolean; carrying?: boolean; label: string }

export function CanvasFrame({ children, connecting, carrying, label, ...props }: Props) {
  const mode = useMode((state) => state.mode)
  const { t } = useTranslation()
  const aria = useMemo(() => ({
    'node.a11yDescription.default': t('editor.nodeHelp'), 'edge.a11yDescription.default': t('editor.edgeHelp'), 'minimap.ariaLabel': t('editor.miniMap'),
  }), [t])
  const level = useStore((state) => (state.transform[2] >= 0.8 ? 'full' : state.transform[2] >= 0.5 ? 'mid' : 'far'))
  return (
    <section className="canvas" aria-label={label} data-testid="canvas">
      <div data-lod={level} className={connecting ? 'connecting' : carrying ? 'carrying' : ''} style={{ position: 'absolute', inset: 0 }}>
        <ReactFlow<AnyNode, LaneEdgeType>
          nodeTypes={nodeTypes} edgeTypes={edgeTypes} colorMode={mode} ariaLabelConfig={aria}
          minZoom={0.1} maxZoom={1.6} snapToGrid snapGrid={SNAP} panOnScroll selectionOnDrag={!FINGER} panOnDrag={FINGER || PAN_BUTTONS} connectionRadius={28}
          deleteKeyCode={null} selectionKeyCode={null} multiSelectionKeyCode={SEVERAL} zoomOnDoubleClick={false} elevateEdgesOnSelect={false} elevateNodesOnSelect={false} disableKeyboardA11y
          connectOnClick={false} connectionDragThreshold={STILL} nodeDragThreshold={STILL} nodeClickDistance={STILL} paneClickDistance={STILL}
          selectNodesOnDrag={false} connectionLineType={ConnectionLineType.SmoothStep} fitView fitViewOptions={FIT} onlyRenderVisibleElements={(props.nodes?.length ?? 0) > ONLY_VISIBLE_ABOVE}
          {...props}
        >
          <Background variant={BackgroundVariant.Dots} gap={18} size={1.6} color="var(--dot)" />
          <MiniMap<AnyNode> nodeColor={mapColor} nodeBorderRadius={10} pannable zoomable maskColor="transparent" nodeComponent={MapNode} style={MAP_SIZE} />
        </ReactFlow>
      </div>
      {children}
    </section>
  )
}
