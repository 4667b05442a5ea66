/** All commands of gsm. What has the name of a command of the other dialects means the same. */
import { commonCommands, registration } from '../common.ts';
import type { Command, RegistrationStatus } from '../dialect.ts';
import { portCommands } from '../qi/tools.ts';
import { connectionCommands } from './connections.ts';
import { contextCommands } from './contexts.ts';
import { transferCommands } from './transfer.ts';

/** Encoders of gsm. There are no context ids in them: `selectContext` comes first. */
export const gsmCommands = {
  ...commonCommands,
  queryRegistration: (): readonly Command<RegistrationStatus>[] => [
    registration('CREG', 'circuit'),
    registration('CGREG', 'packet'),
  ],
  ...contextCommands,
  ...connectionCommands,
  ...transferCommands,
  resume: portCommands.resume, // gsm §4
  escapeByDtr: portCommands.escapeByDtr, // gsm §4
} as const;

/** The type of the encoders of gsm. */
export type GsmCommands = typeof gsmCommands;
