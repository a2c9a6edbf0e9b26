/** Draw a flow: palette, canvas, inspector, issues. */
import { ReactFlowProvider } from '@xyflow/react'
import { useParams } from 'react-router'
import { OpenFlow } from './editor/OpenFlow'
import { Workbench } from './editor/Workbench'

export function Editor() {
  const { id = '' } = useParams()
  return (
    <ReactFlowProvider>
      <OpenFlow key={id} id={id}>{(document) => <Workbench document={document} />}</OpenFlow>
    </ReactFlowProvider>
  )
}
