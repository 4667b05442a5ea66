/** Secrets that no output may show, and everything that a run says. */
import { inspect } from 'node:util';
import type { Dialect } from '../../adapters/dialects/dialect.ts';
import type { ContextOptions, ModemOptions } from '../../index.ts';
import type { VirtualDialect, VirtualModuleOptions } from '../../simulator/index.ts';
import { type Rig, rig } from '../integration/rig.ts';
import { readings } from '../metrics/readings.ts';

export const DIALECTS: readonly VirtualDialect[] = ['lte', 'ugxx', 'rg', 'gsm', 'bc66'];

export const USERNAME = 'canary-user';
export const PASSWORD = 'kanarienvogel-27';
export const PIN = '7395';
/** Those of the virtual module. */
const IDENTITIES = ['001010123456789', '861000000000017', '89001012012341234120'];
/** A secret in two is one no more, but a half of it is too much to show. */
const PIECES = [
  'canary-u',
  'nary-user',
  'kanarienv',
  'vogel-27',
  '00101012345',
  '8610000000',
  '890010120123',
];

export interface Witness {
  readonly r: Rig;
  /** Everything that came out so far. */
  readonly everything: () => Promise<string>;
  readonly note: (thing: unknown) => void;
}

const hasContexts = (dialect: VirtualDialect): boolean => dialect !== 'bc66';

export function contextsOf(dialect: VirtualDialect): readonly ContextOptions[] {
  const secrets = hasContexts(dialect) ? { username: USERNAME, password: PASSWORD } : {};
  return [{ apn: 'internet', ...secrets }];
}

/** A modem with secrets in its options, whose every output is kept. */
export function witness(
  dialect: VirtualDialect,
  modemOptions: Partial<ModemOptions> = {},
  moduleOptions: Partial<VirtualModuleOptions> = {},
): Witness {
  const said: string[] = [];
  const note = (thing: unknown): void => {
    said.push(typeof thing === 'string' ? thing : `${inspect(thing, { depth: 8 })} ${jsonOf(thing)}`);
    if (thing instanceof Error) said.push(String(thing.stack), String(thing.message), jsonOf({ ...thing }));
  };
  const log = (fields: object, message: string): void =>
    note(`${message} ${jsonOf(fields)} ${inspect(fields)}`);
  const measured = readings();
  const r = rig(
    {
      contexts: contextsOf(dialect),
      pin: PIN,
      logger: { info: log, warn: log, error: log },
      meter: measured.meter,
      ...modemOptions,
    },
    { dialect, sim: { pin: PIN }, ...moduleOptions },
  );
  r.modem.trace$.subscribe(note);
  r.modem.recoveries$.subscribe(note);
  r.modem.status$.subscribe(note);
  const everything = async (): Promise<string> =>
    [
      ...said,
      ...r.trace,
      ...r.steps,
      ...r.events.map((event) => jsonOf(event)),
      jsonOf(r.module.state),
      inspect(r.modem, { depth: 8, showHidden: true }),
      String(JSON.stringify(r.modem)),
      jsonOf(await measured.metrics()),
    ].join('\n');
  return { r, everything, note };
}

function jsonOf(thing: unknown): string {
  return String(JSON.stringify(thing));
}

/** The secrets that a text shows, with what is around them: none is what is wanted. */
export function shownSecrets(text: string, more: readonly string[] = []): readonly string[] {
  const withoutTimes = text.replace(/"?\b(?:atMs|startTime|endTime)"?: ?(?:[\d.]+|\[[^\]]*\])|^\d+ /gm, '');
  return [USERNAME, PASSWORD, PIN, ...IDENTITIES, ...PIECES, ...more].flatMap((secret) => {
    const found = new RegExp(`(?<![\\d.])${secret}${/^\d{4}$/.test(secret) ? '(?!\\d)' : ''}`).exec(
      withoutTimes,
    );
    return found ? [withoutTimes.slice(Math.max(0, found.index - 70), found.index + 30)] : [];
  });
}

/** Commands that are answered by an identity or repeat a secret, where the dialect has them. */
export function curious({ commands }: Dialect): readonly string[] {
  const context = commands.queryContext ? ['AT+QICSGP=1'] : [];
  return ['AT+CIMI', 'AT+CGSN', 'AT+GSN', 'AT+QCCID', ...context];
}
