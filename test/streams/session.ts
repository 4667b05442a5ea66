/** Port sessions for tests of the reader: what host and module do in turn, and what comes out as text. */
import type { DialectName } from '../../adapters/dialects/dialect.ts';
import { gsmWire } from '../../adapters/dialects/gsm/wire.ts';
import { bc66Wire, lteWire, rgWire, ugxxWire } from '../../adapters/dialects/qi/wire.ts';
import type { WireDialect } from '../../adapters/dialects/wire.ts';
import type { KnownState, SocketState } from '../../streams/host-state.ts';
import { Reader } from '../../streams/reader.ts';
import type { PayloadHeader, WireEvent } from '../../streams/wire-event.ts';
import { chunkingsOf, textOf, wire } from '../support/chunkings.ts';

export const wireDialects: Readonly<Record<DialectName, WireDialect>> = {
  gsm: gsmWire,
  ugxx: ugxxWire,
  bc66: bc66Wire,
  lte: lteWire,
  rg: rgWire,
};

/** A text is received, a function is what the host does. */
export type Step = string | ((reader: Reader) => void);

/** The host writes a command line. */
export const writes =
  (text: string, collectsEverything = false): Step =>
  (reader) =>
    reader.commandStarted({ text, collectsEverything });

/** The host writes payload. */
export const sends =
  (payload: string): Step =>
  (reader) =>
    reader.payloadStarted(wire(payload));

/** The host stops waiting for its command. */
export const abandons: Step = (reader) => reader.commandEnded();

/** Nothing was received for a while. */
export const isQuiet: Step = (reader) => reader.giveUp();

/** The host writes `+++`. */
export const escapes: Step = (reader) => reader.escapeStarted(true);

/** A state with these sockets. */
export const sockets = (...list: readonly (readonly [number, SocketState])[]): KnownState => ({
  sockets: new Map(list),
});

const members = (value: object): string =>
  Object.entries(value)
    .filter(([name]) => name !== 'name' && name !== 'kind')
    .map(([name, member]) => ` ${name}=${Array.isArray(member) ? member.join('|') : member}`)
    .join('');

function headerText(header: PayloadHeader | undefined): string {
  return header === undefined ? '' : ` <${members(header).trim()}>`;
}

/** An event as one line of text. */
export function shown(event: WireEvent): string {
  switch (event.kind) {
    case 'echo':
      return `echo ${event.command}`;
    case 'final': {
      const { result, ...rest } = event;
      return `final ${result}${members(rest)}`;
    }
    case 'info': {
      const { prefix, text, fields } = event.line;
      const name = `${event.isBehindFinal === true ? 'late ' : ''}info`;
      const line = prefix === null ? text : `${prefix}:${fields.join('|')}`;
      return `${name} ${line}${headerText(event.header)}${payloadText(event)}`;
    }
    case 'urc':
      return `urc ${event.urc.name}${members(event.urc)}${headerText(event.header)}${payloadText(event)}`;
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

function payloadText({ header, payload }: Extract<WireEvent, { kind: 'info' | 'urc' }>): string {
  if (header === undefined && payload.length > 0) return ' payload without a header';
  return payload.length === 0 ? '' : ` = ${textOf(payload)}`;
}

/** Neighbouring data counts as one. */
function joined(events: readonly WireEvent[]): string[] {
  const texts: string[] = [];
  for (const event of events) {
    const isMore = event.kind === 'data' && texts.at(-1)?.startsWith('data ');
    if (isMore) texts.push(`${texts.pop()}${textOf([event.bytes])}`);
    else texts.push(shown(event));
  }
  return texts;
}

type Cut = (bytes: Uint8Array, step: number) => readonly Uint8Array[];

const whole: Cut = (bytes) => [bytes];

/** Plays a session; `cut` cuts what is received in a step. */
export function play(
  dialect: WireDialect,
  steps: readonly Step[],
  known?: KnownState,
  cut: Cut = whole,
): string[] {
  const events: WireEvent[] = [];
  const reader = new Reader(dialect, (event) => events.push(event), known);
  for (const [at, step] of steps.entries()) {
    if (typeof step === 'string') for (const chunk of cut(wire(step), at)) reader.push(chunk);
    else step(reader);
  }
  return joined(events);
}

/** Plays a session under every chunking of what is received; fails when the events of one differ. */
export function expectEvents(
  dialect: WireDialect,
  steps: readonly Step[],
  expected: readonly string[],
  known?: KnownState,
): void {
  const bytewise: Cut = (bytes) => chunkingsOf(bytes)[1]?.chunks ?? [];
  expect({ name: 'bytes', events: play(dialect, steps, known, bytewise) }).toEqual({
    name: 'bytes',
    events: expected,
  });
  for (const [at, step] of steps.entries()) {
    if (typeof step !== 'string') continue;
    for (const { name, chunks } of chunkingsOf(wire(step))) {
      const events = play(dialect, steps, known, (bytes, other) => (other === at ? chunks : [bytes]));
      expect({ step: at, name, events }).toEqual({ step: at, name, events: expected });
    }
  }
}

/** What a session is, what happens in it, the events, and what was known before. */
export type Case = readonly [string, readonly Step[], readonly string[], KnownState?];

/** One test for each case; its name stands for `%s` in the title. */
export function itReads(dialect: WireDialect, title: string, cases: readonly Case[]): void {
  for (const [name, steps, expected, known] of cases) {
    it(title.replace('%s', name), () => expectEvents(dialect, steps, expected, known));
  }
}
