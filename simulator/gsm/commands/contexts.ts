/** The foreground context of gsm, and names (gsm chapter 3, §5.5, chapter 8). */
import { isIPv4 } from 'node:net';
import type { Call, CommandTable } from '../../commands/command.ts';
import { resolveHost } from '../../commands/services.ts';
import { localAddress } from '../../contexts.ts';
import { invalid, Refusal } from '../../errors.ts';
import { bringDown, bringUp } from '../activation.ts';

const TEXT_LIMIT_BYTES = 127;
const DEFAULT_APN = 'CMNET';

function configure({ firmware, reply, fields }: Call): void {
  fields.expectCount(2, 4);
  fields.integer(0, 'mode', 1, 1);
  firmware.gsm.foreground.pdp.settings = {
    type: 1,
    apn: fields.string(1, 'apn', TEXT_LIMIT_BYTES),
    username: fields.string(2, 'user', TEXT_LIMIT_BYTES, ''),
    password: fields.string(3, 'password', TEXT_LIMIT_BYTES, ''),
    authentication: 0,
  };
  reply.final('OK');
}

function showConfiguration({ firmware, reply }: Call): void {
  const { apn, username, password } = firmware.gsm.foreground.pdp.settings ?? {
    apn: DEFAULT_APN,
    username: '',
    password: '',
  };
  reply.info(`+QICSGP: 1,"${apn}","${username}","${password}"`).final('OK');
}

/** IP INITIAL becomes IP START (gsm figure 3). */
function register({ firmware, reply }: Call): void {
  const context = firmware.gsm.foreground;
  if (context.pdp.state === 'lost') refuseLost();
  if (!context.isInitial) throw new Refusal({ code: 572 });
  context.isRegistered = true;
  reply.final('OK');
}

function activate({ firmware, reply }: Call): void {
  const context = firmware.gsm.foreground;
  if (context.pdp.state === 'lost') refuseLost();
  if (context.pdp.state !== 'deactivated' || !context.isRegistered) throw new Refusal({ code: 572 });
  bringUp(firmware, context, (granted) => {
    if (granted) reply.final('OK');
    else firmware.refuse(reply, { code: 561, cme: 30 }, true);
  });
}

function refuseLost(): never {
  throw new Refusal({ code: 572, violation: 'the context was lost and needs AT+QIDEACT first (gsm §6.3)' });
}

/** The bare address, without a final result (gsm chapter 3). */
function showAddress({ firmware, reply }: Call): void {
  const context = firmware.gsm.foreground;
  if (context.pdp.state !== 'active') throw new Refusal({ code: 561 });
  context.hasAddress = true;
  reply.final(localAddress(context.pdp));
}

function deactivate({ firmware, reply }: Call): void {
  bringDown(firmware, firmware.gsm.foreground, () => reply.final('DEACT OK'));
}

function configureNames({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 2);
  const servers = [fields.string(0, 'primary', 15), fields.string(1, 'secondary', 15, '')];
  for (const server of servers) if (server !== '' && !isIPv4(server)) invalid(`${server} is no IP address`);
  firmware.gsm.foreground.pdp.dnsServers = servers;
  reply.final('OK');
}

function showNames({ firmware, reply }: Call): void {
  const [first = '', second = ''] = firmware.gsm.foreground.pdp.dnsServers;
  reply.info(`PrimaryDns: ${first}`, `SecondaryDns: ${second}`).final('OK');
}

/** Activates the context by itself (gsm §8.2). The addresses come behind OK, each as a line. */
function lookUp({ firmware, reply, fields }: Call): void {
  fields.expectCount(1, 1);
  const host = fields.string(0, 'domain name', firmware.hardware.profile.hostLimitBytes);
  bringUp(firmware, firmware.gsm.foreground, (granted) => {
    if (!granted) return firmware.refuse(reply, { code: 561, cme: 30 }, true);
    firmware.gsm.foreground.hasAddress = true;
    reply.final('OK');
    resolveHost(firmware, host, (addresses) => {
      if (addresses.length === 0) firmware.say('dnsgip', 'ERROR');
      for (const address of addresses) firmware.say('dnsgip', address);
    });
  });
}

/** See the head of the file. */
export const gsmContextCommands: CommandTable = {
  '+QICSGP': {
    family: 'tcpip',
    test: '+QICSGP: (1),<apn>,<user>,<password>',
    read: showConfiguration,
    write: configure,
  },
  '+QIREGAPP': { family: 'tcpip', test: '', execute: register },
  '+QIACT': { family: 'tcpip', test: '', execute: activate },
  '+QILOCIP': { family: 'tcpip', test: '', execute: showAddress },
  '+QIDEACT': { family: 'tcpip', test: '', execute: deactivate },
  '+QIDNSCFG': { family: 'tcpip', test: '', read: showNames, write: configureNames },
  '+QIDNSGIP': { family: 'tcpip', test: '', write: lookUp },
};
