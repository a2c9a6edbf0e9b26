/** Draw a flow: palette, canvas, inspector, issues. Who may not draw is brought to where it is watched. */
import { ReactFlowProvider } from '@xyflow/react'
import { Navigate, useLocation, useParams } from 'react-router'
import { OpenFlow } from './editor/OpenFlow'
import { Workbench } from './editor/Workbench'
import { useMay } from './material/useMay'

export function Editor() {
  const { id = '' } = useParams()
  const may = useMay()
  const tries = useLocation().pathname.endsWith('/try') && may('flows.try')
  if (!may('flows.edit') && !tries) return <Navigate to={`/flows/${id}/follow`} replace />
  return (
    <ReactFlowProvider>
      <OpenFlow key={id} id={id}>{(document) => <Workbench document={document} />}</OpenFlow>
    </ReactFlowProvider>
  )
}
