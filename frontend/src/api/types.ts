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
  /** The group that it is drawn in. */
  group?: string
  [key: string]: unknown
}

/** Nodes that belong together; each says so itself. Folded, they are drawn as one card. */
export interface Group { name: string; folded?: boolean; [key: string]: unknown }

/** `size` is there once somebody gave it one: its width, and the height that it has at the least. */
export interface Note { text: string; at: [number, number]; size?: [number, number]; [key: string]: unknown }

export interface FlowDocument {
  callweave: number
  name: string
  description?: string
  languages?: string[]
  start?: string | null
  on_hang_up?: string | null
  nodes: Record<string, FlowNode>
  notes?: Note[]
  groups?: Record<string, Group>
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
export interface FlowDetail extends SavedFlow { description?: string; languages?: string[]; published: number | null; updated_at?: string; saved_by?: string | null; triggers?: Trigger[] }
export interface Version { version: number; sha256: string; message?: string; author?: string | null; created_at?: string }
export interface Published { version: number; sha256: string; in_flight: { sessions: number; bulk: string; bulks: string[] } | null }
/** A draft as it was before somebody else went on with it. */
export interface KeptDraft { revision: number; saved_by: string | null; saved_at: string }
/** One thing that is not as it was, in words and as data. */
export interface Change { kind: string; path: string; node: string | null; message: string; before?: unknown; after?: unknown }
/** Where people stand in a flow's versions; `on_the_line` of them are talking now. */
export interface InFlightPlace { version: number; node: string | null; type: string | null; sessions: number; on_the_line: number }
export type InFlightWish = 'keep' | 'end' | { move: Record<string, string>; waiting_only?: boolean } | { nodes: Record<string, 'keep' | 'end' | 'move' | { move: string }> }
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
