import type { VirtualDialect } from '../options.ts';
import { basicCommands } from './basic.ts';
import type { CommandTable } from './command.ts';
import { contextCommands } from './contexts.ts';
import { networkCommands } from './network.ts';
import { powerCommands } from './power.ts';
import { receivingCommands } from './receiving.ts';
import { sendingCommands } from './sending.ts';
import { serviceCommands } from './services.ts';
import { simCommands } from './sim.ts';
import { socketCommands } from './sockets.ts';

/** What each dialect of a virtual module understands. A new dialect is a row here. */
export const COMMAND_TABLES: Readonly<Record<VirtualDialect, CommandTable>> = {
  lte: {
    ...basicCommands,
    ...simCommands,
    ...networkCommands,
    ...powerCommands,
    ...contextCommands,
    ...socketCommands,
    ...sendingCommands,
    ...receivingCommands,
    ...serviceCommands,
  },
};
