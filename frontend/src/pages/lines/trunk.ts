/** A trunk as it is looked at and written: how it is, in a word, and its lists as lines of text. */
import type { Trunk, TrunkSettings, WrittenTrunk } from '../../api/lines'

export type TrunkState = 'off' | 'unknown' | 'away' | 'unregistered' | 'ready'

/** One word for what Asterisk says of it. */
export function stateOf(trunk: Trunk): TrunkState {
  if (!trunk.enabled) return 'off'
  if (trunk.reachable === 'no') return 'away'
  if (trunk.register && (trunk.registered === 'unregistered' || trunk.registered === 'rejected')) return 'unregistered'
  return trunk.reachable === null ? 'unknown' : 'ready'
}

/** How full it is, of 1; null where there is no limit. */
export const loadOf = (trunk: Trunk): number | null => (trunk.at_once === null ? null : Math.min(1, trunk.in_use / trunk.at_once))

export const fresh: TrunkSettings = {
  host: '', port: 5060, transport: 'udp', endpoint: '', username: '', register: false, from_domain: '', number: '{number}', codecs: ['alaw', 'ulaw'], t38: false, srtp: false,
  record_early: false, from_networks: [], calls_in_per_second: 50, patterns: [], allow: [], loop_number: '', check_seconds: 60, position: 0, at_once: null, per_second: null, enabled: true,
}

/** Its settings without what only the server knows. */
export function settingsOf(trunk: Trunk): TrunkSettings {
  return Object.fromEntries(Object.keys(fresh).map((name) => [name, trunk[name as keyof TrunkSettings]])) as unknown as TrunkSettings
}

/** What is sent: a password only where one was written, and of host and endpoint the one that is meant. */
export function written(settings: TrunkSettings, password: string, own: boolean): WrittenTrunk {
  return { ...settings, ...(own ? { host: '' } : { endpoint: '' }), ...(password === '' ? {} : { password }) }
}

/** A list as somebody writes it: a line or a comma between. */
export const listOf = (text: string): string[] => text.split(/[\s,，;；]+/).filter((one) => one !== '')
