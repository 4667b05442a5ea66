/** Which dialect a module speaks: asked of the module itself, before anything else is done with it.
 *
 *    open ──▶ synchronise (AT, if need be +++) ──▶ AT+CGMM, AT+GMM, ATI ──▶ model ──▶ the dialect that lists it ──▶ close
 */
import { ModemError } from '../../errors.ts';
import { systemClock } from '../../streams/clock.ts';
import { AtChannel } from '../channel/at-channel.ts';
import { shownLine } from '../channel/redaction.ts';
import { Secrets } from '../channel/secrets.ts';
import { commonCommands } from '../dialects/common.ts';
import type { Dialect, DialectName } from '../dialects/dialect.ts';
import { dialects } from '../dialects/registry.ts';
import type { Port } from '../port.ts';
import { AwaitedStore } from '../store/awaited-store.ts';
import { memoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import type { WireEntry } from '../trace/trace-entry.ts';
import type { ModemOptions } from './options.ts';
import { recoveryFrom } from './recovery-options.ts';

/** Where the dialect that was found is kept in the store: a module that is silent at the next start has still the same. */
const DIALECT_KEY = 'dialect';

const QUESTIONS = ['AT+CGMM', 'AT+GMM', 'ATI'];
/** Guard times and limits that suit every dialect: the longest of each. */
const ANY = dialects.lte;

/** The dialect whose models the text names: `Quectel_M95`, `EC25EFAR06A01M4G`, `RG500U-EA`. */
export function dialectOfModel(text: string): DialectName | undefined {
  const names = (models: readonly string[]): boolean =>
    models.some((model) => new RegExp(`(?:^|[^A-Za-z0-9])${model}(?![0-9])`, 'i').test(text));
  return Object.values(dialects).find(({ models }: Dialect) => names(models))?.name;
}

function unknown(lines: readonly string[]): ModemError {
  const table = Object.values(dialects).map(({ name, models }) => `${name} (${models.join(', ')})`);
  const said = lines.length === 0 ? 'nothing' : JSON.stringify(lines.map(shownLine).join(' '));
  return new ModemError(
    'UNKNOWN_MODULE',
    `dialect auto: the module says ${said} of itself, and no dialect lists that model: set dialect to the one whose ` +
      `commands it understands: ${table.join('; ')}`,
  );
}

/** Asks the module. Opens the port for it and closes it again.
 *
 * @throws PORT_…, NO_MODULE when nothing answers, UNKNOWN_MODULE for a model that no dialect lists, STOPPED.
 */
export async function detectDialect(
  options: ModemOptions,
  signal: AbortSignal,
  note: (entry: WireEntry) => void,
): Promise<DialectName> {
  const { port, clock = systemClock } = options;
  const store = new AwaitedStore(options.store ?? memoryStore(), clock);
  const recovery = recoveryFrom(options.recovery, ANY.limits);
  const probe = {
    replyMs: recovery.probeReplyMs,
    quietMs: recovery.probeQuietMs,
    guardMs: recovery.guardMs,
    sendInputTimeoutMs: ANY.limits.sendInputTimeoutMs,
    tries: recovery.startProbes,
    escapeAfterTries: 3,
  };
  const channel = new AtChannel({
    ...{ port, clock, dialect: ANY, queueLimit: QUESTIONS.length, secrets: new Secrets(options) },
    timing: {
      drainMs: recovery.drainMs,
      payloadQuietMs: recovery.payloadQuietMs,
      probe,
      data: { guardMs: recovery.guardMs, replyMs: recovery.escapeReplyMs },
    },
  });
  const traced = channel.trace.entries$.subscribe(note);
  try {
    await port.open();
    channel.listen();
    const { isSynchronised } = await channel.synchronise(probe, signal);
    if (!isSynchronised) return await remembered(store, port);
    const found = await ask(channel, signal);
    await store.write(DIALECT_KEY, found);
    return found;
  } finally {
    channel.void('STOPPED');
    channel.close();
    traced.unsubscribe();
    await port.close().catch(() => undefined);
  }
}

async function ask(channel: AtChannel, signal: AbortSignal): Promise<DialectName> {
  const said: string[] = [];
  for (const question of QUESTIONS) {
    const outcome = await channel.execute(commonCommands.raw(question), { signal });
    if (outcome.kind === 'aborted') throw new ModemError(outcome.code, 'dialect auto: given up');
    if (outcome.kind !== 'ok') continue; // not every firmware knows every one
    const lines = outcome.value.lines.map(({ prefix, text }) => (prefix ? `${prefix}: ${text}` : text));
    said.push(...lines.filter((line) => line !== question));
    const found = dialectOfModel(lines.join('\n'));
    if (found) return found;
  }
  throw unknown(said);
}

/** A module that hangs at the start cannot be asked, but an earlier process has. */
async function remembered(store: Store, port: Port): Promise<DialectName> {
  const name = await store.read(DIALECT_KEY);
  const known = Object.values(dialects).find((dialect) => dialect.name === name);
  if (known) return known.name;
  throw new ModemError(
    'NO_MODULE',
    `dialect auto: nothing at ${port.description} answers AT: check the path (an EC25 answers on ttyUSB2), baud rate, power`,
  );
}
