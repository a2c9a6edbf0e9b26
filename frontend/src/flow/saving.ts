/**
 * Autosave: 600 ms after the last change, one request at a time, each with the revision it builds on (If-Match).
 * When the network is away the document is kept on this computer and tried again; when someone else saved first, the
 * person decides, and until then nothing is sent.
 */
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import type { FlowDocument } from '../api/types'
import { drop, keep } from './backup'

export type SaveState =
  | { kind: 'saved'; at: Date | null }
  | { kind: 'pending' }
  | { kind: 'saving' }
  | { kind: 'kept'; reason: string }
  | { kind: 'conflict' }
  | { kind: 'refused'; reason: string }

const AFTER = 600
const AGAIN = [2000, 4000, 8000, 16000, 30000]

export class Saving {
  private timer: ReturnType<typeof setTimeout> | undefined
  private wanted: FlowDocument | null = null
  private running: Promise<void> | null = null
  private failures = 0
  private closed = false
  private stopped = false
  private refused: FlowDocument | null = null

  constructor(
    private readonly flow: string,
    private etag: string | null,
    private readonly tell: (state: SaveState) => void,
  ) {}

  /** A new document to keep; sent when the typing pauses. */
  change(document: FlowDocument): void {
    const first = this.wanted === null && !this.running
    this.wanted = document
    if (this.stopped) return void keep(this.flow, { document, etag: this.etag })
    if (first) this.tell({ kind: 'pending' })
    this.arm(AFTER)
  }

  /** Send what is unsent now, and come back when nothing is left; throws when it could not be saved. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    while (this.running || this.wanted) {
      if (!this.running) this.send()
      await this.running
      if (this.wanted && (this.failures > 0 || this.stopped)) throw new ApiError(0, 'not saved', '')
    }
  }

  /** Overwrite what the other one saved: build on the newest revision. */
  async overwrite(document: FlowDocument): Promise<void> {
    const newest = await flows.draft(this.flow)
    this.etag = newest.etag
    this.stopped = false
    this.wanted = document
    this.send()
    await this.running
  }

  retry(): void {
    this.failures = 0
    this.arm(0)
  }

  /** The page goes: a last try that outlives it, and a copy on this computer in case it fails. */
  leave(): void {
    if (!this.wanted) return
    keep(this.flow, { document: this.wanted, etag: this.etag })
    if (!this.stopped && !this.running) this.send()
  }

  close(): void {
    this.leave()
    this.closed = true
    clearTimeout(this.timer)
  }

  private arm(after: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (!this.running && this.wanted && !this.stopped) this.send()
    }, after)
  }

  private send(): void {
    const document = this.wanted
    if (!document) return
    this.tell({ kind: 'saving' })
    this.running = this.put(document).finally(() => {
      this.running = null
      if (this.closed || this.stopped || !this.wanted || this.wanted === this.refused) return
      this.arm(this.failures > 0 ? (AGAIN[Math.min(this.failures, AGAIN.length) - 1] ?? 30000) : AFTER)
    })
  }

  private async put(document: FlowDocument): Promise<void> {
    try {
      const reply = await flows.save(this.flow, document, this.etag)
      this.etag = reply.etag ?? `"${reply.data.revision}"`
      this.failures = 0
      if (this.wanted === document) {
        this.wanted = null
        drop(this.flow)
        this.tell({ kind: 'saved', at: new Date() })
      }
    } catch (error) {
      keep(this.flow, { document: this.wanted ?? document, etag: this.etag })
      this.failed(error instanceof ApiError ? error : new ApiError(0, String(error), ''))
    }
  }

  private failed(error: ApiError): void {
    if (error.status === 412 || error.status === 428) {
      this.stopped = true
      return this.tell({ kind: 'conflict' })
    }
    const transient = error.status === 0 || error.status >= 500 || error.status === 429 || error.status === 401
    this.failures += 1
    if (transient) return this.tell({ kind: 'kept', reason: error.message })
    this.refused = this.wanted
    // Refused for what stands in it (413, 422): sending it again is no use; the next change may mend it.
    const first = error.errors[0]
    this.tell({ kind: 'refused', reason: first ? `${first.path}: ${first.message}` : error.message })
  }
}
