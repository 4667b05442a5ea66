/** The tables of the states of gsm say what the code does: how a word is read, and that the machine has the state beside it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gsm } from '../../adapters/dialects/gsm.ts';
import { pdpContextMachine } from '../../machines/pdp-context.machine.ts';
import { parsed } from '../dialects/answers.ts';

const text = readFileSync(join(__dirname, '../../docs/GSM-STATES.md'), 'utf8');

/** Rows of the table whose head begins so, without the head. */
function rowsOf(head: string): string[][] {
  const [, table = ''] = text.split(`| ${head} |`);
  return (table.split('\n\n')[0] ?? '')
    .split('\n')
    .filter((line) => /^\| [A-Z]/.test(line))
    .map((line) => line.slice(2, -2).split(' | '));
}

const STACK = rowsOf('`AT+QISTAT`, `AT+QISTATE`');
const INDEX = rowsOf('index of `AT+QISTATE`');
const SERVER = rowsOf('`AT+QISSTAT`');
const SOCKET_STATES: Readonly<Record<string, string>> = gsm.socketStates;

/** Ids of the only connection, of index 0 and of the server of context 0. */
const [ONLY, FIRST, LISTENER] = [8, 0, 19];

const read = (id: number, ...lines: readonly string[]): unknown =>
  parsed(gsm.commands.querySocket(id), lines);

describe('the tables of the states of gsm', () => {
  it.each(STACK)('read %s as they say', (word, _, context = '', socket, listed) => {
    expect(read(ONLY, `STATE: ${word}`)).toMatchObject([{ connectId: ONLY, state: socket }]);
    expect(SOCKET_STATES[word ?? '']).toBe(listed);
    expect(Object.keys(pdpContextMachine.config.states ?? {})).toContain(context);
  });

  it.each(INDEX)('read %s of an index as they say', (word, _, socket, listed) => {
    const line = `+QISTATE: 0,"TCP","124.79.167.121",7007,"${word}"`;
    expect(read(FIRST, 'STATE: IP PROCESSING', line)).toMatchObject([{ connectId: FIRST, state: socket }]);
    expect(SOCKET_STATES[word ?? ''] ?? '–').toBe(listed);
  });

  it.each(SERVER)('read %s of the server as they say', (word, _, socket, listed) => {
    expect(read(LISTENER, `S: ${word}`)).toMatchObject([{ connectId: LISTENER, state: socket }]);
    expect(SOCKET_STATES[word ?? '']).toBe(listed);
  });

  it('have every word of the dialect', () => {
    const words = [...STACK, ...INDEX, ...SERVER].map(([word]) => word);
    expect(Object.keys(SOCKET_STATES).filter((word) => !words.includes(word))).toEqual([]);
    expect([STACK.length, INDEX.length, SERVER.length]).toEqual([12, 3, 2]);
  });
});
