/** Who is signed in; asked once, kept until the designer says otherwise. */
import { create } from 'zustand'
import { api, ApiError, onSignedOut, setCsrf } from './client'
import type { Me } from './types'

interface MeStore {
  me: Me | null
  state: 'unknown' | 'in' | 'out' | 'unreachable'
  load: () => Promise<void>
  /** Somebody is in: remember the token, and ask who it is. */
  enter: (csrf: string) => Promise<void>
  signOut: () => Promise<void>
}

export const useMe = create<MeStore>((set, get) => ({
  me: null,
  state: 'unknown',
  load: async () => {
    try {
      const me = await api.get<Me>('/me')
      setCsrf(me.csrf)
      set({ me, state: 'in' })
    } catch (error) {
      const refused = error instanceof ApiError && (error.status === 401 || error.status === 403)
      set({ me: null, state: refused ? 'out' : 'unreachable' })
    }
  },
  enter: async (csrf) => {
    setCsrf(csrf)
    await get().load()
  },
  signOut: async () => {
    await api.post('/sign-out')
    set({ me: null, state: 'out' })
  },
}))

onSignedOut(() => useMe.setState({ me: null, state: 'out' }))
