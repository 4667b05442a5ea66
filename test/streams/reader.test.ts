import fc from 'fast-check';
import type { AccessMode, Command } from '../../adapters/dialects/dialect.ts';
import { lte } from '../../adapters/dialects/lte.ts';
import { Reader, type WireEvent } from '../../streams/reader.ts';
import { chunkingsOf, cutAt, textOf, wire } from '../support/chunkings.ts';

const { commands } = lte;

function shown(event: WireEvent): string {
  switch (event.kind) {
    case 'final':
      return `final ${event.result}`;
    case 'info': {
      const payload = event.payload.length === 0 ? '' : ` = ${textOf(event.payload)}`;
      return `info ${event.line.prefix ?? ''}:${event.line.fields.join('|') || event.line.text}${payload}`;
    }
    case 'urc':
      return `urc ${event.text}${event.payload.length === 0 ? '' : ` = ${textOf(event.payload)}`}`;
    case 'unknown':
      return `unknown ${event.text}`;
    case 'garbage':
      return `garbage ${event.reason} ${event.lengthBytes}`;
    case 'data':
      return `data ${textOf([event.bytes])}`;
    default:
      return event.kind;
  }
}

interface Session {
  readonly command?: Command;
  readonly modes?: readonly (readonly [number, AccessMode])[];
}

function read(chunks: readonly Uint8Array[], { command, modes = [] }: Session = {}): string[] {
  const events: string[] = [];
  const reader = new Reader(lte, (event) => events.push(shown(event)));
  for (const [id, mode] of modes) reader.setMode(id, mode);
  if (command) reader.commandStarted(command);
  for (const chunk of chunks) reader.push(chunk);
  return events;
}

describe('what a module says to a command', () => {
  it.each<[string, Session, string, string[]]>([
    [
      'echo, answer and result',
      { command: commands.querySignal() },
      'AT+CSQ\r\r\n+CSQ: 20,99\r\n\r\nOK\r\n',
      ['echo', 'info +CSQ:20|99', 'final OK'],
    ],
    [
      'an answer without blank behind the colon and with doubled line ends',
      { command: commands.querySignal() },
      '\r\n\r\n+CSQ:20,99\r\n\r\n\r\n\r\nOK\r\n\r\n',
      ['info +CSQ:20|99', 'final OK'],
    ],
    [
      'an echo glued to the answer',
      { command: commands.querySignal() },
      'AT+CSQ\r+CSQ: 20,99\r\nOK\r\n',
      ['echo', 'info +CSQ:20|99', 'final OK'],
    ],
    [
      'a prompt with a blank, then the result',
      { command: commands.send(0, 4) },
      'AT+QISEND=0,4\r\r\n> \r\nSEND OK\r\n',
      ['echo', 'prompt', 'final SEND OK'],
    ],
    [
      'a prompt without a blank',
      { command: commands.send(0, 4) },
      '\r\n>\r\nSEND FAIL\r\n',
      ['prompt', 'final SEND FAIL'],
    ],
    [
      'a second ">" after the prompt, which is no prompt',
      { command: commands.send(0, 4) },
      '\r\n> \r\n> \r\nSEND OK\r\n',
      ['prompt', 'unknown >', 'final SEND OK'],
    ],
    ['an error instead of a prompt', { command: commands.send(0, 4) }, '\r\nERROR\r\n', ['final ERROR']],
    [
      'a URC between the prompt and SEND OK',
      { command: commands.send(0, 4) },
      '\r\n> \r\n+QIURC: "recv",0\r\n\r\n+QIURC: "closed",3\r\n\r\nSEND OK\r\n',
      ['prompt', 'urc +QIURC: "recv",0', 'urc +QIURC: "closed",3', 'final SEND OK'],
    ],
    [
      'a URC between the command and its prompt',
      { command: commands.send(0, 4) },
      '\r\n+QIURC: "closed",3\r\n\r\n> ',
      ['urc +QIURC: "closed",3', 'prompt'],
    ],
    [
      'a URC between two lines of the answer',
      { command: commands.queryContexts() },
      '\r\n+QIACT: 1,1,1,"10.0.0.1"\r\n\r\n+QIURC: "pdpdeact",2\r\n\r\n+QIACT: 3,0,1\r\n\r\nOK\r\n',
      ['info +QIACT:1|1|1|10.0.0.1', 'urc +QIURC: "pdpdeact",2', 'info +QIACT:3|0|1', 'final OK'],
    ],
    [
      'counted payload that looks like results, URCs and prompts',
      { command: commands.read(0, 1500) },
      '\r\n+QIRD: 45\r\n\r\nOK\r\n> \r\nERROR\r\n+QIURC: "closed",0\r\n+QIRD: 9\r\n\r\n\r\nOK\r\n',
      ['info +QIRD:45 = \r\nOK\r\n> \r\nERROR\r\n+QIURC: "closed",0\r\n+QIRD: 9', 'final OK'],
    ],
    [
      'payload of one byte, a line end',
      { command: commands.read(0, 1500) },
      '\r\n+QIRD: 1\r\n\n\r\n\r\nOK\r\n',
      ['info +QIRD:1 = \n', 'final OK'],
    ],
    [
      'an empty read',
      { command: commands.read(0, 1500) },
      '\r\n+QIRD: 0\r\n\r\nOK\r\n',
      ['info +QIRD:0', 'final OK'],
    ],
    [
      'a header without blank, and an empty line between payload and result',
      { command: commands.read(0, 1500) },
      '+QIRD:2\r\nab\r\n\r\n\r\n\r\nOK\r\n',
      ['info +QIRD:2 = ab', 'final OK'],
    ],
    [
      'a datagram with its sender',
      { command: commands.readDatagram(2) },
      '\r\n+QIRD: 4,"10.7.76.34",7687\r\nOK\r\n\r\n\r\nOK\r\n',
      ['info +QIRD:4|10.7.76.34|7687 = OK\r\n', 'final OK'],
    ],
    [
      'read counters, which announce no payload although their prefix does',
      { command: commands.queryReceived(0) },
      '\r\n+QIRD: 100,40,60\r\n\r\nOK\r\n',
      ['info +QIRD:100|40|60', 'final OK'],
    ],
    [
      'a URC of another socket in front of the header',
      { command: commands.read(0, 1500) },
      '\r\n+QIURC: "recv",1,3\r\n\r\n+QIRD: 3\r\nabc\r\n\r\nOK\r\n',
      ['urc +QIURC: "recv",1,3', 'info +QIRD:3 = abc', 'final OK'],
    ],
    [
      'a length in the recv URC of a socket in buffer mode, which announces none (D1)',
      { modes: [[0, 'buffer']] },
      '\r\n+QIURC: "recv",0,4\r\n\r\nOK\r\n',
      ['urc +QIURC: "recv",0,4', 'final OK'],
    ],
    [
      'direct push',
      { modes: [[0, 'push']] },
      '\r\n+QIURC: "recv",0,6\r\n\r\nOK\r\n\r\n+QIURC: "closed",0\r\n',
      ['urc +QIURC: "recv",0,6 = \r\nOK\r\n', 'urc +QIURC: "closed",0'],
    ],
    [
      'direct push of a datagram inside an answer',
      { command: commands.querySignal(), modes: [[2, 'push']] },
      '\r\n+QIURC: "recv",2,2,"10.7.76.34",7687\r\nOK\r\n+CSQ: 1,99\r\n\r\nOK\r\n',
      ['urc +QIURC: "recv",2,2,"10.7.76.34",7687 = OK', 'info +CSQ:1|99', 'final OK'],
    ],
    ['an unknown line', {}, '\r\n+NEW: 1\r\nnoise\r\n', ['unknown +NEW: 1', 'unknown noise']],
  ])('is read as it is however it is cut: %s', (_, session, text, expected) => {
    for (const { name, chunks } of chunkingsOf(wire(text))) {
      expect({ name, events: read(chunks, session) }).toEqual({ name, events: expected });
    }
  });

  it('can be a payload of every byte value', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    const text = Buffer.concat([wire('\r\n+QIRD: 256\r\n'), bytes, wire('\r\n\r\nOK\r\n')]);
    for (const { chunks } of chunkingsOf(text)) {
      const events = read(chunks, { command: commands.read(0, 1500) });
      expect(events).toEqual([`info +QIRD:256 = ${textOf([bytes])}`, 'final OK']);
    }
  });

  it('hands payload on without a copy', () => {
    const events: WireEvent[] = [];
    const reader = new Reader(lte, (event) => events.push(event));
    reader.commandStarted(commands.read(0, 1500));
    const chunk = new Uint8Array(wire('\r\n+QIRD: 4\r\nabcd\r\n\r\nOK\r\n'));
    reader.push(chunk);
    const [info] = events;
    expect(info?.kind === 'info' && info.payload.map((slice) => slice.buffer)).toEqual([chunk.buffer]);
  });

  it('is over when the command has ended: its prompt and header mean nothing then', () => {
    const events: string[] = [];
    const reader = new Reader(lte, (event) => events.push(shown(event)));
    reader.commandStarted(commands.send(0, 4));
    reader.commandEnded();
    reader.push(wire('\r\n>\r\n'));
    reader.commandStarted(commands.read(0, 4));
    reader.push(wire('\r\n+QIRD: 0\r\n\r\nOK\r\n'));
    reader.commandEnded();
    reader.push(wire('\r\n+QIRD: 3\r\nabc\r\n'));
    expect(events).toEqual(['unknown >', 'info +QIRD:0', 'final OK', 'unknown +QIRD: 3', 'unknown abc']);
  });

  it('stays counted payload when it comes after the read was given up: no byte of a peer becomes an event', () => {
    const text = `\r\n+QIRD: 14\r\n\r\nRDY\r\n\r\nOK\r\n\r\n\r\nOK\r\n`;
    for (const { name, chunks } of chunkingsOf(wire(text))) {
      const events: string[] = [];
      const reader = new Reader(lte, (event) => events.push(shown(event)));
      reader.commandStarted(commands.read(0, 1500));
      reader.commandEnded(); // timed out, or voided
      for (const chunk of chunks) reader.push(chunk);
      expect({ name, events }).toEqual({ name, events: ['unknown +QIRD: 14', 'final OK'] });
      reader.commandStarted(commands.queryReceived(0));
      reader.push(wire('\r\n+QIRD: 5,5,0\r\n\r\nOK\r\n'));
      expect(events.slice(2)).toEqual(['info +QIRD:5|5|0', 'final OK']);
    }
  });

  it('is still awaited after a late result of an older send', () => {
    expect(
      read([wire('\r\nSEND OK\r\n\r\n+QIRD: 4\r\nRDY\n\r\n\r\nOK\r\n')], { command: commands.read(0, 1500) }),
    ).toEqual(['final SEND OK', 'info +QIRD:4 = RDY\n', 'final OK']);
  });

  it('has no push payload once the socket is closed', () => {
    const events: string[] = [];
    const reader = new Reader(lte, (event) => events.push(shown(event)));
    reader.setMode(0, 'push');
    reader.setMode(0, undefined);
    reader.push(wire('\r\n+QIURC: "recv",0,2\r\nOK\r\n'));
    expect(events).toEqual(['urc +QIURC: "recv",0,2', 'final OK']);
  });

  it('is garbage when a payload stops short and is given up', () => {
    const events: string[] = [];
    const reader = new Reader(lte, (event) => events.push(shown(event)));
    reader.commandStarted(commands.read(0, 1500));
    reader.push(wire('\r\n+QIRD: 10\r\nabc'));
    expect(reader.isInPayload).toBe(true);
    reader.giveUp();
    reader.push(wire('\r\nOK\r\n'));
    expect(events).toEqual(['garbage payload cut 3', 'final OK']);
    expect(reader.isInPayload).toBe(false);
  });
});

const places = fc.array(fc.nat({ max: 400 }), { maxLength: 12 });
const bytesOfPeer = fc.oneof(
  fc.uint8Array({ maxLength: 80 }),
  fc
    .array(
      fc.constantFrom('\r\n', 'OK', 'ERROR', '> ', '+QIURC: "closed",0', '+QIRD: 5', 'RDY', 'SEND OK', '\r'),
      {
        maxLength: 8,
      },
    )
    .map((parts) => new Uint8Array(wire(parts.join('')))),
);
const urcLine = fc.constantFrom(
  '+QIURC: "recv",1',
  '+QIURC: "recv",1,20',
  '+QIURC: "closed",2',
  '+QIURC: "pdpdeact",1',
  '+QIOPEN: 3,566',
  'RDY',
  '+CPIN: READY',
  '+CREG: 5',
);

describe('every session', () => {
  /** Parts of a session: what the module prints, and what must come out. */
  const part = fc.oneof(
    urcLine.map((line) => ({ text: `\r\n${line}\r\n`, events: [`urc ${line}`] })),
    bytesOfPeer
      .filter((bytes) => bytes.length > 0)
      .map((bytes) => ({
        text: `\r\n+QIRD: ${bytes.length}\r\n${textOf([bytes])}\r\n`,
        events: [`info +QIRD:${bytes.length} = ${textOf([bytes])}`],
      })),
    bytesOfPeer
      .filter((bytes) => bytes.length > 0)
      .map((bytes) => ({
        text: `\r\n+QIURC: "recv",9,${bytes.length}\r\n${textOf([bytes])}`,
        events: [`urc +QIURC: "recv",9,${bytes.length} = ${textOf([bytes])}`],
      })),
    fc.constant({ text: '\r\n+QIRD: 0\r\n', events: ['info +QIRD:0'] }),
    fc.constant({ text: 'AT+QIRD=0,1500\r', events: ['echo'] }),
    fc.constant({ text: '\r\nwhatever\r\n', events: ['unknown whatever'] }),
  );

  it('comes out in order and complete, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 10 }), places, (parts, cuts) => {
        const text = `${parts.map(({ text }) => text).join('')}\r\nOK\r\n`;
        const session = { command: commands.read(0, 1500), modes: [[9, 'push']] } as const;
        const events = read(cutAt(wire(text), cuts), session);
        expect(events).toEqual([...parts.flatMap((one) => one.events), 'final OK']);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps the payload of a read unchanged, whatever the peer sent', () => {
    fc.assert(
      fc.property(bytesOfPeer, places, (bytes, cuts) => {
        const text = `\r\n+QIRD: ${bytes.length}\r\n${textOf([bytes])}\r\n\r\nOK\r\n`;
        const payload = bytes.length === 0 ? '' : ` = ${textOf([bytes])}`;
        expect(read(cutAt(wire(text), cuts), { command: commands.read(0, 1500) })).toEqual([
          `info +QIRD:${bytes.length}${payload}`,
          'final OK',
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('keeps an answer and the URCs in it apart, wherever these come', () => {
    const lines = ['+QIACT: 1,1,1,"10.0.0.1"', '+QIACT: 2,0,2', 'OK'];
    const answer = ['info +QIACT:1|1|1|10.0.0.1', 'info +QIACT:2|0|2', 'final OK'];
    const between = fc.tuple(...[0, 1, 2].map(() => fc.array(urcLine, { maxLength: 3 })));
    fc.assert(
      fc.property(between, places, (urcs, cuts) => {
        const text = lines
          .flatMap((line, at) => [...(urcs[at] ?? []), line])
          .map((line) => `\r\n${line}\r\n`)
          .join('');
        const events = read(cutAt(wire(text), cuts), { command: commands.queryContexts() });
        expect(events.filter((event) => !event.startsWith('urc '))).toEqual(answer);
        expect(events.filter((event) => event.startsWith('urc '))).toEqual(
          urcs.flat().map((line) => `urc ${line}`),
        );
      }),
    );
  });

  it('survives any bytes in any command, and reads the next line', () => {
    const inFlight = fc.constantFrom<Command | undefined>(
      undefined,
      commands.send(0, 4),
      commands.querySignal(),
      commands.identify(),
      commands.raw('AT+X'),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), inFlight, (bytes, command) => {
        const session = command === undefined ? {} : { command };
        const events = read([bytes, wire('\r\n\r\n+QIURC: "closed",7\r\n')], session);
        expect(events.at(-1)).toBe('urc +QIURC: "closed",7');
      }),
      { numRuns: 300 },
    );
  });
});
