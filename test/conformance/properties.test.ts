/** What must hold for every wire, checked on ten thousand generated ones each. */
import fc from 'fast-check';
import type { DialectName } from '../../adapters/dialects/dialect.ts';
import { wireDialectOf, wireDialects } from '../../adapters/dialects/registry.ts';
import type { KnownState } from '../../streams/host-state.ts';
import { Reader } from '../../streams/reader.ts';
import type { WireEvent } from '../../streams/wire-event.ts';
import {
  anyDialect,
  anyStep,
  bytes,
  payload,
  plainEvents,
  playTo,
  RUNS,
  type Step,
  URCS,
  wire,
} from './arbitraries.ts';

jest.setTimeout(120_000);

const steps = fc.array(anyStep, { minLength: 1, maxLength: 8 });
const WHOLE = (): number => Number.MAX_SAFE_INTEGER;

function eventsOf(dialect: Parameters<typeof playTo>[0], all: readonly Step[], cut: () => number): unknown[] {
  const events: WireEvent[] = [];
  playTo(dialect, all, cut, (event) => events.push(event)).giveUp();
  return plainEvents(events);
}

it('cutting what is received anywhere changes no event', () => {
  fc.assert(
    fc.property(
      anyDialect,
      steps,
      fc.infiniteStream(fc.integer({ min: 1, max: 7 })),
      (dialect, all, lengths) => {
        const cut = (): number => lengths.next().value ?? 1;
        expect(eventsOf(dialect, all, cut)).toEqual(eventsOf(dialect, all, WHOLE));
      },
    ),
    RUNS,
  );
});

// The longest line, the longest payload that can be announced, and what is held back in doubt.
const MOST_HELD_BYTES = 4096 + 65_535 + 4096 + 64;

it('arbitrary bytes throw nothing and never hold more than a line, a payload and a doubt', () => {
  const noise = fc.oneof(bytes({ maxLength: 64 }), payload, bytes({ minLength: 3000, maxLength: 5000 }));
  const received = noise.map((value): Step => ({ kind: 'received', bytes: value }));
  fc.assert(
    fc.property(anyDialect, fc.array(fc.oneof(received, anyStep), { maxLength: 6 }), (dialect, all) => {
      const reader = playTo(dialect, all, WHOLE, () => undefined);
      expect(reader.heldBytes).toBeLessThanOrEqual(MOST_HELD_BYTES);
      reader.giveUp();
      expect(reader.isWaiting).toBe(false);
    }),
    RUNS,
  );
});

/** One way in which payload reaches the host: what was set before, the command, the header and what follows. */
interface Delivery {
  readonly dialect: DialectName;
  readonly known?: KnownState;
  readonly command?: string;
  readonly frame: (data: Buffer) => readonly Buffer[];
}

const socket = (mode: 'buffer' | 'push', service = 'TCP'): KnownState => ({
  sockets: new Map([[0, { mode, service }]]),
});
const inLine: KnownState['options'] = { viewmode: [1] };
const hex: KnownState['options'] = { dataformat: [0, 1] };
const answer = (front: (length: number) => string) => (data: Buffer) => [
  wire(`\r\n${front(data.length)}`),
  data,
  wire('\r\n\r\nOK\r\n'),
];
const pushed = (front: (length: number) => string) => (data: Buffer) => [
  wire(`\r\n${front(data.length)}`),
  data,
  wire('\r\n'),
];
const asHex = (frame: Delivery['frame']) => (data: Buffer) => {
  const [front, , back] = frame(data);
  return [front ?? wire(''), wire(data.toString('hex').toUpperCase()), back ?? wire('')];
};

const promptedDialects = ['ugxx', 'lte', 'rg'] as const;
const idDialects = [...promptedDialects, 'bc66'] as const;
const READ = 'AT+QIRD=0,1500';

const deliveries: readonly Delivery[] = [
  ...idDialects.flatMap((dialect): Delivery[] => [
    { dialect, command: READ, frame: answer((n) => `+QIRD: ${n}\r\n`) },
    { dialect, known: { options: inLine }, command: READ, frame: answer((n) => `+QIRD: ${n},`) },
    { dialect, known: { options: hex }, command: READ, frame: asHex(answer((n) => `+QIRD: ${n}\r\n`)) },
    { dialect, known: socket('push'), frame: pushed((n) => `+QIURC: "recv",0,${n}\r\n`) },
    {
      dialect,
      known: { ...socket('push'), options: inLine },
      frame: pushed((n) => `+QIURC: "recv",0,${n},`),
    },
    {
      dialect,
      known: { ...socket('push'), options: { ...inLine, ...hex } },
      frame: asHex(pushed((n) => `+QIURC:"recv",0,${n},`)),
    },
  ]),
  ...promptedDialects.flatMap((dialect): Delivery[] => [
    {
      dialect,
      known: socket('buffer', 'UDP SERVICE'),
      command: 'AT+QIRD=0',
      frame: answer((n) => `+QIRD: ${n},"10.1.1.1",7\r\n`),
    },
    {
      dialect,
      known: { ...socket('buffer', 'UDP SERVICE'), options: inLine },
      command: 'AT+QIRD=0',
      frame: answer((n) => `+QIRD: ${n},"10.1.1.1",7,`),
    },
    {
      dialect,
      known: socket('push', 'UDP SERVICE'),
      frame: pushed((n) => `+QIURC: "recv",0,${n},"10.1.1.1",7\r\n`),
    },
  ]),
  { dialect: 'gsm', command: 'AT+QIRD=0,1,0,1500', frame: answer((n) => `+QIRD:10.1.1.1:7,TCP,${n}\r\n`) },
  {
    dialect: 'gsm',
    known: { settings: { mux: 1, qihead: 0, qishowra: 0, qishowla: 0 } },
    frame: pushed((n) => `+RECEIVE: 0, ${n}\r\n`),
  },
  {
    dialect: 'gsm',
    known: { settings: { mux: 1, qihead: 1, qishowra: 1, qishowla: 0 } },
    frame: pushed((n) => `+RECEIVE: 0, ${n}\r\nRECV FROM:10.1.1.1:7\r\nIPD${n}:`),
  },
  { dialect: 'gsm', known: { settings: { mux: 0, qihead: 1 } }, frame: pushed((n) => `IPD${n}TCP:`) },
];

it('payload between a header and what follows comes out unchanged, whatever it looks like', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...deliveries),
      payload,
      fc.integer({ min: 1, max: 400 }),
      (delivery, data, cut) => {
        const events: WireEvent[] = [];
        const reader = new Reader(
          wireDialects[delivery.dialect],
          (event) => events.push(event),
          delivery.known,
        );
        if (delivery.command !== undefined) reader.commandStarted({ text: delivery.command });
        const received = Buffer.concat(delivery.frame(data));
        reader.push(received.subarray(0, cut));
        reader.push(received.subarray(cut));
        reader.push(wire('\r\n+CEREG: 1\r\n'));
        const payloads = events.map((event) =>
          'payload' in event ? Buffer.concat(event.payload) : Buffer.alloc(0),
        );
        expect(Buffer.concat(payloads).equals(data)).toBe(true);
        const kinds = events.map(({ kind }) => kind);
        expect(kinds).toEqual(delivery.command === undefined ? ['urc', 'urc'] : ['info', 'final', 'urc']);
      },
    ),
    RUNS,
  );
});

/** Exchanges of every dialect: the command, the lines of its answer, its result. */
const exchanges: readonly [DialectName, command: string, lines: readonly string[]][] = [
  ...promptedDialects.flatMap((dialect): [DialectName, string, string[]][] => [
    [
      dialect,
      'AT+QISTATE?',
      ['+QISTATE: 0,"TCP","10.1.1.1",7,1,2,1,0,0,"uart1"', '+QISTATE: 1,"UDP","h",7,1,2,1,0,1,"uart1"', 'OK'],
    ],
    [dialect, 'AT+QIACT?', ['+QIACT: 1,1,1,"10.1.1.1"', '+QIACT: 2,1,1,"10.1.1.2"', 'OK']],
    [dialect, 'AT+QICFG=?', ['+QICFG: "viewmode",(0,1)', '+QICFG: "recvind",(0,1)', 'OK']],
    [dialect, 'AT+QISEND=0,0', ['+QISEND: 14,9,5', 'OK']],
    [dialect, 'ATI', ['Quectel', 'EC25', 'Revision: EC25EFAR06A03M4G', 'OK']],
    [dialect, 'AT+QIACT=1', ['+CME ERROR: 561']],
  ]),
  ['bc66', 'AT+QISTATE=0,1', ['+QISTATE: 0,1,"10.1.1.1",7,1,2,1,0', 'OK']],
  ['bc66', 'AT+QISENDEX=0,2,3031', ['OK']],
  ['gsm', 'AT+QISACK=0', ['+QISACK: 30, 20, 10', 'OK']],
  ['gsm', 'AT+QILPORT?', ['TCP: 2020', 'UDP: 3030', 'OK']],
  ['gsm', 'AT+QILOCIP', ['10.79.142.227']],
  ['gsm', 'AT+QICLOSE=1', ['1, CLOSE OK']],
  ['gsm', 'AT+QISTATE', ['OK', 'STATE: IP PROCESSING', '+QISTATE: 0,"TCP","h",7,"CONNECTED"']],
];

function read(dialect: DialectName, command: string | undefined, lines: readonly string[]): unknown[] {
  const events: WireEvent[] = [];
  const reader = new Reader(wireDialectOf(dialect), (event) => events.push(event));
  if (command !== undefined) reader.commandStarted({ text: command });
  for (const line of lines) reader.push(wire(`\r\n${line}\r\n`));
  return plainEvents(events);
}

it('URCs between the lines of a response leave both intact', () => {
  const places = fc.array(fc.tuple(fc.nat(), fc.nat()), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(...exchanges), places, ([dialect, command, lines], chosen) => {
      const urcs = URCS[dialect];
      const mixed = [...lines];
      for (const [urc, place] of chosen)
        mixed.splice(place % (mixed.length + 1), 0, urcs[urc % urcs.length] ?? '');
      const events = read(dialect, command, mixed);
      const isUrc = (event: unknown): boolean => (event as WireEvent).kind === 'urc';
      expect(events.filter((event) => !isUrc(event))).toEqual(read(dialect, command, lines));
      const alone = mixed.filter((line) => urcs.includes(line));
      expect(events.filter(isUrc)).toEqual(read(dialect, undefined, alone));
    }),
    RUNS,
  );
});
