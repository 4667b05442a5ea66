import { shownLine } from '../adapters/channel/redaction.ts';
import type { SocketStatus } from '../adapters/dialects/dialect.ts';
import type { Modem } from '../adapters/modem/modem.ts';
import type { ModemError } from '../errors.ts';
import { EXIT, type Io } from './io.ts';
import { type CommonOptions, prepareModem, startWithin } from './modem-options.ts';

export interface StatusOptions extends CommonOptions {
  readonly watch?: boolean;
}

interface Report {
  readonly state: string;
  readonly identity: readonly string[];
  readonly signal: { readonly rssi: number; readonly dbm: number | null } | null;
  readonly contexts: readonly { readonly id: number; readonly addresses: readonly string[] }[];
  readonly sockets: readonly SocketStatus[];
}

/** 3GPP TS 27.007 §8.5: 0 is -113 dBm or less, 31 is -51 dBm or more, 99 is not known. */
function dbm(rssi: number): number | null {
  return rssi > 31 ? null : -113 + 2 * rssi;
}

async function reportOf(modem: Modem): Promise<Report> {
  const { commands } = modem.dialect;
  const optional = <T>(value: Promise<T>, missing: T): Promise<T> => value.catch(() => missing);
  const named = await optional(modem.query(commands.identify()), []);
  const identity = named.map(shownLine); // some firmwares print the IMEI among it
  const signal = await optional(modem.query(commands.querySignal()), undefined);
  const lists = commands.queryLeftovers().map((query) => optional(modem.query(query), []));
  const sockets = (await Promise.all(lists)).flat();
  const { state, contexts } = modem.status;
  return {
    state,
    identity,
    signal: signal ? { rssi: signal.rssi, dbm: dbm(signal.rssi) } : null,
    contexts,
    sockets,
  };
}

function inWords({ state, identity, signal, contexts, sockets }: Report): string {
  const strength = signal === null ? 'not known' : `${signal.dbm ?? 'unknown'} dBm (RSSI ${signal.rssi})`;
  const lines = [
    ['state', state],
    ['identity', identity.join(', ') || 'not known'],
    ['signal', strength],
    ...contexts.map(({ id, addresses }) => [`context ${id}`, ['active', ...addresses].join(', ')]),
    ...(contexts.length === 0 ? [['contexts', 'none (give --apn to activate one)']] : []),
    ...sockets.map((socket) => [
      `socket ${socket.connectId}`,
      `${socket.serviceType} ${socket.remoteAddress}:${socket.remotePort}`,
    ]),
    ...(sockets.length === 0 ? [['sockets', 'none']] : []),
  ];
  return `${lines.map(([name = '', text]) => `${name.padEnd(12)}${text}`).join('\n')}\n`;
}

const shownProblem = ({ code, message }: ModemError) => ({ code, message });

/** The state, and what keeps the modem from being online. */
function stateInWords({
  state,
  problem,
}: {
  readonly state: string;
  readonly problem?: ModemError | undefined;
}) {
  return problem ? `${state}: ${problem.message} [${problem.code}]` : state;
}

/** Until Ctrl-C or until nothing goes on: one line for each change. */
async function watch(modem: Modem, json: boolean, io: Io): Promise<void> {
  const line = (value: {
    readonly state?: string;
    readonly step?: string;
    readonly detail?: string;
    readonly problem?: { readonly code: string; readonly message: string };
  }): void => {
    const text = value.state ?? `${value.step}${value.detail ? `: ${value.detail}` : ''}`;
    io.stdout.write(`${json ? JSON.stringify(value) : text}\n`);
  };
  const steps = modem.recoveries$.subscribe((step) => {
    if (step.step !== 'online') line(step); // the state says so
  });
  await new Promise<void>((resolve) => {
    const states = modem.status$.subscribe({
      next: ({ state, contexts, connectIds, problem }) =>
        line(
          json
            ? { state, ...{ contexts, connectIds }, ...(problem && { problem: shownProblem(problem) }) }
            : { state: stateInWords({ state, problem }) },
        ),
      complete: resolve,
    });
    io.signal.addEventListener(
      'abort',
      () => {
        states.unsubscribe();
        resolve();
      },
      { once: true },
    );
  });
  steps.unsubscribe();
}

/** `urchestra status P`: brings the module up and tells what is there. */
export async function status(address: string, options: StatusOptions, io: Io): Promise<number> {
  const prepared = await prepareModem(address, options, io);
  const { modem } = prepared;
  try {
    const early = options.watch
      ? modem.status$.subscribe((status) => io.stderr.write(`${stateInWords(status)}\n`))
      : undefined;
    await startWithin(prepared, io.signal).finally(() => early?.unsubscribe());
    const report = await reportOf(modem);
    io.stdout.write(options.json ? `${JSON.stringify(report)}\n` : inWords(report));
    if (options.watch) await watch(modem, options.json === true, io);
    return modem.status.state === 'faulted' ? EXIT.failed : EXIT.ok;
  } finally {
    await prepared.stop();
  }
}
