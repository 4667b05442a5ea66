import { createModem, type Modem, type ModemOptions, memoryPortPair } from '../../index.ts';
import { VirtualClock } from '../../streams/clock.ts';

/** Lines of an answer, the final result last; `undefined` for silence. */
export type Script = Readonly<Record<string, readonly string[] | undefined>>;

/** A module of any dialect whose answers are written down: for what a virtual module cannot be made to say. */
export interface ScriptedModule {
  readonly clock: VirtualClock;
  readonly modem: Modem;
  /** Command lines since the last `take()`. */
  readonly take: () => string[];
  /** Lines that nobody asked for. */
  readonly say: (...lines: readonly string[]) => Promise<void>;
  /** Overrides the answer to one command line from now on. */
  readonly answer: (line: string, lines: readonly string[] | undefined) => void;
  readonly steps: string[];
  /** Command lines to which the script has no answer. */
  readonly unknown: readonly string[];
  /** Values of AT+QICFG options, as the module has them. */
  readonly options: Map<string, string>;
}

const UP: Script = {
  'AT+QURCCFG="urcport"': ['ERROR'],
  'AT+QISTATE?': ['OK'],
  'AT+CPIN?': ['+CPIN: READY', 'OK'],
  'AT+CREG?': ['+CREG: 0,1', 'OK'],
  'AT+CGREG?': ['+CGREG: 0,1', 'OK'],
  'AT+CEREG?': ['+CEREG: 0,1', 'OK'],
  'AT+C5GREG?': ['+C5GREG: 0,1', 'OK'],
  'AT+CGATT?': ['+CGATT: 1', 'OK'],
  'AT+QISDE?': ['+QISDE: 1', 'OK'],
  'AT+QIGETERROR': ['+QIGETERROR: 552,invalid parameters', 'OK'],
  'AT+CSQ': ['+CSQ: 20,99', 'OK'],
};
/** Commands whose whole answer is OK. */
const PLAIN = /^AT(?:$|E0$|\+CMEE=|\+QISDE=|\+QICSGP=\d+,|\+QPING=|\+QIDNSGIP=|\+QNTP=)/;

const noValue = ['ERROR'];

export function scriptedModule(options: Partial<ModemOptions> = {}, script: Script = {}): ScriptedModule {
  const clock = new VirtualClock(1_000_000);
  const { host, far } = memoryPortPair();
  const answers: Record<string, readonly string[] | undefined> = { ...UP, ...script };
  const active = new Set<string>();
  const values = new Map<string, string>();
  const log: string[] = [];
  const unknown: string[] = [];
  const say = (lines: readonly string[]): void => {
    far.write(Buffer.from(lines.map((line) => `\r\n${line}\r\n`).join(''), 'latin1'));
  };
  const reply = (line: string): readonly string[] | undefined => {
    if (Object.hasOwn(answers, line)) return answers[line];
    const [, option = '', , value] = /^AT\+QICFG="([^"]*)"(,(.*))?$/.exec(line) ?? [];
    if (option !== '' && value !== undefined) values.set(option, value);
    if (option !== '' && value === undefined) {
      const known = values.get(option);
      return known === undefined ? noValue : [`+QICFG: "${option}",${known}`, 'OK'];
    }
    const [, verb = '', isAsync, id = ''] = /^AT\+Q(IACT|IDEACT)(EX)?=(\d+)$/.exec(line) ?? [];
    if (verb === 'IACT') active.add(id);
    if (verb === 'IDEACT') active.delete(id);
    if (isAsync) return ['OK', `+Q${verb}EX: ${id},0`];
    if (line === 'AT+QIACT?')
      return [...active].map((one) => `+QIACT: ${one},1,1,"10.0.0.${one}"`).concat('OK');
    if (option !== '' || verb !== '' || PLAIN.test(line)) return ['OK'];
    unknown.push(line);
    return ['ERROR'];
  };
  let text = '';
  far.bytes$.subscribe((bytes) => {
    text += Buffer.from(bytes).toString('latin1');
    const lines = text.split('\r');
    text = lines.pop() ?? '';
    for (const line of lines) {
      log.push(line);
      const answer = reply(line);
      if (answer) say(answer);
    }
  });
  const modem = createModem({
    port: host,
    dialect: 'lte',
    contexts: [{ id: 1, apn: 'internet' }],
    clock,
    recovery: { pulseMs: 0 },
    ...options,
  });
  const steps: string[] = [];
  modem.recoveries$.subscribe(({ step, detail }) => steps.push(`${step}${detail && `: ${detail}`}`));
  return {
    clock,
    modem,
    take: () => log.splice(0),
    say: async (...lines) => {
      say(lines);
      await clock.advance(0);
    },
    answer: (line, lines) => {
      answers[line] = lines;
    },
    steps,
    unknown,
    options: values,
  };
}

/** Stops the modem and checks that no timer is left, and that the script knew every command. */
export async function dismantleScripted({ clock, modem, unknown }: ScriptedModule): Promise<void> {
  await clock.runUntil(modem.stop());
  expect(clock.pendingTimers).toBe(0);
  expect(unknown).toEqual([]);
}
