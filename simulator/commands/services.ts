/** Ping, time, names (lte §2.1.11 to §2.1.14). */
import { isIP } from 'node:net';
import { clockText } from '../calendar.ts';
import type { VirtualContext } from '../contexts.ts';
import { invalid, Refusal } from '../errors.ts';
import type { Firmware } from '../firmware.ts';
import { type Call, type Command, type CommandTable, testOf } from './command.ts';
import { contextId } from './contexts.ts';

const PING_BYTES = 32;
const PING_TTL = 255;
/** Between two pings. */
const PING_PAUSE_MS = 1000;
const NAME_TTL_S = 600;

/** Reads a context id and insists that the context is active. */
function activeContext(call: Call): number {
  const id = contextId(call);
  if (call.firmware.contexts.get(id).state !== 'active') throw new Refusal({ code: 561 });
  return id;
}

/** Asks the network for the addresses of a host; none while nothing gets through. */
export function resolveHost(
  firmware: Firmware,
  host: string,
  done: (addresses: readonly string[]) => void,
): void {
  firmware.hardware.network.resolve(host, (addresses) => {
    if (!firmware.hasEnded) done(firmware.sockets.isFrozen ? [] : addresses);
  });
}

function ping(call: Call): void {
  const { firmware, reply, fields } = call;
  const { pingSizes } = firmware.hardware.profile;
  fields.expectCount(2, pingSizes === undefined ? 4 : 5);
  activeContext(call);
  const host = fields.string(1, 'host', firmware.hardware.profile.hostLimitBytes);
  fields.integer(2, 'timeout', 1, 255, 4);
  const total = fields.integer(3, 'pingnum', 1, 10, 4);
  const { min, max } = pingSizes ?? { min: PING_BYTES, max: PING_BYTES };
  const sizeBytes = fields.integer(4, 'ping_size', min, max, PING_BYTES);
  reply.final('OK');
  resolveHost(firmware, host, ([address]) => {
    if (address === undefined) return firmware.say('+QPING', '+QPING: 565');
    pingOn({ firmware, address, total, sizeBytes }, []);
  });
}

interface Pinging {
  readonly firmware: Firmware;
  readonly address: string;
  readonly total: number;
  readonly sizeBytes: number;
}

function pingOn(pinging: Pinging, times: readonly number[]): void {
  const { firmware, address, total, sizeBytes } = pinging;
  if (times.length === total) {
    const average = Math.round(times.reduce((sum, time) => sum + time, 0) / total);
    const spread = `${Math.min(...times)},${Math.max(...times)},${average}`;
    firmware.say('+QPING', `+QPING: 0,${total},${total},0,${spread}`);
    return;
  }
  const timeMs = firmware.hardware.random.integer(40, 90);
  firmware.timers.after(times.length === 0 ? timeMs : PING_PAUSE_MS, () => {
    firmware.say('+QPING', `+QPING: 0,"${address}",${sizeBytes},${timeMs},${PING_TTL}`);
    pingOn(pinging, [...times, timeMs]);
  });
}

function synchronise(call: Call, name: string): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(2, 4);
  activeContext(call);
  const server = fields.string(1, 'server', firmware.hardware.profile.hostLimitBytes);
  const port = fields.integer(2, 'port', 1, 65_535, 123);
  fields.integer(3, 'autosettime', 0, 1, 1);
  if (firmware.ntp !== undefined) throw new Refusal({ code: 568 });
  firmware.ntp = `"${server}",${port}`;
  reply.final('OK');
  resolveHost(firmware, server, ([address]) => {
    firmware.ntp = undefined;
    const { shortYears } = firmware.hardware.profile;
    const time = clockText(firmware.hardware.clock.now()).slice(shortYears ? 2 : 0);
    firmware.say('+QNTP', address === undefined ? `${name}: 565` : `${name}: 0,"${time}"`);
  });
}

function configureDns(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(1, 3);
  const id = activeContext(call);
  const context = firmware.contexts.get(id);
  if (fields.count === 1) {
    const [first = '', second = ''] = context.dnsServers;
    reply.info(`+QIDNSCFG: ${id},"${first}","${second}"`).final('OK');
    return;
  }
  const servers = [fields.string(1, 'pridnsaddr', 45), fields.string(2, 'secdnsaddr', 45, '')];
  for (const server of servers) if (server !== '') checkServer(firmware, context, server);
  context.dnsServers = servers;
  reply.final('OK');
}

function checkServer(firmware: Firmware, { settings }: VirtualContext, server: string): void {
  const family = isIP(server);
  if (family === 0) invalid(`${server} is no IP address`);
  // rg §2.3.14 notes.
  const { dnsFollowsContextType } = firmware.hardware.profile;
  const wrongFamily = { 1: 6, 2: 4 }[settings?.type ?? 1];
  if (dnsFollowsContextType && family === wrongFamily)
    invalid(`${server} does not fit the type of the context`);
}

function lookUp(call: Call): void {
  const { firmware, reply, fields } = call;
  fields.expectCount(2, 2);
  activeContext(call);
  const host = fields.string(1, 'hostname', firmware.hardware.profile.hostLimitBytes);
  reply.final('OK');
  resolveHost(firmware, host, (addresses) => {
    if (addresses.length === 0) return firmware.say('dnsgip', '+QIURC: "dnsgip",565,0,0');
    firmware.say('dnsgip', `+QIURC: "dnsgip",0,${addresses.length},${NAME_TTL_S}`);
    for (const address of addresses) firmware.say('dnsgip', `+QIURC: "dnsgip","${address}"`);
  });
}

/** What every generation has. */
export const serviceCommands: CommandTable = {
  '+QPING': { family: 'tcpip', test: testOf('+QPING'), write: ping },
  '+QIDNSCFG': { family: 'tcpip', test: testOf('+QIDNSCFG'), write: configureDns },
};

/** lte §2.1.12, by a name that bc66 §2.9 spells in another way too. */
export const timeCommand = (name: string): Command => ({
  family: 'tcpip',
  test: ({ firmware, reply }) => {
    const line = firmware.hardware.profile.tests['+QNTP'].replace('+QNTP', name);
    reply.info(...(line === '' ? [] : [line])).final('OK');
  },
  read: ({ firmware, reply }) => {
    if (firmware.ntp !== undefined) reply.info(`${name}: ${firmware.ntp}`);
    reply.final('OK');
  },
  write: (call) => synchronise(call, name),
});

/** lte §2.1.12. */
export const timeCommands: CommandTable = { '+QNTP': timeCommand('+QNTP') };

/** lte §2.1.14. */
export const nameCommands: CommandTable = {
  '+QIDNSGIP': { family: 'tcpip', test: testOf('+QIDNSGIP'), write: lookUp },
};
