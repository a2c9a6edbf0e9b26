/** Ask the designer what is wrong with the document 400 ms after each change; only the newest answer counts. */
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import type { Checked, FlowDocument } from '../api/types'

const AFTER = 400

export class Checking {
  private timer: ReturnType<typeof setTimeout> | undefined
  private asked: AbortController | null = null

  constructor(private readonly tell: (checked: Checked) => void) {}

  change(document: FlowDocument, after = AFTER): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => void this.ask(document), after)
  }

  close(): void {
    clearTimeout(this.timer)
    this.asked?.abort()
  }

  private async ask(document: FlowDocument): Promise<void> {
    this.asked?.abort()
    const asked = new AbortController()
    this.asked = asked
    try {
      const checked = await flows.check(document, asked.signal)
      if (!asked.signal.aborted) this.tell(checked)
    } catch (error) {
      if (asked.signal.aborted) return
      // Refused as a whole (too big, too deep): the faults are in the problem. Unreachable: the last answer stands.
      if (error instanceof ApiError && error.errors.length > 0) this.tell({ errors: error.errors, warnings: [], nodes: {} })
    }
  }
}
