/** What every line of the table of capabilities is tried with: a modem of each dialect on a virtual module. */
import { AtChannel } from '../../adapters/channel/at-channel.ts';
import type { ExecuteOptions } from '../../adapters/channel/channel-options.ts';
import { commonCommands } from '../../adapters/dialects/common.ts';
import type { AccessMode, Command, OpenParameters, QiCommands } from '../../adapters/dialects/dialect.ts';
import { dialectOf } from '../../adapters/dialects/registry.ts';
import type { WireEntry } from '../../adapters/trace/trace-entry.ts';
import {
  type MemoryNetworkOptions,
  memoryNetwork,
  type VirtualDialect,
  VirtualModule,
  type VirtualModuleOptions,
  virtualPort,
} from '../../simulator/index.ts';
import { VirtualClock } from '../../streams/clock.ts';
import type { Urc } from '../../streams/urcs.ts';
import { type Rig, rig } from '../integration/rig.ts';

/** The dialects with connect ids and AT+QIACT. */
export const DIALECTS = ['lte', 'ugxx', 'rg'] as const;

/** Those of them that have, or lack, something. */
export const only = <Name extends VirtualDialect>(...names: readonly Name[]): readonly Name[] => names;

/** The commands that lte, ugxx and rg share. */
export const commandsOf = (r: Pick<Rig, 'modem'>): QiCommands => r.modem.dialect.commands as QiCommands;

/** The same, by the name of the dialect. */
export const qiCommandsOf = (dialect: VirtualDialect): QiCommands =>
  dialectOf(dialect).commands as QiCommands;

/** A started modem with one active context, unless the options say otherwise. */
export async function online(
  dialect: VirtualDialect,
  modem: Parameters<typeof rig>[0] = {},
  module: Parameters<typeof rig>[1] = {},
  network: Parameters<typeof rig>[2] = {},
): Promise<Rig> {
  const r = rig({ dialect, ...modem }, { dialect, ...module }, network);
  await r.clock.runUntil(r.modem.start());
  return r;
}

export const contextsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ id: at + 1, apn: `apn${at + 1}` }));

/** What the host has written since. */
export const written = (r: Rig, from = 0): string[] =>
  r.trace
    .slice(from)
    .filter((line) => / tx /.test(line))
    .map((line) => line.replace(/^\d+ tx /, ''));

/** The value of a command's answer. */
export const asked = <T>(r: Rig, command: Command<T>): Promise<T> => r.clock.runUntil(r.modem.query(command));

/** Fails with that code, and nothing is written, neither at once nor later. */
export async function refusedQuietly(r: Rig, code: string, deed: () => unknown): Promise<void> {
  const before = r.trace.length;
  await expect(r.clock.runUntil((async () => deed())())).rejects.toMatchObject({ code });
  await r.clock.advance(1000);
  expect(written(r, before)).toEqual([]);
}

/** The URCs from now on. */
export function urcsOf(r: Rig): Urc[] {
  const urcs: Urc[] = [];
  r.modem.urcs$.subscribe((urc) => urcs.push(urc));
  return urcs;
}

export const opening = (
  connectId: number,
  mode: AccessMode = 'buffer',
  change: Partial<OpenParameters> = {},
): OpenParameters => ({
  ...{ contextId: 1, connectId, service: 'TCP', host: '127.0.0.1', remotePort: 7000, localPort: 0, mode },
  ...change,
});

/** Opens a socket by its command, and waits for the result. */
export async function opened(r: Rig, parameters: OpenParameters): Promise<void> {
  const urcs = urcsOf(r);
  await asked(r, commandsOf(r).open(parameters));
  await r.clock.advance(500);
  expect(urcs).toContainEqual({ name: 'open', connectId: parameters.connectId, err: 0 });
}

/** A module without a modem: commands and their payload, one by one. */
export async function channelOn(
  dialect: VirtualDialect,
  options: Partial<VirtualModuleOptions> = {},
  net: MemoryNetworkOptions = {},
) {
  const clock = new VirtualClock();
  const network = memoryNetwork(clock, net);
  const module = new VirtualModule({ dialect, clock, network, ...options });
  const port = virtualPort(module);
  const probe = {
    replyMs: 1000,
    quietMs: 300,
    tries: 3,
    guardMs: 1100,
    sendInputTimeoutMs: 0,
    escapeAfterTries: 0,
  };
  const data = { guardMs: 1100, replyMs: 2000 };
  const channel = new AtChannel({
    ...{ port, clock, dialect: dialectOf(dialect), queueLimit: 16 },
    timing: { drainMs: 1000, payloadQuietMs: 1000, probe, data },
  });
  const trace: WireEntry[] = [];
  channel.trace.entries$.subscribe((entry) => trace.push(entry));
  await port.open();
  channel.listen();
  const run = async <T>(command: Command<T>, options: ExecuteOptions = {}): Promise<T> => {
    const outcome = await clock.runUntil(channel.execute(command, options));
    if (outcome.kind !== 'ok') throw new Error(`${command.text}: ${JSON.stringify(outcome)}`);
    return outcome.value;
  };
  await run(commonCommands.raw('ATE0'));
  const finish = async (): Promise<void> => {
    channel.close();
    await port.close();
    module.dispose();
    await clock.advance(100);
    expect([clock.pendingTimers, module.state.protocolViolations]).toEqual([0, []]);
  };
  return { clock, network, module, channel, trace, run, finish };
}

/** The same with context 1 active, on a module that has AT+QIACT. */
export async function bare(dialect: VirtualDialect) {
  const made = await channelOn(dialect);
  const { run } = made;
  const commands = qiCommandsOf(dialect);
  await run(
    commands.configureContext({
      id: 1,
      apn: 'a',
      type: 'IPv4',
      username: '',
      password: '',
      authentication: 'none',
    }),
  );
  await run(commands.activateContext(1));
  await run(commands.echoSentData(false));
  return made;
}
