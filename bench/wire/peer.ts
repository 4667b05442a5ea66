/** serialport's ReadlineParser with the string tests that a driver puts behind it. */
import { ReadlineParser } from 'serialport';
import { tally } from './tally.ts';

/** A notice as a driver hands it on: our reader gives the same. */
type Notice = Readonly<Record<string, string | number | undefined>>;

/** A field without blanks and quotation marks, digits as a number. */
function fieldOf(text: string): string | number {
  const field = text.trim();
  return field.startsWith('"') ? field.slice(1, -1) : Number(field);
}

/** Which notice a line is, by the prefix and the first field, and what it says. */
function noticeOf(prefix: string, fields: readonly (string | number)[]): Notice | undefined {
  const [first, second, third, fourth, fifth] = fields;
  if (prefix === '+QIURC') {
    if (first === 'recv') return { name: 'recv', id: second, length: third };
    if (first === 'closed') return { name: 'closed', id: second };
    if (first === 'pdpdeact') return { name: 'pdpdeact', id: second };
    if (first === 'incoming')
      return { name: 'incoming', id: second, server: third, address: fourth, port: fifth };
  }
  if (prefix === '+QIOPEN') return { name: 'open', id: first, err: second };
  if (prefix === '+CEREG') return { name: 'registration', state: first };
  if (prefix === '+QPING')
    return { name: 'ping', result: first, address: second, bytes: third, time: fourth, ttl: fifth };
  return undefined;
}

/** What a driver does with a line: is it a result, a header, or which notice is it with what in it. */
function readLine(line: string, hand: (notice: Notice) => void): void {
  if (line === 'OK' || line === 'ERROR') tally.count++;
  else if (line.startsWith('+')) {
    const colon = line.indexOf(':');
    if (colon < 0) return;
    const notice = noticeOf(
      line.slice(0, colon),
      line
        .slice(colon + 1)
        .split(',')
        .map(fieldOf),
    );
    if (notice) hand(notice);
    else tally.count++;
  }
}

/** Reads the same port for as long as the bench runs, as in a gateway. */
export type Take = (chunks: readonly Uint8Array[]) => void;

export function peer(): Take {
  const parser = new ReadlineParser({ delimiter: '\r\n' });
  const hand = ({ name }: Notice): void => {
    tally.count += name === 'recv' ? 1 : 2;
  };
  parser.on('data', (line: string) => readLine(line, hand));
  return (chunks) => {
    for (const chunk of chunks) parser.write(chunk);
  };
}
