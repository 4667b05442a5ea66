/** A port on which the module repeats what was written to it, and the line makes something of that. */
import { Subject } from 'rxjs';
import type { Port } from '../../index.ts';

/** What comes back for a command line besides the module's own answer, in front of it. */
export type Garble = (line: string) => string | undefined;

export const GARBLES: Readonly<Record<string, Garble>> = {
  'an echo': (line) => `${line}\r`,
  'an echo with noise in it': (line) =>
    `${line.slice(0, 9)}\u00ff\u0001${line.slice(9, 30)}\u0000${line.slice(30)}\r`,
  'an echo without its beginning': (line) => `${line.slice(12)}\r\n`,
  'an echo in pieces': (line) => (line.match(/.{1,14}/g) ?? []).map((piece) => `${piece}\r\n`).join(''),
  'an echo with a notice in it': (line) => {
    const middle = Math.floor(line.length * 0.6);
    return `${line.slice(0, middle)}\r\n+QIND: "csq",20,99\r\n${line.slice(middle)}\r\n`;
  },
  'an echo that looks like an answer': (line) => `\r\n+${line.slice(3).replace('=', ': ')}\r\n`,
  'an answer without quotation marks': (line) =>
    `\r\n${line.slice(2).replace('=', ': ').replaceAll('"', '')}\r\n`,
  'an error that repeats the command': (line) => `\r\n+CME ERROR: ${line.slice(2)}\r\n`,
  'an echo that is late': (line) => `\r\nOK\r\n${line.slice(4)}\r\n`,
};

/** Makes something of every line that holds one of the secrets, once of each: a module that never gets through is another test. */
export function garblingPort(port: Port, secrets: readonly string[], garble: Garble): Port {
  const received = new Subject<Uint8Array>();
  const done = new Set<string>();
  port.bytes$.subscribe((bytes) => received.next(bytes));
  return {
    ...port,
    description: port.description,
    bytes$: received.asObservable(),
    lost$: port.lost$,
    ...(port.lines && { lines: port.lines }),
    open: () => port.open(),
    close: () => port.close(),
    write: async (bytes) => {
      const line = Buffer.from(bytes).toString('latin1').replace(/\r$/, '');
      const isNew = !done.has(line) && secrets.some((secret) => line.includes(secret));
      const reply = isNew ? garble(line) : undefined;
      done.add(line);
      if (reply !== undefined) queueMicrotask(() => received.next(Buffer.from(reply, 'latin1')));
      await port.write(bytes);
    },
  };
}
