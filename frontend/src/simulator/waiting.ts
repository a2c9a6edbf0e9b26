/** What the session waits for now, as the key of a text. */
import { pendingOf, type TryTurn } from './turns'

const BY_COMMAND: Record<string, string> = {
  place_call: 'call', answer: 'call', gather: 'keys', play_prompt: 'prompt', listen: 'words', record: 'recording', dial: 'dial',
  join_conference: 'conference', send_sms: 'receipt', send_fax: 'fax', receive_fax: 'fax', send_mail: 'receipt', lookup: 'source',
  write_source: 'source', http_request: 'server', create_task: 'task',
}
const BY_KIND: Record<string, string> = { message: 'message', record: 'record', signal: 'signal', call: 'callBack' }

export function waitsFor(turns: readonly TryTurn[]): string {
  const command = pendingOf(turns)[0]
  if (command) return `try.waits.${BY_COMMAND[command.type] ?? 'answer'}`
  const listens = turns.at(-1)?.listens[0]
  if (listens) return `try.waits.${BY_KIND[listens.kind] ?? 'answer'}`
  return turns.at(-1)?.coming ? 'try.waits.time' : 'try.waits.nothing'
}
