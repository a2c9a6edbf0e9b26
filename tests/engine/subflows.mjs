// Reads cases `{document, ids, outlets}` from stdin and writes what the designer's extraction makes of each; see test_extracted.py.
import { readFileSync } from 'node:fs'

const { extracted } = await import(process.argv[2])
const words = { end: 'End', keep: 'Keep', branch: 'Outcome' }
const versions = { run_flow: 1, branch: 1, set: 1, end: 1 }
const cases = JSON.parse(readFileSync(0, 'utf8'))
const made = cases.map(({ document, ids, outlets }) =>
  extracted(document, ids, { name: 'Piece', flow: 'Piece', outlets: (id) => outlets[id] ?? [], versions, words }))
process.stdout.write(JSON.stringify(made))
