/** Readings that are old after seconds: only the newest one is ever sent, and a bad link costs the ones between.
 *
 * RxJS on `modem.connection$`: `switchMap` takes the next connection when one has ended, `exhaustMap` takes no reading while one is on
 * its way, and what is then sent is the newest at that time. Nothing is queued, so nothing can pile up.
 * Run it: npm run build && npm run examples && node dist-examples/latest-reading-wins.js
 */
import { type AddressInfo, createServer } from 'node:net';
import {
  BehaviorSubject,
  catchError,
  EMPTY,
  exhaustMap,
  filter,
  firstValueFrom,
  interval,
  switchMap,
  take,
} from 'rxjs';
import { createModem, type ModemSocket, simulatedPort } from 'urchestra';

const LAST = 60;

/** Stands for your server. */
const arrived: number[] = [];
const newest$ = new BehaviorSubject(0);
const server = createServer((peer) => {
  peer.on('error', () => undefined);
  peer.on('data', (chunk) => {
    for (const line of chunk.toString().split('\n').filter(Boolean)) arrived.push(Number(line));
    newest$.next(arrived.at(-1) ?? 0);
  });
});
await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
const { port } = server.address() as AddressInfo;

/** A sensor: a reading every 50 ms, the last one stays. */
const reading$ = new BehaviorSubject(0);
interval(50)
  .pipe(take(LAST))
  .subscribe((n) => reading$.next(n + 1));

const modem = createModem({
  port: simulatedPort({
    dialect: 'lte',
    faults: { rules: [{ when: { onCommand: 'AT+QISEND', nth: 5 }, fault: { kind: 'pdpdeact' } }] },
  }),
  dialect: 'lte',
  contexts: [{ apn: 'internet' }],
});
await modem.start();

let sent = 0;
async function send(socket: ModemSocket): Promise<void> {
  if (reading$.value === sent) return;
  sent = reading$.value; // not the one that woke us: it may have waited
  socket.write(`${sent}\n`);
  await socket.acknowledged();
}

const sending = modem
  .connection$({ host: '127.0.0.1', port }, { firstMs: 100 })
  .pipe(
    switchMap((socket) =>
      interval(20).pipe(
        exhaustMap(() => send(socket)),
        catchError(() => EMPTY), // this connection has ended; the next one brings a newer reading
      ),
    ),
  )
  .subscribe();

await firstValueFrom(newest$.pipe(filter((n) => n === LAST)));
sending.unsubscribe();
await modem.stop();
server.close();

const isRising = arrived.every((n, index) => n > (arrived[index - 1] ?? 0));
console.log(
  `${arrived.length} of ${LAST} readings sent, the newest is ${arrived.at(-1)}, never an older one: ${isRising}`,
);
process.exitCode = isRising ? 0 : 1;
