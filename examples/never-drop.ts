/** Readings of which none may be missing: each stays in a journal until the peer has acknowledged it.
 *
 * RxJS on `modem.connection$`: on each connection `defer` and `repeat` send what the journal holds, one entry behind the other as
 * `concatMap` would, but without its unbounded buffer. An entry is crossed off when `acknowledged()` says that the peer's TCP has it.
 * The journal is an array here: put it on a disk, as telemetry-agent does.
 * Run it: npm run build && npm run examples && node dist-examples/never-drop.js
 */
import { type AddressInfo, createServer } from 'node:net';
import { catchError, defer, EMPTY, firstValueFrom, interval, repeat, Subject, switchMap, take } from 'rxjs';
import { createModem, type ModemSocket, simulatedPort } from 'urchestra';

const LAST = 40;

/** Stands for your server: it knows a reading that comes twice by its number. */
const arrived = new Set<number>();
let twice = 0;
const server = createServer((peer) => {
  let partial = '';
  peer.on('error', () => undefined);
  peer.on('data', (chunk) => {
    const lines = (partial + chunk.toString()).split('\n');
    partial = lines.pop() ?? '';
    for (const n of lines.map(Number)) {
      if (arrived.has(n)) twice += 1;
      arrived.add(n);
    }
  });
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address() as AddressInfo;

const journal: number[] = [];
const allSent = new Subject<void>();
interval(25)
  .pipe(take(LAST))
  .subscribe((n) => journal.push(n + 1));

/** Sends the oldest entry; it leaves the journal only when the peer has it. */
async function sendOldest(socket: ModemSocket): Promise<void> {
  const oldest = journal[0];
  if (oldest === undefined) return;
  socket.write(`${oldest}\n`);
  await socket.acknowledged();
  journal.shift();
  if (oldest === LAST) allSent.next();
}

const modem = createModem({
  port: simulatedPort({
    dialect: 'lte',
    faults: {
      rules: [
        { when: { onCommand: 'AT+QISEND', nth: 6 }, fault: { kind: 'pdpdeact' } },
        { when: { onCommand: 'AT+QISEND', nth: 20 }, fault: { kind: 'peerClose' } },
      ],
    },
  }),
  dialect: 'lte',
  contexts: [{ apn: 'internet' }],
});
await modem.start();

const done = firstValueFrom(allSent);
const sending = modem
  .connection$({ host: '127.0.0.1', port }, { firstMs: 100 })
  .pipe(
    switchMap((socket) =>
      defer(() => sendOldest(socket)).pipe(
        repeat({ delay: 10 }),
        catchError(() => EMPTY), // this connection has ended; the entry is sent again on the next one
      ),
    ),
  )
  .subscribe();
await done;
sending.unsubscribe();
await modem.stop();
server.close();

console.log(
  `${arrived.size} of ${LAST} readings arrived, ${twice} came twice, ${journal.length} left in the journal`,
);
process.exitCode = arrived.size === LAST && journal.length === 0 ? 0 : 1;
