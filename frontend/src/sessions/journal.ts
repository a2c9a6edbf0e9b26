/**
 * A session's journal told as steps: what happened at which node, and where it went from there.
 *
 * One turn is one event, the nodes walked because of it, and the commands that came of it. A person wants fewer lines
 * than that: the key that was pressed and the way it led are one.
 */
export interface JournalEvent {
  type: string
  at?: string | null
  [key: string]: unknown
}
export interface JournalCommand {
  type: string
  id?: string
  [key: string]: unknown
}
export interface JournalStep {
  node: string
  outlet?: string | null
  value?: unknown
}
export interface JournalTurn {
  turn: number
  at: string
  event: JournalEvent | null
  steps: JournalStep[]
  commands: JournalCommand[]
}

export type Line = { key: string; at: string; node: string | null; outlet: string | null } & (
  | { kind: 'arrived'; says: string | null }
  | { kind: 'left'; value: string | null }
  | { kind: 'keys'; keys: string; again: boolean }
  | { kind: 'silence'; again: boolean }
  | { kind: 'offered'; caller: string; called: string }
  | { kind: 'ended'; cause: string }
  | { kind: 'cancelled'; reason: string }
  | { kind: 'trouble'; reason: string }
)

const text = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value))

export function lines(journal: readonly JournalTurn[]): Line[] {
  let standing: string | null = null
  const all: Line[] = []
  for (const turn of journal) {
    const steps = turn.steps ?? []
    const told = eventLine(turn, steps[0], standing)
    if (told) all.push(told.line)
    steps.forEach((step, place) => {
      if (told?.tookStep && place === 0) return
      const where = { key: `${turn.turn}-${place}`, at: turn.at, node: step.node, outlet: step.outlet ?? null }
      if (step.outlet) all.push({ ...where, kind: 'left', value: shown(step) })
      else if (place > 0 || step.node !== standing) all.push({ ...where, kind: 'arrived', says: spoken(turn.commands ?? []) })
    })
    standing = steps.at(-1)?.node ?? standing
  }
  return all.filter((line, place) => !passedBy(line, all[place + 1]))
}

/** A silent arrival that the next line tells as well. */
function passedBy(line: Line, next: Line | undefined): boolean {
  return line.kind === 'arrived' && line.says === null && next?.kind === 'left' && next.node === line.node
}

/** What the event itself is worth telling, and whether that tells the first step as well. */
function eventLine(turn: JournalTurn, first: JournalStep | undefined, standing: string | null): { line: Line; tookStep: boolean } | null {
  const event = turn.event
  if (!event) return null
  const node = first?.node ?? standing
  const where = { key: `${turn.turn}-event`, at: turn.at, node, outlet: first?.outlet ?? null }
  switch (event.type) {
    case 'call_offered':
      return { line: { ...where, outlet: null, kind: 'offered', caller: text(event['caller']), called: text(event['called']) }, tookStep: false }
    case 'digits_gathered': {
      const keys = text(event['digits'])
      const again = !first?.outlet
      return { line: keys ? { ...where, kind: 'keys', keys, again } : { ...where, kind: 'silence', again }, tookStep: first !== undefined }
    }
    case 'call_ended':
      return { line: { ...where, kind: 'ended', cause: text(event['cause']) }, tookStep: first?.node === standing }
    case 'session_cancelled':
      return { line: { ...where, kind: 'cancelled', reason: text(event['reason']) }, tookStep: first?.node === standing }
    case 'command_failed':
    case 'session_failed':
      return { line: { ...where, kind: 'trouble', reason: text(event['reason']) }, tookStep: first?.node === standing }
    default:
      return null
  }
}

/** A node's result, unless its outlet says the same. */
function shown(step: JournalStep): string | null {
  const value = text(step.value)
  return value === '' || value === step.outlet ? null : value
}

/** The first words that the turn's commands speak. */
function spoken(commands: readonly JournalCommand[]): string | null {
  for (const command of commands) {
    const prompt = command['prompt']
    if (!Array.isArray(prompt)) continue
    const words = prompt.map((part: Record<string, unknown>) => text(part['text'] ?? part['digits'] ?? '')).filter(Boolean)
    if (words.length > 0) return words.join(' ')
  }
  return null
}

export interface Walked {
  node: string
  outlet: string | null
}

/** The way that a session took over the drawing, up to and with a line (or to its end); what was walked last comes last. */
export function walked(all: readonly Line[], upTo?: string): Walked[] {
  const end = upTo === undefined ? all.length : all.findIndex((line) => line.key === upTo) + 1
  const way: Walked[] = []
  for (const { node, outlet } of all.slice(0, end)) {
    if (!node) continue
    const before = way.findIndex((one) => one.node === node && one.outlet === outlet)
    if (before >= 0) way.splice(before, 1)
    way.push({ node, outlet })
  }
  return way
}
