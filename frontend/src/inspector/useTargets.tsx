/** The nodes of the document as choices of a select, each with its tile. */
import { useMemo } from 'react'
import type { FlowDocument } from '../api/types'
import { useNodeTypes } from '../flow/nodeTypes'
import { Tile } from '../icons/Icon'

export function useTargets(document: FlowDocument) {
  const types = useNodeTypes((state) => state.byType)
  return useMemo(() => Object.entries(document.nodes).map(([id, node]) => {
    const type = types[node.type]
    const name = node.name || type?.label || id
    return {
      value: id,
      search: `${name} ${id}`,
      title: name,
      label: <span className="row" style={{ gap: 6 }}><Tile icon={type ? type.icon : 'unknown'} medium={type?.medium} small /><span className="el">{name}</span></span>,
    }
  }), [document.nodes, types])
}
