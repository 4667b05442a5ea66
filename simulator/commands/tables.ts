import type { VirtualDialect } from '../options.ts';
import { PROFILES } from '../profiles/index.ts';
import { asyncContextCommands } from './async-contexts.ts';
import { basicCommands } from './basic.ts';
import { type CommandTable, ok } from './command.ts';
import { contextCommands } from './contexts.ts';
import { networkCommands } from './network.ts';
import { powerCommands } from './power.ts';
import { receivingCommands } from './receiving.ts';
import { hexSendCommands, sendingCommands } from './sending.ts';
import { nameCommands, serviceCommands, timeCommands } from './services.ts';
import { simCommands } from './sim.ts';
import { socketCommands } from './sockets.ts';

/** What one dialect has beside the commands that all have. A new dialect is a row here, and a profile. */
const OWN_COMMANDS: Readonly<Record<VirtualDialect, readonly CommandTable[]>> = {
  lte: [hexSendCommands, timeCommands, nameCommands],
  ugxx: [hexSendCommands, timeCommands, nameCommands],
  rg: [asyncContextCommands],
};

/** What a virtual module of a dialect understands. */
export function commandsOf(dialect: VirtualDialect): CommandTable {
  const { domains } = PROFILES[dialect];
  const tables = [
    basicCommands,
    simCommands,
    networkCommands(domains),
    powerCommands,
    contextCommands,
    socketCommands,
    sendingCommands,
    receivingCommands,
    serviceCommands,
    ...OWN_COMMANDS[dialect],
  ];
  const all: CommandTable = Object.assign({}, ...tables);
  // ugxx §2.4 alone has a read form.
  return dialect === 'ugxx' ? { ...all, '+QIOPEN': { ...all['+QIOPEN'], read: ok } } : all;
}
