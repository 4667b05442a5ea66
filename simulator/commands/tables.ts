import { gsmConnectionCommands } from '../gsm/commands/connections.ts';
import { gsmContextCommands } from '../gsm/commands/contexts.ts';
import { gsmDataCommands } from '../gsm/commands/data.ts';
import { gsmSettingCommands } from '../gsm/commands/settings.ts';
import { gsmStatusCommands } from '../gsm/commands/status.ts';
import type { VirtualDialect } from '../options.ts';
import { PROFILES } from '../profiles/index.ts';
import { asyncContextCommands } from './async-contexts.ts';
import { basicCommands } from './basic.ts';
import { bc66Commands } from './bc66.ts';
import { type CommandTable, ok } from './command.ts';
import { contextCommands } from './contexts.ts';
import { networkCommands } from './network.ts';
import { powerCommands, urcPortCommands } from './power.ts';
import { receivingCommands } from './receiving.ts';
import { hexSendCommands, sendingCommands } from './sending.ts';
import { nameCommands, serviceCommands, timeCommands } from './services.ts';
import { simCommands } from './sim.ts';
import { socketCommands } from './sockets.ts';

/** What lte, ugxx and rg have in common. */
const NUMBERED_COMMANDS: readonly CommandTable[] = [
  urcPortCommands,
  contextCommands,
  socketCommands,
  sendingCommands,
  receivingCommands,
  serviceCommands,
];

/** What one dialect has beside the commands that all have. A new dialect is a row here, and a profile. */
const OWN_COMMANDS: Readonly<Record<VirtualDialect, readonly CommandTable[]>> = {
  lte: [...NUMBERED_COMMANDS, hexSendCommands, timeCommands, nameCommands],
  // ugxx §2.4 alone has a read form of AT+QIOPEN.
  ugxx: [
    ...NUMBERED_COMMANDS,
    hexSendCommands,
    timeCommands,
    nameCommands,
    { '+QIOPEN': { ...socketCommands['+QIOPEN'], read: ok } },
  ],
  rg: [...NUMBERED_COMMANDS, asyncContextCommands],
  gsm: [gsmSettingCommands, gsmContextCommands, gsmStatusCommands, gsmConnectionCommands, gsmDataCommands],
  bc66: [bc66Commands],
};

/** What a virtual module of a dialect understands. */
export function commandsOf(dialect: VirtualDialect): CommandTable {
  const { domains } = PROFILES[dialect];
  const shared = [basicCommands, simCommands, networkCommands(domains), powerCommands];
  return Object.assign({}, ...shared, ...OWN_COMMANDS[dialect]);
}
