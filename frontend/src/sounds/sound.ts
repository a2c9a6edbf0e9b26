/** Sound in the browser: decoded once, its shape drawn, played from wherever one points, or heard to its end. */
export interface Decoded { buffer: AudioBuffer; seconds: number }

let shared: AudioContext | null = null
const context = (): AudioContext => (shared ??= new AudioContext())

export async function decoded(bytes: ArrayBuffer): Promise<Decoded> {
  const buffer = await context().decodeAudioData(bytes)
  return { buffer, seconds: buffer.duration }
}

/** How loud each of so many stretches is, of 1. */
export function peaksOf(samples: Float32Array, count: number): number[] {
  const step = samples.length / count
  return Array.from({ length: count }, (_, place) => {
    let top = 0
    for (let at = Math.floor(place * step); at < Math.min(samples.length, Math.ceil((place + 1) * step)); at += 1) top = Math.max(top, Math.abs(samples[at] ?? 0))
    return top
  })
}

/** One sound that plays; begun anew from any second. */
export class Player {
  private source: AudioBufferSourceNode | null = null
  private began = 0

  constructor(private readonly sound: Decoded, private readonly ended: () => void) {}

  play(from = 0): void {
    this.stop()
    const where = context()
    void where.resume()
    const source = where.createBufferSource()
    source.buffer = this.sound.buffer
    source.connect(where.destination)
    source.onended = () => {
      if (this.source !== source) return
      this.source = null
      this.ended()
    }
    this.began = where.currentTime - from
    source.start(0, Math.min(from, this.sound.seconds))
    this.source = source
  }

  get at(): number {
    return this.source ? Math.min(context().currentTime - this.began, this.sound.seconds) : 0
  }

  stop(): void {
    const source = this.source
    this.source = null
    source?.stop()
  }
}

/** Plays a sound once; settles when it was heard to its end, or is no longer wanted. */
export async function heard(bytes: ArrayBuffer, signal: AbortSignal): Promise<void> {
  const sound = await decoded(bytes)
  if (signal.aborted) return
  await new Promise<void>((resolve) => {
    const player = new Player(sound, resolve)
    signal.addEventListener('abort', () => { player.stop(); resolve() })
    player.play()
  })
}
