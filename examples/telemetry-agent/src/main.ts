/** The command: `node dist/main.js [--simulate]`, configured by the environment. */
import { parseArgs } from 'node:util';
import { isModemError } from 'urchestra';
import { runAgent } from './agent.ts';
import { ConfigError, configFrom } from './config.ts';
import { log, messageOf } from './log.ts';

const EXIT = { stopped: 0, failed: 1, wrongConfiguration: 2 } as const;

function isConfigurationWrong(error: unknown): boolean {
  const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
  const isWrongOption = isModemError(error) && error.code === 'INVALID_ARGUMENT';
  return error instanceof ConfigError || isWrongOption || String(code).startsWith('ERR_PARSE_ARGS');
}

async function main(): Promise<number> {
  const stop = new AbortController();
  // Once: a second signal ends the process the hard way, which loses nothing either.
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  try {
    const { values } = parseArgs({ options: { simulate: { type: 'boolean', default: false } } });
    await runAgent(configFrom(process.env, values.simulate), stop.signal);
    log('stopped');
    return EXIT.stopped;
  } catch (error) {
    const isWrong = isConfigurationWrong(error);
    process.stderr.write(`${isWrong ? 'wrong configuration: ' : ''}${messageOf(error)}\n`);
    return isWrong ? EXIT.wrongConfiguration : EXIT.failed;
  }
}

process.exitCode = await main();
