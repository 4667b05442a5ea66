/** What all dialects share: the 3GPP commands (TS 27.007), the boot lines and the vendor's error table. */
import type { Field } from '../../streams/fields.ts';
import { choice, integer, numberAt, quotedName, rawLine } from './arguments.ts';
import type {
  Answer,
  BringUpRow,
  Command,
  InfoLine,
  RangeQuery,
  RegistrationStatus,
  SimStatus,
} from './dialect.ts';
import { withoutPrivateParts } from './private-commands.ts';

/** Longest wait for any command that the manuals give no time of its own (protocol.md §2). */
export const COMMAND_TIMEOUT_MS = 60_000;
/** Commands that a living module answers at once: waiting a minute for them would only delay the alarm. */
const QUICK_TIMEOUT_MS = 10_000;

/** Longest APN: 3GPP TS 23.003 §9.1 allows 100 octets encoded; the manuals give no length. */
export const APN_BYTES = 99;
/** Longest host name (RFC 1035 §2.3.4), where a manual gives no length. */
export const HOST_BYTES = 255;
/** Longest user name and password (lte §2.1.1, rg §2.3.2; ugxx and gsm give no length). */
export const CREDENTIAL_BYTES = 127;

/** A command whose only answer is its final result. */
export function plain(text: string, timeoutMs = COMMAND_TIMEOUT_MS): Command<void> {
  return { text, timeoutMs };
}

/** A command answered by lines of one prefix, or of one of several; `read` sees the lines that have it. */
export function query<T>(
  text: string,
  prefixes: string | readonly string[],
  read: (lines: readonly InfoLine[], answer: Answer) => T | undefined,
  timeoutMs = COMMAND_TIMEOUT_MS,
): Command<T> {
  const wanted = typeof prefixes === 'string' ? [prefixes] : prefixes;
  return {
    text,
    timeoutMs,
    parse: (answer) =>
      read(
        answer.lines.filter(({ prefix }) => prefix !== null && wanted.includes(prefix)),
        answer,
      ),
  };
}

/** The command with the results that its manual lets follow the OK, as lines of their own. */
export function endingLater<T>(
  command: Command<T>,
  successes: readonly string[],
  failures: readonly string[],
): Command<T> {
  return { ...command, successes, failures, laterResults: [...successes, ...failures] };
}

/** The command when its result says whether the module took the data.
 *
 * Silence after a send is settled by the counters before anything is concluded from it.
 */
export function sending(text: string): Command<void> {
  return {
    ...plain(text),
    prompts: true,
    successes: ['SEND OK'],
    failures: ['SEND FAIL'],
    onSilence: 'in doubt',
  };
}

/** Encoder of the test commands (`AT+…=?`) of those names; the answer tells what this firmware supports.
 *
 * `prefixes` are those of the answers that do not begin with the name alone.
 */
export function testForms<Name extends string>(
  names: readonly Name[],
  prefixes?: Readonly<Partial<Record<Name, readonly string[]>>>,
): RangeQuery<Name> {
  return (name) => {
    choice('command', name, names);
    return query(`AT+${name}=?`, prefixes?.[name] ?? `+${name}`, (lines) => lines);
  };
}

/** Applies `read` to the fields of the first line, `undefined` when there is none. */
export function firstLine<T>(read: (fields: readonly Field[]) => T | undefined) {
  return (lines: readonly InfoLine[]): T | undefined => {
    const line = lines[0];
    return line && read(line.fields);
  };
}

/** Applies `read` to the fields of every line; one that does not fit spoils the answer. */
export function everyLine<T>(read: (fields: readonly Field[]) => T | undefined) {
  return (lines: readonly InfoLine[]): readonly T[] | undefined => {
    const values = lines.map((line) => read(line.fields));
    return values.every((value) => value !== undefined) ? (values as readonly T[]) : undefined;
  };
}

const SIM_ANSWERS: Readonly<Record<string, SimStatus>> = {
  READY: 'ready', // TS 27.007 §8.3
  'SIM PIN': 'pin',
  'SIM PUK': 'puk',
  'NOT INSERTED': 'missing',
};

/** Registration as in TS 27.007 §7.2: the answer to a query has the mode in front of the state. */
export function registration(
  command: string,
  domain: RegistrationStatus['domain'],
): Command<RegistrationStatus> {
  return query(
    `AT+${command}?`,
    `+${command}`,
    (lines) => {
      const answer = lines.find((line) => typeof line.fields[1] === 'number');
      const state = answer && numberAt(answer.fields, 1);
      return state === undefined ? undefined : { domain, state };
    },
    QUICK_TIMEOUT_MS,
  );
}

/** Commands of TS 27.007 and V.250 that every dialect has. */
export const commonCommands = {
  attention: () => plain('AT', QUICK_TIMEOUT_MS),
  identify: (): Command<readonly string[]> => ({
    text: 'ATI',
    timeoutMs: QUICK_TIMEOUT_MS,
    parse: (answer) => answer.lines.map((line) => (line.prefix ? `${line.prefix}: ${line.text}` : line.text)),
  }),
  reset: () => plain('AT+CFUN=1,1', 15_000),
  querySim: () =>
    query(
      'AT+CPIN?',
      '+CPIN',
      (lines) => {
        const answer = lines[0]?.text;
        return answer === undefined ? undefined : (SIM_ANSWERS[answer] ?? answer);
      },
      QUICK_TIMEOUT_MS,
    ),
  enterPin: (pin: string): Command<void> => ({
    ...plain(`AT+CPIN=${quotedName('pin', pin, 8)}`, QUICK_TIMEOUT_MS),
    redacted: 'AT+CPIN="***"',
  }),
  queryRegistration: () => [
    registration('CREG', 'circuit'),
    registration('CGREG', 'packet'),
    registration('CEREG', 'eps'),
  ],
  queryAttached: () =>
    query(
      'AT+CGATT?',
      '+CGATT',
      firstLine((fields) => (fields.length > 0 ? fields[0] === 1 : undefined)),
      QUICK_TIMEOUT_MS,
    ),
  attach: () => plain('AT+CGATT=1', 75_000),
  querySignal: () =>
    query(
      'AT+CSQ',
      '+CSQ',
      firstLine((fields) => {
        const rssi = numberAt(fields, 0);
        return rssi === undefined ? undefined : { rssi, bitErrorRate: numberAt(fields, 1) ?? 99 };
      }),
      QUICK_TIMEOUT_MS,
    ),
  raw: (text: string, timeoutMs = COMMAND_TIMEOUT_MS): Command<Answer> => {
    const line = rawLine(text);
    integer('timeoutMs', timeoutMs, 1, 86_400_000);
    const redacted = withoutPrivateParts(line);
    return {
      text: line,
      ...(redacted !== line && { redacted }),
      timeoutMs,
      collectsEverything: true,
      onSilence: 'in doubt', // AT+COPS=? takes minutes on a living module
      parse: (answer) => answer,
    };
  },
} as const;

/** Set-up that every module gets before anything else (protocol.md §7.8, §10). */
export const commonBringUp: readonly BringUpRow[] = [
  { command: plain('ATE0', QUICK_TIMEOUT_MS), required: false },
  { command: plain('AT+CMEE=1', QUICK_TIMEOUT_MS), required: false }, // numbers instead of a bare ERROR
];

/** The vendor's error numbers, in the words of lte §4. The other manuals have the same numbers and word some of them
 * differently (bc66 §3, rg §4, D11). */
export const moduleErrors: Readonly<Record<number, string>> = {
  0: 'success',
  550: 'unknown error',
  551: 'operation blocked',
  552: 'invalid parameters',
  553: 'memory not enough',
  554: 'create socket failed',
  555: 'operation not supported',
  556: 'socket bind failed',
  557: 'socket listen failed',
  558: 'socket write failed',
  559: 'socket read failed',
  560: 'socket accept failed',
  561: 'open PDP context failed',
  562: 'close PDP context failed',
  563: 'socket identity has been used',
  564: 'DNS busy',
  565: 'DNS parse failed',
  566: 'socket connect failed',
  567: 'socket has been closed',
  568: 'operation busy',
  569: 'operation timeout',
  570: 'PDP context broken down',
  571: 'cancel send',
  572: 'operation not allowed',
  573: 'APN not configured',
  574: 'port busy',
};
