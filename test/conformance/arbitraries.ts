/** Generated wires: what modules, peers and noise put on a line. */
import fc from 'fast-check';
import type { DialectName } from '../../adapters/dialects/dialect.ts';
import { wireDialects } from '../../adapters/dialects/registry.ts';
import type { WireDialect } from '../../adapters/dialects/wire.ts';
import { Reader } from '../../streams/reader.ts';
import type { WireEvent } from '../../streams/wire-event.ts';

/** The properties hold for so many cases each. */
export const RUNS = { numRuns: 10_000 } as const;

export const anyDialect: fc.Arbitrary<WireDialect> = fc.constantFrom(...Object.values(wireDialects));
export const bytes = (options: fc.IntArrayConstraints = {}): fc.Arbitrary<Buffer> =>
  fc.uint8Array(options).map((value) => Buffer.from(value));
export const wire = (text: string): Buffer => Buffer.from(text, 'latin1');

/** What a hostile peer sends: everything that a module says itself. */
const LOOK_ALIKES = [
  '\r\nOK\r\n',
  'OK\r\n',
  '\r\nERROR\r\n',
  '\r\nSEND OK\r\n',
  '\r\nNO CARRIER\r\n',
  '\r\nCLOSED\r\n',
  '\r\n0, CLOSED\r\n',
  '\r\n+PDP DEACT\r\n',
  '\r\nCONNECT\r\n',
  '\r\n+QIURC: "closed",0\r\n',
  '\r\n+QIURC: "recv",1,4\r\nabcd\r\n',
  '\r\n+QIRD: 3\r\nabc\r\n\r\nOK\r\n',
  '\r\n+RECEIVE: 0, 4\r\nabcd',
  'IPD3:abc',
  'RECV FROM:1.2.3.4:5\r\n',
  'TO:1.2.3.4\r\n',
  '+QIRD: 5,',
  '\r\nRDY\r\n',
  '\r\n> ',
  '\r',
  '\n',
  ',',
  '"',
  '+++',
];

/** Payload of a peer: bytes of every value and look-alikes, at least one byte. */
export const payload: fc.Arbitrary<Buffer> = fc
  .array(fc.oneof(fc.constantFrom(...LOOK_ALIKES).map(wire), bytes({ minLength: 1, maxLength: 40 })), {
    minLength: 1,
    maxLength: 8,
  })
  .map((parts) => Buffer.concat(parts));

/** URCs that stand for themselves, by dialect. */
export const URCS: Readonly<Record<DialectName, readonly string[]>> = (() => {
  const common = ['+CEREG: 5', '+QIND: PB DONE', '+CPIN: READY', '+QUSIM: 1', '+CTZV: +32', 'UNDER_VOLTAGE'];
  const sockets = [
    '+QIURC: "recv",0',
    '+QIURC:"recv",11',
    '+QIURC: "closed",3',
    '+QIURC: "dnsgip","203.0.113.7"',
    '+QPING: 0,"203.0.113.9",32,55,60',
    '+QIOPEN: 4,566',
    '+QNTP: 0,"2019/07/20,22:10:59-48"',
  ];
  const contexts = ['+QIURC: "pdpdeact",1', '+QIURC: "incoming full",2'];
  const words = [
    'CLOSED',
    '3, CLOSED',
    '0, CONNECT OK',
    'CONNECT FAIL',
    '1, REMOTE IP: 10.1.1.1',
    '+PDP DEACT',
  ];
  return {
    lte: [...common, ...sockets, ...contexts],
    ugxx: [...common, ...sockets, ...contexts],
    rg: [...common, ...sockets, ...contexts, '+QIACTEX: 2,0,1,"10.1.1.1"', '+QIDEACTEX: 1,0'],
    bc66: [...common, ...sockets, '+QIURC: "recv",2,"buff full"', 'SEND OK', 'CLOSE OK'],
    gsm: [...common, ...words, '+QIRDI: 0,1,3', 'SERVER OK'],
  };
})();

/** What the host wrote, as the reader must hear of it. */
const COMMANDS = [
  'AT',
  'ATI',
  'AT+CSQ',
  'AT+QIRD=0,1500',
  'AT+QIRD=0,0',
  'AT+QIRD=0,1,0,1024',
  'AT+QISEND=0,5',
  'AT+QISEND=1',
  'AT+QISEND=0,0',
  'AT+QISTATE?',
  'AT+QISTAT',
  'AT+QIOPEN=1,0,"TCP","h",1,0,1',
  'AT+QIOPEN=1,1,"TCP","h",1,0,2',
  'AT+QIOPEN=1,2,"UDP SERVICE","h",0,1,1',
  'AT+QICFG="viewmode",1',
  'AT+QICFG="dataformat",0,1',
  'AT+QICFG="recvind",1',
  'AT+QIMUX=1',
  'AT+QIHEAD=1',
  'AT+QISHOWRA=1',
  'AT+QIDNSGIP="h"',
  'AT+QILOCIP',
  'ATO',
  'AT+QICLOSE=0',
];

/** Pieces of what a module sends. */
const fragment: fc.Arbitrary<Buffer> = fc.oneof(
  fc
    .constantFrom(
      ...LOOK_ALIKES,
      ...Object.values(URCS)
        .flat()
        .map((line) => `\r\n${line}\r\n`),
    )
    .map(wire),
  fc.constantFrom(...COMMANDS.map((line) => `${line}\r\r\n`)).map(wire),
  fc
    .constantFrom(
      '\r\n+QIRD: 4\r\n',
      '\r\n+QIRD: 4,',
      '\r\n+QIURC: "recv",0,6\r\n',
      '\r\n+QIURC: "recv",2,3,"h",1\r\n',
    )
    .map(wire),
  bytes({ maxLength: 12 }),
);

/** One thing that happens on a wire: the host writes, or the module sends. */
export type Step =
  | { readonly kind: 'command'; readonly text: string }
  | { readonly kind: 'payload'; readonly sent: Buffer }
  | { readonly kind: 'escape' }
  | { readonly kind: 'received'; readonly bytes: Buffer };

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...COMMANDS).map((text): Step => ({ kind: 'command', text })) },
  { weight: 1, arbitrary: payload.map((sent): Step => ({ kind: 'payload', sent })) },
  { weight: 1, arbitrary: fc.constant<Step>({ kind: 'escape' }) },
  {
    weight: 5,
    arbitrary: fc
      .array(fragment, { minLength: 1, maxLength: 6 })
      .map((parts): Step => ({ kind: 'received', bytes: Buffer.concat(parts) })),
  },
);

/** Plays steps to a reader; what is received comes in pieces that `cut` gives the lengths of. */
export function playTo(
  dialect: WireDialect,
  steps: readonly Step[],
  cut: () => number,
  emit: (event: WireEvent) => void,
): Reader {
  const reader = new Reader(dialect, emit);
  for (const step of steps) {
    if (step.kind === 'command') reader.commandStarted({ text: step.text });
    else if (step.kind === 'payload') reader.payloadStarted(step.sent);
    else if (step.kind === 'escape') reader.escapeStarted(true);
    else {
      for (let at = 0; at < step.bytes.length; ) {
        const end = at + Math.max(1, cut());
        reader.push(step.bytes.subarray(at, end));
        at = end;
      }
    }
  }
  return reader;
}

/** Events as plain values: slices joined, neighbouring data too, so that only what was said is compared. */
export function plainEvents(events: readonly WireEvent[]): unknown[] {
  const plain: Record<string, unknown>[] = [];
  for (const event of events) {
    const last = plain.at(-1);
    if (event.kind === 'data' && last?.['kind'] === 'data') {
      last['hex'] = `${last['hex']}${Buffer.from(event.bytes).toString('hex')}`;
    } else if (event.kind === 'data')
      plain.push({ kind: 'data', hex: Buffer.from(event.bytes).toString('hex') });
    else if ('payload' in event)
      plain.push({ ...event, payload: Buffer.concat(event.payload).toString('hex') });
    else plain.push({ ...event });
  }
  return plain;
}
