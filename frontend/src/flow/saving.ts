/**
 * Autosave: 600 ms after the last change, one request at a time, each with the revision it builds on (If-Match).
 *
 * When the network is away the document is kept on this computer and tried again. When somebody else has saved first
 * (412, or the socket says so) the newest draft is fetched and `meet` brings it together with what is here; what comes
 * out is saved on top of it, so nobody's edit is lost and both sides end with one document.
 */
import { ApiError } from '../api/client'
import { flows } from '../api/flows'
import type { FlowDocument } from '../api/types'
import { drop, keep } from './backup'
import { same } from './merge'

export type SaveState =
  | { kind: 'saved'; at: Date | null }
  | { kind: 'pending' }
  | { kind: 'saving' }
  | { kind: 'kept'; reason: string; since: Date }
  | { kind: 'refused'; reason: string }

const AFTER = 600
const AGAIN = [2000, 4000, 8000, 16000, 30000]
const SOON = 100

interface Ways {
  tell: (state: SaveState) => void
  /** Bring what somebody else made of `base` together with what is on the screen; gives what is there then. */
  meet: (base: FlowDocument, theirs: FlowDocument) => FlowDocument
}

export class Saving {
  private timer: ReturnType<typeof setTimeout> | undefined
  private wanted: FlowDocument | null = null
  private running: Promise<void> | null = null
  private failures = 0
  private since: Date | null = null
  private closed = false
  private behind = -1
  private merged = false
  /** What was sent when the network broke: it may have been saved all the same. */
  private unsure: FlowDocument | null = null
  private refused: FlowDocument | null = null

  constructor(
    private readonly flow: string,
    private etag: string | null,
    /** What the server has, as far as we know. */
    private base: FlowDocument,
    private readonly ways: Ways,
  ) {}

  /** A new document to keep; sent when the typing pauses. */
  change(document: FlowDocument): void {
    const first = this.wanted === null && !this.running
    this.wanted = document
    if (this.failures > 0) this.backUp(document)
    if (first) this.tell({ kind: 'pending' })
    this.arm(AFTER)
  }

  /** Somebody has saved this revision: fetch it, if it is not ours. */
  heard(revision: number): void {
    this.behind = Math.max(this.behind, revision)
    if (!this.running && this.isBehind) this.catchUp()
  }

  /** Send what is unsent now, and come back when nothing is left; throws when it could not be saved. */
  async flush(): Promise<void> {
    clearTimeout(this.timer)
    while (this.running || this.wanted) {
      if (!this.running) this.send()
      await this.running
      if (this.wanted && this.failures > 0) throw new ApiError(0, 'not saved', '')
    }
  }

  /** The revision that the screen shows, once everything is saved. */
  get revision(): string | null {
    return this.etag
  }

  private get isBehind(): boolean {
    return this.behind > revisionOf(this.etag)
  }

  retry(): void {
    if (this.wanted) this.arm(0)
    else if (this.isBehind && !this.running) this.catchUp()
  }

  /** The page goes: a last try that outlives it, and a copy on this computer in case it fails. */
  leave(): void {
    if (!this.wanted) return
    this.backUp(this.wanted)
    if (!this.running) this.send()
  }

  close(): void {
    this.leave()
    this.closed = true
    clearTimeout(this.timer)
  }

  private backUp(document: FlowDocument): void {
    keep(this.flow, { document, base: this.base, etag: this.etag })
  }

  private arm(after: number): void {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      if (!this.running && this.wanted) this.send()
    }, after)
  }

  private send(): void {
    const document = this.wanted
    if (!document) return
    this.tell({ kind: 'saving' })
    this.run(this.put(document))
  }

  private catchUp(): void {
    this.run(this.fetched())
  }

  private run(work: Promise<void>): void {
    this.running = work.finally(() => {
      this.running = null
      if (this.closed) return
      if (this.isBehind && this.failures === 0) return this.catchUp()
      if (!this.wanted || this.wanted === this.refused) return
      this.arm(this.failures > 0 ? (AGAIN[Math.min(this.failures, AGAIN.length) - 1] ?? 30000) : this.merged ? SOON : AFTER)
      this.merged = false
    })
  }

  private async put(document: FlowDocument): Promise<void> {
    try {
      const reply = await flows.save(this.flow, document, this.etag)
      this.etag = reply.etag ?? `"${reply.data.revision}"`
      this.base = document
      this.unsure = null
      this.failures = 0
      this.since = null
      if (this.wanted === document) this.settled()
    } catch (error) {
      const problem = error instanceof ApiError ? error : new ApiError(0, String(error), '')
      this.backUp(this.wanted ?? document)
      if (problem.status === 0 || problem.status >= 500) this.unsure = document
      if ((problem.status === 412 || problem.status === 428) && !this.closed) await this.fetched()
      else this.failed(problem)
    }
  }

  private async fetched(): Promise<void> {
    try {
      const newest = await flows.draft(this.flow)
      if (this.closed) return
      this.behind = -1
      this.failures = 0
      this.since = null
      if (revisionOf(newest.etag) === revisionOf(this.etag)) return
      const present = this.ways.meet(this.unsure && same(this.unsure, newest.data) ? this.unsure : this.base, newest.data)
      this.unsure = null
      this.base = newest.data
      this.etag = newest.etag
      if (same(present, newest.data)) return this.settled()
      this.wanted = present
      this.merged = true
      this.tell({ kind: 'pending' })
    } catch (error) {
      this.failed(error instanceof ApiError ? error : new ApiError(0, String(error), ''))
    }
  }

  private tell(state: SaveState): void {
    if (!this.closed) this.ways.tell(state)
  }

  private settled(): void {
    this.wanted = null
    drop(this.flow)
    this.tell({ kind: 'saved', at: new Date() })
  }

  private failed(error: ApiError): void {
    const transient = error.status === 0 || error.status >= 500 || error.status === 429 || error.status === 401
    this.failures += 1
    this.since ??= new Date()
    if (!this.wanted) return // nothing of ours is unsaved; the socket or the next change asks again
    if (transient) return this.tell({ kind: 'kept', reason: error.message, since: this.since })
    this.refused = this.wanted
    // Refused for what stands in it (413, 422): sending it again is no use; the next change may mend it.
    const first = error.errors[0]
    this.tell({ kind: 'refused', reason: first ? `${first.path}: ${first.message}` : error.message })
  }
}

/** `"12"` is revision 12; none is before every other. */
export function revisionOf(etag: string | null): number {
  return Number(/\d+/.exec(etag ?? '')?.[0] ?? -1)
}
