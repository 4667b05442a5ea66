import fc from 'fast-check';
import { TraceDecoder } from '../../adapters/trace/decode-entry.ts';
import { isTrace, isWhole, parseTraceLine } from '../../adapters/trace/read-trace.ts';
import type { TraceLine } from '../../adapters/trace/trace-entry.ts';
import { headerOf } from '../../adapters/trace/trace-header.ts';
import type { VirtualDialect } from '../../simulator/index.ts';
import { dismantle } from '../integration/rig.ts';
import { story } from './story.ts';

const readBack = (line: TraceLine): TraceLine => parseTraceLine(JSON.stringify(line), 1);

describe('a trace that is read back', () => {
  it.each<VirtualDialect>(['lte', 'ugxx', 'rg', 'gsm', 'bc66'])(
    'is what was written, and decodes: %s',
    async (dialect) => {
      const s = story({ dialect }, { dialect });
      await s.clock.runUntil(s.modem.start());
      const socket = await s.clock.runUntil(s.modem.connect({ host: '127.0.0.1', port: 7000 }));
      socket.on('error', () => undefined).resume();
      socket.write('reading 1\n');
      await s.clock.advance(2_000);
      s.module.inject({ kind: 'reboot' });
      await s.clock.advance(60_000);
      const lines: TraceLine[] = [headerOf(0, dialect), ...s.entries];
      expect(lines.map(readBack)).toEqual(lines);
      const decoder = new TraceDecoder(undefined);
      const wire = lines
        .map((line) => decoder.decode(line))
        .filter(({ kind }) => kind === 'rx' || kind === 'urc');
      expect(wire.filter((line) => line.decoded === undefined).map(({ text }) => text)).toEqual([]);
      expect(wire.length).toBeGreaterThan(30);
      await dismantle(s);
    },
  );

  it('means what its lines say, by the dialect of the header', () => {
    const decoder = new TraceDecoder(undefined);
    const meaning = (kind: 'tx' | 'rx' | 'urc', text: string, payloadBytes?: number): unknown =>
      decoder.decode({ atMs: 0, kind, text, ...(payloadBytes !== undefined && { payloadBytes }) }).decoded;
    expect(meaning('urc', '+QIURC: "pdpdeact",1')).toBeUndefined();
    decoder.decode(headerOf(0, 'lte'));
    expect(meaning('urc', '+QIURC: "pdpdeact",1')).toEqual({ type: 'urc', name: 'pdpdeact', contextId: 1 });
    expect(meaning('urc', '+QIURC: "recv",0,5', 5)).toMatchObject({
      type: 'urc',
      name: 'recv',
      connectId: 0,
      length: 5,
    });
    expect(meaning('rx', '+CME ERROR: 30')).toEqual({ type: 'final', result: 'CME ERROR', code: '30' });
    expect(meaning('rx', 'SEND OK')).toEqual({ type: 'final', result: 'SEND OK' });
    expect(meaning('rx', '>')).toEqual({ type: 'prompt' });
    expect(meaning('rx', '+QIRD: 5', 5)).toEqual({ type: 'info', prefix: '+QIRD', fields: [5], length: 5 });
    expect(meaning('tx', '(payload)', 5)).toEqual({ type: 'payload', length: 5 });
    expect(meaning('tx', 'AT+QIACT=1')).toEqual({
      type: 'command',
      commands: [{ name: '+QIACT', form: 'write', fields: [1] }],
    });
    decoder.decode(headerOf(0, 'gsm'));
    expect(meaning('rx', '+CME ERROR: 30')).toEqual({ type: 'final', result: 'CME ERROR', code: '30' });
    expect(meaning('urc', '0, CLOSED')).toMatchObject({ type: 'urc', connectId: 0 });
    expect(meaning('rx', 'ADDRESS')).toEqual({ type: 'final', result: 'ADDRESS' });
  });

  it('is decoded by the dialect that was given, whatever its header says', () => {
    const decoder = new TraceDecoder('gsm');
    decoder.decode(headerOf(0, 'lte'));
    expect(decoder.decode({ atMs: 0, kind: 'urc', text: '0, CLOSED' }).decoded).toBeDefined();
    expect(() => new TraceDecoder('nr')).toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });
});

describe('a line that is none of a trace', () => {
  it.each([
    ['{', 'line 7 is no JSON object'],
    ['[]', 'line 7 is no JSON object'],
    ['null', 'line 7 is no JSON object'],
    ['{}', 'line 7 must have a kind'],
    ['{"kind":"toString"}', 'line 7 must have a kind'],
    ['{"kind":"tx","text":"AT"}', 'line 7 (tx): atMs must be a number, got nothing'],
    ['{"kind":"tx","atMs":1e400,"text":"AT"}', 'line 7 (tx): atMs must be a number'],
    ['{"kind":"tx","atMs":1,"text":7}', 'line 7 (tx): text must be a string, got 7'],
    ['{"kind":"tx","atMs":1,"text":"AT","payloadBytes":-1}', 'payloadBytes must be a number of bytes'],
    ['{"kind":"event","atMs":1,"text":"x","actor":"modem"}', 'line 7 (event): event must be a string'],
    [
      '{"kind":"event","atMs":1,"text":"x","actor":"modem","event":"e","members":[]}',
      'members must be an object',
    ],
    ['{"kind":"transition","atMs":1,"text":"x","actor":"modem","event":"e"}', 'to must be a string'],
    ['{"kind":"recovery","atMs":1,"text":"x","step":"online"}', 'detail must be a string'],
    [
      '{"kind":"header","atMs":1,"text":"x","format":1,"version":"1","dialect":"nr"}',
      'dialect must be one of gsm',
    ],
    [
      '{"kind":"header","atMs":1,"text":"x","format":2,"version":"9"}',
      'format 2: a newer urchestra wrote it',
    ],
  ])('is refused with its number: %s', (text, words) => {
    expect(() => parseTraceLine(text, 7)).toThrow(
      expect.objectContaining({ code: 'INVALID_ARGUMENT', message: expect.stringContaining(words) }),
    );
  });

  it('never throws anything else, whatever it is', () => {
    const kind = fc.constantFrom('tx', 'event', 'header', 'transition', 'recovery', 'x');
    const object = fc.record({ kind, atMs: fc.jsonValue(), text: fc.jsonValue() }, { requiredKeys: [] });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          object.map((value) => JSON.stringify(value)),
        ),
        (text) => {
          try {
            parseTraceLine(text, 1);
          } catch (error) {
            expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
          }
        },
      ),
    );
  });
});

describe('the beginning of a file', () => {
  const header = JSON.stringify(headerOf(0, 'lte'));

  it.each([
    ['a header', `${header}\n{"at`, true],
    ['a header that was cut off', header.slice(0, 30), true],
    ['an entry of a program without a header', '{"atMs":1,"kind":"tx","text":"AT"}\n', true],
    ['an entry behind a line that is none', `oops\n${header}\n`, true],
    ['a transcript', '{ "family": "lte", "exchanges": [{ "dir": "tx", "data": "AT\\r" }] }', false],
    ['a transcript over lines', '{\n  "exchanges": [\n    { "dir": "tx", "data": "AT" }\n  ]\n}', false],
    ['a text log', '> AT\\r\n< OK\n', false],
    ['nothing', '', false],
  ])('%s', (_name, text, expected) => {
    expect(isTrace(text)).toBe(expected);
  });

  it('tells a line that was cut off from one that is whole', () => {
    expect([isWhole(header), isWhole(header.slice(0, -1)), isWhole('7')]).toEqual([true, false, false]);
  });
});
