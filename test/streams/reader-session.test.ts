/** Whole sessions, and the operator. */
import fc from 'fast-check';
import { Subject } from 'rxjs';
import { Reader, wireEvents } from '../../streams/reader.ts';
import type { WireEvent } from '../../streams/wire-event.ts';
import { chunkingsOf, cutAt, textOf, wire } from '../support/chunkings.ts';
import { abandons, expectEvents, isQuiet, play, shown, sockets, wireDialects, writes } from './session.ts';

const { ugxx, bc66, lte, rg } = wireDialects;
const OK = '\r\nOK\r\n';

describe('a session', () => {
  it('hands payload on without a copy', () => {
    const events: WireEvent[] = [];
    const reader = new Reader(lte, (event) => events.push(event));
    reader.commandStarted({ text: 'AT+QIRD=0,1500' });
    const chunk = new Uint8Array(wire('\r\n+QIRD: 4\r\nabcd\r\n\r\nOK\r\n'));
    reader.push(chunk);
    const [info] = events;
    expect(info?.kind === 'info' && info.payload.map(({ buffer }) => buffer === chunk.buffer)).toEqual([
      true,
    ]);
  });

  it('shows the line that has not ended', () => {
    const reader = new Reader(lte, () => undefined);
    reader.push(wire('\r\n+QIUR'));
    expect(reader.unfinishedText).toBe('+QIUR');
  });

  it('keeps the text of a message with its head, or gives the head alone after a while', () => {
    const head = '\r\n+CMT: "+49",,"t"\r\n';
    expectEvents(lte, [head, '\r\nRDY\r\n'], ['urc cmt fields=+49||t text=RDY']);
    expectEvents(lte, [head, isQuiet, 'RDY\r\n'], ['urc cmt fields=+49||t text=', 'urc ready text=RDY']);
    const reader = new Reader(lte, () => undefined);
    reader.push(wire(head));
    expect(reader.isWaiting).toBe(true);
    reader.push(wire('text\r\n'));
    expect(reader.isWaiting).toBe(false);
  });

  const urc = fc.constantFrom(
    ['+QIURC: "recv",1', 'urc recv connectId=1'],
    ['+QIURC: "closed",2', 'urc closed connectId=2'],
    ['+QIOPEN: 3,566', 'urc open connectId=3 err=566'],
    ['+CPIN: READY', 'urc cpin state=READY'],
    ['whatever', 'unknown whatever'],
  );
  const lookAlike = fc.constantFrom(
    '\r\nOK\r\n',
    '\r\n+QIURC: "closed",0\r\n',
    '\r\n> ',
    '\r\nRDY\r\n',
    '\n',
    '\r',
    '"',
  );
  const payload = fc
    .array(
      fc.oneof(
        lookAlike,
        fc.uint8Array({ maxLength: 8 }).map((bytes) => textOf([bytes])),
      ),
      { maxLength: 6 },
    )
    .map((parts) => parts.join(''));
  const part = fc.oneof(
    urc.map(([line, event]) => ({ text: `\r\n${line}\r\n`, event })),
    payload.map((data) => ({
      text: `\r\n+QIRD: ${data.length}\r\n${data}\r\n`,
      event: `info +QIRD:${data.length} <lengthBytes=${data.length}>${data === '' ? '' : ` = ${data}`}`,
    })),
    payload.map((data) => ({
      text: `\r\n+QIURC: "recv",9,${data.length}\r\n${data}\r\n`,
      event: `urc recv connectId=9 lengthBytes=${data.length} <lengthBytes=${data.length}>${data === '' ? '' : ` = ${data}`}`,
    })),
  );

  it.each([ugxx, lte, rg, bc66])('of $name comes out in order and complete, however cut', (dialect) => {
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.array(fc.nat(300), { maxLength: 8 }),
        (parts, places) => {
          const text = `${parts.map((one) => one.text).join('')}${OK}`;
          const events = play(
            dialect,
            [writes('AT+QIRD=0,1500'), text],
            sockets([9, { mode: 'push' }]),
            (bytes) => cutAt(bytes, places),
          );
          expect(events).toEqual([...parts.map(({ event }) => event), 'final OK']);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('survives any bytes in any command, and reads the next line', () => {
    const inFlight = fc.constantFrom('AT+QISEND=0,4', 'AT+CSQ', 'ATI', 'AT+QIOPEN=1,0,"TCP","a",1');
    const bytes = fc.uint8Array({ maxLength: 300 }).filter((list) => !textOf([list]).includes('+'));
    fc.assert(
      fc.property(bytes, inFlight, (list, command) => {
        const events = play(lte, [writes(command), `${textOf([list])}\r\n\r\n+QIURC: "closed",7\r\n`]);
        expect(events.at(-1)).toBe('urc closed connectId=7');
      }),
    );
  });
});

describe('the operator', () => {
  it('reads for each subscriber anew, gives a cut payload up at the end, and completes', () => {
    const bytes$ = new Subject<Uint8Array>();
    const [seen, late]: [string[], string[]] = [[], []];
    const pipe = (): ReturnType<ReturnType<typeof wireEvents>> =>
      bytes$.pipe(wireEvents(lte, undefined, (reader) => reader.commandStarted({ text: 'AT+QIRD=0,4' })));
    pipe().subscribe({ next: (event) => seen.push(shown(event)), complete: () => seen.push('complete') });
    bytes$.next(wire('Call Ready\r\n+CPIN: RE'));
    pipe().subscribe((event) => late.push(shown(event)));
    bytes$.next(wire('ADY\r\n+QIRD: 4\r\nab'));
    bytes$.complete();
    expect(seen).toEqual(['urc call_ready', 'urc cpin state=READY', 'garbage payload cut 2', 'complete']);
    expect(late).toEqual(['unknown ADY', 'garbage payload cut 2']);
  });

  it('begins with what is known', () => {
    const bytes$ = new Subject<Uint8Array>();
    const seen: string[] = [];
    bytes$
      .pipe(wireEvents(lte, sockets([0, { mode: 'buffer' }])))
      .subscribe((event) => seen.push(shown(event)));
    for (const chunk of chunkingsOf(wire('+QIURC: "recv",0,2\r\nab\r\n'))[1]?.chunks ?? [])
      bytes$.next(chunk);
    expect(seen).toEqual(['urc recv connectId=0 lengthBytes=2', 'unknown ab']);
  });

  it('passes an error on and lets go of its source', () => {
    const bytes$ = new Subject<Uint8Array>();
    const errors: unknown[] = [];
    const subscription = bytes$.pipe(wireEvents(lte)).subscribe();
    subscription.unsubscribe();
    expect(bytes$.observed).toBe(false);
    bytes$.pipe(wireEvents(lte)).subscribe({ error: (error) => errors.push(error) });
    bytes$.error('lost');
    expect(errors).toEqual(['lost']);
  });
});

describe('a command that was given up', () => {
  it('gets nothing more', () => {
    expectEvents(
      lte,
      [writes('AT+CSQ'), abandons, '\r\n+CSQ: 1,99\r\nAT+CSQ\r'],
      ['unknown +CSQ: 1,99', 'unknown AT+CSQ'],
    );
  });
});
