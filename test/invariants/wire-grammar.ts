/** What a host may write to a module: complete command lines of the tables, and counted payload. */
import type { Port } from '../../index.ts';
import { MARK } from './hostile-values.ts';

export interface Wire {
  readonly port: Port;
  /** Lines that were written, without payload. */
  readonly lines: () => readonly string[];
}

/** Listens to what goes to the port. `isPayload` tells pieces that a prompt has asked for. */
export function tapped(port: Port, isPayload: (bytes: Uint8Array) => boolean): Wire {
  const written: string[] = [];
  const wire: Port = {
    ...port,
    description: port.description,
    bytes$: port.bytes$,
    lost$: port.lost$,
    ...(port.lines && { lines: port.lines }),
    open: () => port.open(),
    close: () => port.close(),
    write: (bytes) => {
      if (!isPayload(bytes)) written.push(Buffer.from(bytes).toString('latin1'));
      return port.write(bytes);
    },
  };
  return { port: wire, lines: () => written };
}

/** `AT`, basic commands, or one extended command with numbers, quoted texts and, on bc66, hexadecimal digits. */
const LINE =
  /^(?:\+\+\+|AT(?:[EQVIO&][A-Z]?\d?|\+[A-Z0-9]+(?:\?|=\?|=(?:"[ !#-~]*"|\d*|[0-9A-F]*)(?:,(?:"[ !#-~]*"|\d*|[0-9A-F]*))*)?)?\r)$/;

/** The lines that do not have the form of the manuals, or have something of a fuzzed text outside of quotation marks. */
export function unintended(lines: readonly string[]): readonly string[] {
  return lines.filter((line) => {
    const isOpen = line.replace(/"[^"]*"/g, '""').includes(MARK);
    return isOpen || !LINE.test(line);
  });
}
