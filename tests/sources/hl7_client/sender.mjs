// A HIS on npm's `node-hl7-client`: node sender.mjs PORT. A line of its input is a message as a JSON text, sent when the
// one before it is acknowledged, and again as long as it is not; a line of its output says {id, code, text, tries}.
import readline from 'node:readline';
import { Client, Message } from 'node-hl7-client';

const PATIENCE = 800; // ms
const TRIES = 400;
const port = Number(process.argv[2]);
const heard = new Map();
let waiting = null;

const client = new Client({ host: '127.0.0.1', version: '2.5.1', retryLow: 100, retryHigh: 300, maxAttempts: 50, maxConnectionAttempts: 50 });
let out = null;

function connect() {
  out = client.createConnection({ port, waitAck: false }, async (response) => {
    const answer = response.getMessage();
    const id = answer.get('MSA.2').toString();
    heard.set(id, { code: answer.get('MSA.1').toString(), text: answer.get('MSA.3').toString() });
    if (waiting && waiting.id === id) waiting.done();
  });
  out.on('error', () => {});
  out.on('client.error', () => {});
}

function acknowledged(id) {
  return new Promise((done) => {
    const timer = setTimeout(done, PATIENCE);
    waiting = { id, done: () => { clearTimeout(timer); done(); } };
    if (heard.has(id)) waiting.done();
  });
}

async function send(text) {
  const message = new Message({ text });
  const id = message.get('MSH.10').toString();
  heard.delete(id);
  for (let tries = 1; tries <= TRIES; tries++) {
    out.sendMessage(message).catch(() => {}); // waits for a connection; what is not acknowledged is sent on another one
    await acknowledged(id);
    if (!heard.has(id)) {
      await out.close().catch(() => {});
      connect();
    }
    if (heard.has(id)) {
      process.stdout.write(JSON.stringify({ id, ...heard.get(id), tries }) + '\n');
      return;
    }
  }
  process.stdout.write(JSON.stringify({ id, code: '', text: 'never acknowledged', tries: TRIES }) + '\n');
}

connect();
for await (const line of readline.createInterface({ input: process.stdin })) await send(JSON.parse(line));
await out.close().catch(() => {});
process.exit(0);
