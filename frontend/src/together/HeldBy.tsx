/** A node that somebody else has in hand: his colour around it, his name on it. */
import type { Person } from './people'
import './together.css'

export function HeldBy({ person }: { person: Person }) {
  return <span className={`heldby tint-${person.tint}`} data-testid="held-by">{person.name}</span>
}
