/** What the examples of the manuals are held against: commands that a host has written, answers of a virtual module. */
import type { WireEntry } from '../../adapters/trace/trace-entry.ts';
import type { Rig } from '../integration/rig.ts';
import type { Bench } from '../simulator/host.ts';

export const WELCOME = 'Welcome to use Quectel module.';
/** What a trace shows in place of payload. */
export const PAYLOAD = '(payload)';
export const CTRL_Z = '\x1a';

/** A command of an example; several in a list are those whose order the example leaves open. */
export type Shown = string | readonly string[];

/** What the host has written, in order: commands, payload, escapes from data mode. */
export function sentBy(r: Rig, from = 0): string[] {
  return r.trace
    .slice(from)
    .flatMap((line) => /^\d+ (?:tx (.*)|note (\+\+\+))$/s.exec(line)?.slice(1).find(Boolean) ?? []);
}

/** The same of a channel. */
export const sentOn = ({ trace }: { readonly trace: readonly WireEntry[] }, from = 0): string[] =>
  trace.slice(from).flatMap(({ kind, text }) => (kind === 'tx' ? text : []));

/** What the module has said on a channel: answers and notices. */
export const heardOn = ({ trace }: { readonly trace: readonly WireEntry[] }, from = 0): string[] =>
  trace.slice(from).flatMap(({ kind, text }) => (kind === 'rx' || kind === 'urc' ? text : []));

/** Everything that is wrong with what was sent: the commands of the example must be there, in its order and no others
 * but `own`, the ones that the host adds. */
export function departures(
  sent: readonly string[],
  example: readonly Shown[],
  own: readonly string[] = [],
): string[] {
  const open = example.map((shown) => new Set(typeof shown === 'string' ? [shown] : shown));
  const strange: string[] = [];
  for (const line of sent) {
    while (open[0]?.size === 0) open.shift();
    if (open[0]?.delete(line)) continue;
    if (!own.includes(line)) strange.push(`not in the example, or not here: ${line}`);
  }
  return [...strange, ...open.flatMap((shown) => [...shown]).map((line) => `missing: ${line}`)];
}

/** Checks that the example was written. */
export function expectExample(
  sent: readonly string[],
  example: readonly Shown[],
  own: readonly string[] = [],
): void {
  expect(departures(sent, example, own)).toEqual([]);
}

/** Output without line ends of its own: payload. */
export interface Bare {
  readonly bare: string;
}
export const bare = (text: string): Bare => ({ bare: text });

function framed(line: string | Bare): string {
  if (typeof line !== 'string') return line.bare;
  return line === '> ' ? '\r\n> ' : `\r\n${line}\r\n`;
}

/** Writes what the example writes, and expects the lines that it shows: each between CR LF and CR LF, the prompt without
 * an end. What is not a command (payload, plus signs) is written as it is; `null` writes nothing. */
export async function expectAnswers(
  { command, say, wait, output }: Bench,
  ...steps: readonly (readonly [written: string | null, ...answer: (string | Bare)[]])[]
): Promise<void> {
  for (const [written, ...answer] of steps) {
    const isCommand = written?.startsWith('AT');
    const got =
      written === null
        ? output() + (await wait(STEP_MS))
        : await (isCommand ? command(written, STEP_MS) : say(written, STEP_MS));
    expect([written, got]).toEqual([written, answer.map(framed).join('')]);
  }
}

/** Long enough for an activation and a connection. */
const STEP_MS = 1000;
