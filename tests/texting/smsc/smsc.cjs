// A message centre on npm's `smpp`: node smsc.cjs PORT FOLDER. What it takes is a line of FOLDER/ledger.jsonl before it
// is answered, so that a SIGKILL leaves a true ledger; receipts that are acknowledged are lines of FOLDER/receipts.jsonl,
// the others are brought again, after a restart as well. Told what to do by lines of JSON on its standard input.
'use strict';
const fs = require('fs');
const path = require('path');
const smpp = require('smpp');

const [port, folder] = [Number(process.argv[2]), process.argv[3]];
const at = (name) => path.join(folder, name);
const lines = (name) => (fs.existsSync(at(name)) ? fs.readFileSync(at(name), 'utf8').split('\n').filter(Boolean).map(JSON.parse) : []);
const ledger = fs.openSync(at('ledger.jsonl'), 'a');
const acknowledged = fs.openSync(at('receipts.jsonl'), 'a');
const write = (file, value) => fs.writeSync(file, JSON.stringify(value) + '\n');
const say = (value) => process.stdout.write(JSON.stringify(value) + '\n');

let per_second = 0; // texts taken in any second; 0: as many as come
let form = 'text'; // of receipts: text, decimal, tlv, payload, none
let moments = [];
let throttled = 0;
let binds = 0;
let count = lines('ledger.jsonl').length;
const bound = new Set();
const acked = new Set(lines('receipts.jsonl').map((line) => line.id));
const owed = lines('ledger.jsonl').filter((text) => text.receipt && !acked.has(text.id));

function taken(pdu) {
  const message = pdu.message_payload || pdu.short_message || {};
  const text = { id: (++count + 0x10000).toString(16).padStart(8, '0'), from: pdu.source_addr, to: pdu.destination_addr,
    coding: pdu.data_coding, esm_class: pdu.esm_class, udh: (message.udh || []).map((element) => element.toString('hex')),
    text: String(message.message ?? ''), receipt: (pdu.registered_delivery & 1) === 1, at: Date.now() };
  write(ledger, text);
  if (text.receipt) owed.push(text);
  return text.id;
}

function receipt(text) {
  const id = form === 'decimal' ? String(parseInt(text.id, 16)) : text.id;
  const said = `id:${id} sub:001 dlvrd:001 submit date:2611220900 done date:2611220901 stat:DELIVRD err:000 text:`;
  const news = { source_addr: text.to, destination_addr: text.from, esm_class: 4, data_coding: 0 };
  if (form === 'tlv') return { ...news, receipted_message_id: text.id, message_state: 2, short_message: '' };
  if (form === 'payload') return { ...news, message_payload: said };
  return { ...news, short_message: said };
}

let next = 0;
setInterval(() => {
  const receivers = [...bound].filter((session) => session.receives);
  if (form === 'none' || !receivers.length) return;
  for (const text of owed.splice(0, 500)) {
    const session = receivers[next++ % receivers.length];
    const again = () => { if (!acked.has(text.id)) owed.push(text); };
    session.once('close', again);
    session.deliver_sm(receipt(text), (answer) => {
      session.off('close', again);
      if (answer.command_status !== 0) return again();
      acked.add(text.id);
      write(acknowledged, { id: text.id, to: text.to });
    });
  }
}, 50);

const server = smpp.createServer((session) => {
  session.socket.setNoDelay(true);
  session.setMaxListeners?.(0);
  session.on('error', () => session.destroy());
  session.on('close', () => bound.delete(session));
  for (const kind of ['transceiver', 'transmitter', 'receiver']) {
    session.on(`bind_${kind}`, (pdu) => {
      const well = pdu.password === 'secret';
      session.send(pdu.response(well ? { system_id: 'npm' } : { command_status: smpp.ESME_RINVPASWD }));
      session.receives = kind !== 'transmitter';
      if (well) binds++, bound.add(session);
    });
  }
  session.on('unbind', (pdu) => { session.send(pdu.response()); session.close(); });
  session.on('enquire_link', (pdu) => session.send(pdu.response()));
  session.on('submit_sm', (pdu) => {
    const now = Date.now();
    if (per_second) {
      moments = moments.filter((moment) => now - moment < 1000);
      if (moments.length >= per_second) {
        throttled++;
        session.send(pdu.response({ command_status: smpp.ESME_RTHROTTLED }));
        return;
      }
      moments.push(now);
    }
    session.send(pdu.response({ message_id: taken(pdu) }));
  });
});
server.listen(port, '127.0.0.1', () => say({ ready: server.address().port }));

function deliver({ parts, from, to, pdu = {} }) {
  const [session] = [...bound].filter((each) => each.receives);
  if (!session) return say({ delivered: null });
  for (const part of parts) {
    session.deliver_sm({ source_addr: from, destination_addr: to, ...pdu, ...part.pdu, short_message: part.message }, (answer) => say({ delivered: answer.command_status }));
  }
}

require('readline').createInterface({ input: process.stdin }).on('line', (line) => {
  const told = JSON.parse(line);
  if ('per_second' in told) per_second = told.per_second;
  if ('form' in told) form = told.form;
  if (told.cut) for (const session of bound) session.destroy();
  if (told.deliver) {
    const parts = told.deliver.parts.map(({ udh, text, coding, pdu }) => ({
      pdu: { data_coding: coding, ...pdu }, message: udh ? { udh: Buffer.from(udh, 'hex'), message: text } : text }));
    deliver({ ...told.deliver, parts });
  }
  if (told.state) say({ throttled, binds, owed: owed.length, bound: bound.size, taken: count });
}).on('close', () => process.exit(0));
