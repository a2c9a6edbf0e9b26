/** What was taken out of a text and what was put in, word by word; a Chinese sign is a word, and so is a template. */
export interface Piece { text: string; is: 'same' | 'out' | 'in' }

const word = /\{\{.*?\}\}|\{%.*?%\}|\p{Script=Han}|[\p{L}\p{N}]+|\s+|[^]/gsu
const longest = 400

export function difference(before: string, after: string): Piece[] {
  const was: string[] = before.match(word) ?? []
  const now: string[] = after.match(word) ?? []
  if (was.length > longest || now.length > longest) return joined([{ text: before, is: 'out' }, { text: after, is: 'in' }])
  const common = lengths(was, now)
  const found: Piece[] = []
  let one = 0
  let other = 0
  while (one < was.length || other < now.length) {
    if (one < was.length && was[one] === now[other]) {
      found.push({ text: was[one] ?? '', is: 'same' })
      one += 1
      other += 1
    } else if (other >= now.length || (one < was.length && (common[one + 1]?.[other] ?? 0) >= (common[one]?.[other + 1] ?? 0))) {
      found.push({ text: was[one] ?? '', is: 'out' })
      one += 1
    } else {
      found.push({ text: now[other] ?? '', is: 'in' })
      other += 1
    }
  }
  return joined(found)
}

/** How many words both have in common from a place of the one and a place of the other on. */
function lengths(was: readonly string[], now: readonly string[]): number[][] {
  const found = Array.from({ length: was.length + 1 }, () => new Array<number>(now.length + 1).fill(0))
  for (let one = was.length - 1; one >= 0; one -= 1) {
    for (let other = now.length - 1; other >= 0; other -= 1) {
      const row = found[one]
      if (row) row[other] = was[one] === now[other] ? (found[one + 1]?.[other + 1] ?? 0) + 1 : Math.max(found[one + 1]?.[other] ?? 0, row[other + 1] ?? 0)
    }
  }
  return found
}

function joined(pieces: readonly Piece[]): Piece[] {
  return pieces.reduce<Piece[]>((all, piece) => {
    const last = all.at(-1)
    if (last?.is === piece.is) last.text += piece.text
    else if (piece.text !== '') all.push({ ...piece })
    return all
  }, [])
}
