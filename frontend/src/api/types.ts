/** The shapes that travel between the designer and this page; CONTRACT.md says what they mean. */

/** How a fault can be mended at once: what to do, the same in words, and what it is done to. */
export interface Mend { kind: string; label: string; data: Record<string, unknown> }
export interface Fault { path: string; message: string; mend?: Mend }
export interface OutletInfo { id: string; label: string }

/** A JSON Schema as `/node-types` gives it: titles, descriptions and the widget's name hang on each property. */
export interface JsonSchema {
  type?: string | string[]
  title?: string
  description?: string
  default?: unknown
  widget?: string
  enum?: unknown[]
  const?: unknown
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  exclusiveMaximum?: number
  multipleOf?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  additionalProperties?: boolean | JsonSchema
  required?: string[]
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  allOf?: JsonSchema[]
  $ref?: string
  $defs?: Record<string, JsonSchema>
  [key: string]: unknown
}

export interface NodeType {
  type: string
  label: string
  group: string
  medium: string
  icon: string
  help: string
  description: string
  schema: JsonSchema
  outlets: OutletInfo[]
  voice: boolean
  /** The shape of the config; a node that is not of version 1 says so by `config_version`. */
  version?: number
  /** The config of a node that has just been dropped. */
  starter?: Record<string, unknown>
}

export interface FlowNode {
  type: string
  name?: string
  at?: [number, number]
  config?: Record<string, unknown>
  outlets?: Record<string, string>
  [key: string]: unknown
}

export interface Note { text: string; at: [number, number]; [key: string]: unknown }

export interface FlowDocument {
  callweave: number
  name: string
  description?: string
  languages?: string[]
  start?: string | null
  on_hang_up?: string | null
  nodes: Record<string, FlowNode>
  notes?: Note[]
  scenarios?: unknown[]
  [key: string]: unknown
}

export interface CheckedNode { outlets: OutletInfo[]; summary: string }
export interface Checked { errors: Fault[]; warnings: Fault[]; nodes: Record<string, CheckedNode> }

export interface Trigger { id: string; kind: string; number?: string | null; flow?: string }

export interface FlowRow {
  id: string
  name: string
  description: string
  languages: string[]
  revision: number
  published: number | null
  errors: number
  warnings: number
  updated_at: string
  live: number
  triggers: Trigger[]
}

export interface SavedFlow { id: string; name: string; revision: number; errors: Fault[]; warnings: Fault[] }
export interface FlowDetail extends SavedFlow { description?: string; languages?: string[]; published: number | null; updated_at?: string; triggers?: Trigger[] }
export interface Version { version: number; sha256: string; message?: string; created_at?: string }
export interface Page<T> { items: T[]; next: string | null }

export type SessionStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled' | 'expired'
export interface Contact { phone?: string; name?: string; language?: string; time_zone?: string; [key: string]: unknown }
export interface Step { node: string; outlet: string | null; at: string }

export interface SessionRow {
  id: string
  flow: string
  version?: number
  status: SessionStatus
  outcome: string | null
  node: string | null
  contact: Contact
  started_at: string
  ended_at: string | null
  wake_at?: string | null
}

export interface SessionDetail extends SessionRow {
  record: Record<string, unknown> | null
  vars: Record<string, unknown>
  results: Record<string, { outlet?: string; value?: unknown; [key: string]: unknown }>
}

/** What the live socket says of one session: its row, and the steps since the last message. */
export interface SessionNews {
  session: string
  flow: string
  version?: number
  status: SessionStatus
  outcome: string | null
  node: string | null
  contact: Contact
  started_at: string
  ended_at: string | null
  steps: Step[]
}

export interface Me { tenant: string; role: string; name?: string; csrf: string; [key: string]: unknown }
