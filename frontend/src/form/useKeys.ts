/** Keys for the rows of a list whose items have none, so that a row keeps its focus while it is moved about. */
import { useState } from 'react'

let last = 0
const fresh = () => {
  last += 1
  return last
}

export interface Keys {
  at: (place: number) => number
  move: (from: number, to: number) => void
  remove: (place: number) => void
}

export function useKeys(count: number): Keys {
  const [keys] = useState<number[]>(() => [])
  while (keys.length < count) keys.push(fresh())
  keys.length = count
  return {
    at: (place) => keys[place] ?? place,
    move: (from, to) => {
      const [key] = keys.splice(from, 1)
      if (key !== undefined) keys.splice(to, 0, key)
    },
    remove: (place) => {
      keys.splice(place, 1)
    },
  }
}
