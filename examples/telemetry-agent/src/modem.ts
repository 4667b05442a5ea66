import type { Meter } from '@opentelemetry/api';
import {
  atReset,
  commandReset,
  createModem,
  fileStore,
  type Modem,
  parseCommandLine,
  serialPort,
  simulatedPort,
  softThenHard,
} from 'urchestra';
import type { ModemConfig } from './config.ts';

/** The modem as the configuration has it; nothing is opened yet.
 *
 * @throws ModemError `INVALID_ARGUMENT` naming what is wrong.
 */
export function modemFrom(config: ModemConfig, meter: Meter): Modem {
  const { dialect, apn, username, password, pin, resetCommand } = config;
  const access = { apn, ...(username && { username }), ...(password && { password }) };
  return createModem({
    port: config.isSimulated
      ? simulatedPort({ dialect: dialect === 'auto' ? 'lte' : dialect })
      : serialPort({ path: config.portPath }),
    dialect,
    contexts: [access],
    store: fileStore(config.stateFile),
    ...(pin && { pin }),
    ...(resetCommand && {
      power: softThenHard(atReset(), commandReset({ command: parseCommandLine(resetCommand) })),
    }),
    meter,
  });
}
