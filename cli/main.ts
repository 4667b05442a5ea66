#!/usr/bin/env node
import { Command, CommanderError, Option } from 'commander';
import type { AccessMode } from '../adapters/dialects/dialect.ts';
import { SCENARIO_PROFILES, VIRTUAL_DIALECTS } from '../simulator/index.ts';
import { decode } from './decode.ts';
import { demo } from './demo/demo.ts';
import { withInspectOptions } from './inspect-options.ts';
import { EXIT, explain, type Io, oneLine } from './io.ts';
import { listen } from './listen.ts';
import { modelCommand } from './model.ts';
import { portNumber, wholeNumber, withCommonOptions } from './modem-options.ts';
import { ping } from './ping.ts';
import { pipe } from './pipe.ts';
import { resolve } from './resolve.ts';
import { simulate } from './simulate.ts';
import { status } from './status.ts';
import { time } from './time.ts';
import { withTraceOption } from './trace-option.ts';

type Run = (io: Io) => Promise<number>;

const PORT_ARGUMENT = `device path, tcp://host:port or sim:<dialect> (${VIRTUAL_DIALECTS.join(', ')})`;

const LINGER = 'silence to wait for after the last byte (default 10)';

/** An option that may be given more than once. */
function together(one: string, before: readonly string[] = []): readonly string[] {
  return [...before, one];
}

function accessMode(choices: readonly AccessMode[]): Option {
  return new Option('--mode <mode>', 'access mode').choices(choices).default('buffer');
}

/** Subcommands that ask the network one thing. */
function addQueries(root: Command, choose: (run: Run) => void): void {
  withCommonOptions(
    root
      .command('ping')
      .description('ping a host from the module')
      .argument('<port>', PORT_ARGUMENT)
      .argument('<host>', 'name or address')
      .option('--count <number>', 'requests, 1 to 10 (default 4)', wholeNumber('--count'))
      .option('--size <bytes>', 'length of each request, 32 to 1500 (dialect rg)', wholeNumber('--size')),
  ).action((address, host, options) => choose((io) => ping(address, host, options, io)));

  withCommonOptions(
    root
      .command('resolve')
      .description('addresses of a host name, as the module finds them')
      .argument('<port>', PORT_ARGUMENT)
      .argument('<name>', 'host name'),
  ).action((address, name, options) => choose((io) => resolve(address, name, options, io)));

  withCommonOptions(
    root
      .command('time')
      .description("set the module's clock by an NTP server, and tell the time")
      .argument('<port>', PORT_ARGUMENT)
      .argument('<server>', 'name or address of the NTP server')
      .option('--port <number>', 'UDP port of the server (default 123)', portNumber),
  ).action((address, server, options) => choose((io) => time(address, server, options, io)));
}

/** Describes the command; what is chosen ends up in `choose`. */
function program(choose: (run: Run) => void): Command {
  const root = new Command('urchestra')
    .description('Dependable TCP and UDP sockets over Quectel cellular modules.')
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`${oneLine(text)}\n`) })
    .showSuggestionAfterError();

  withTraceOption(
    withInspectOptions(
      root.command('demo').description('a telemetry agent survives everything, on a virtual module'),
    ),
  )
    .option(
      '--dialect <name>',
      `dialect of the virtual module: ${VIRTUAL_DIALECTS.join(', ')}, auto (default lte)`,
    )
    .option('--seed <number>', 'seed of all chance (default 1)')
    .action((options) => choose((io) => demo(options, io)));

  withCommonOptions(
    root
      .command('status')
      .description('bring the module up and tell what is there')
      .argument('<port>', PORT_ARGUMENT)
      .option('--watch', 'keep going, one line for each change'),
  ).action((address, options) => choose((io) => status(address, options, io)));

  withCommonOptions(
    root
      .command('pipe')
      .description('stdin to a connection through the module, and back to stdout')
      .argument('<port>', PORT_ARGUMENT)
      .argument('<host>', 'peer')
      .argument('<peer-port>', 'TCP port of the peer, or UDP port')
      .addOption(accessMode(['buffer', 'push', 'transparent']))
      .option('--udp', 'send each piece of the input as a datagram')
      .option('--reconnect', 'connect again after a loss and send what was not acknowledged')
      .option('--linger <seconds>', LINGER),
  ).action((address, host, port, options) => choose((io) => pipe(address, host, port, options, io)));

  withCommonOptions(
    root
      .command('listen')
      .description('accept one TCP connection through the module, then as pipe')
      .argument('<port>', PORT_ARGUMENT)
      .argument('<tcp-port>', 'TCP port to listen on')
      .addOption(accessMode(['buffer', 'push', 'transparent']))
      .option('--linger <seconds>', LINGER),
  ).action((address, port, options) => choose((io) => listen(address, port, options, io)));

  addQueries(root, choose);

  root
    .command('decode')
    .description('a trace, or a recorded dialogue with a module → one JSON event per line')
    .argument(
      '<file>',
      'trace (JSON lines), transcript (JSON) or text log ("> " and "< " lines with C escapes); - for stdin',
    )
    .option('--dialect <name>', 'gsm, ugxx, bc66, lte or rg; a trace tells it by itself')
    .option('--text', 'a trace as lines for people: time since its beginning, kind, text')
    .option('--resplit <seed>', 'cut the received bytes anew at random: the events must stay the same')
    .action((file, options) => choose((io) => decode(file, options, io)));

  root
    .command('model')
    .description('days or months of an agent on a bad network, in virtual time')
    .requiredOption('--dialect <name>', VIRTUAL_DIALECTS.join(', '))
    .option('--days <number>', 'length of the life (default 30)')
    .option(
      '--faults <profile>',
      `what goes wrong: a JSON file, or ${SCENARIO_PROFILES.map(({ name }) => name).join(', ')} (default good-urban)`,
    )
    .option(
      '--policy <file>',
      'how the agent behaves: a JSON file, or patient, standard, eager; two are compared',
      together,
    )
    .option('--agents <number>', 'lives, each with faults of its own (default 1)')
    .option('--seed <number>', 'seed of all chance (default 1)')
    .option('--every <time>', 'distance between readings (default 60s)')
    .option('--size <bytes>', 'length of a reading (default 200)')
    .option('--throughout', 'live also what repeats what was lived before: the same figures, far slower')
    .option('--json <file>', 'write the figures as JSON')
    .option('--out <file>', 'write a report as one page of HTML, with plots')
    .action((options) => choose((io) => modelCommand(options, io)));

  root
    .command('simulate')
    .description('a virtual module for any other program to talk to')
    .requiredOption('--dialect <name>', VIRTUAL_DIALECTS.join(', '))
    .option('--pty <link>', 'serve on a pseudo terminal linked here')
    .option('--tcp <port>', 'serve on a loopback TCP port', portNumber)
    .option('--faults <file>', 'fault script (JSON)')
    .option('--baud <rate>', 'pace the line as a UART', Number)
    .option('--log <file>', 'write what happens as JSON lines')
    .option('--seed <number>', 'seed of all chance', Number)
    .action((options) => choose((io) => simulate(options, io)));
  return root;
}

/** First Ctrl-C: a clean stop. Second: at once. */
function interruptible(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.interrupted);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  return controller.signal;
}

async function main(): Promise<number> {
  let chosen: Run | undefined;
  try {
    await program((run) => {
      chosen = run;
    }).parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    process.stderr.write(`${explain(error).line}\n`);
    return EXIT.usage;
  }
  const { stdin, stdout, stderr } = process;
  const signal = interruptible();
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    // EPIPE: nobody reads what we say.
    if (error.code !== 'EPIPE') process.stderr.write(`error: cannot write the output: ${error.code}\n`);
    process.exit(EXIT.failed);
  });
  try {
    return (await chosen?.({ stdin, stdout, stderr, signal })) ?? EXIT.usage;
  } catch (error) {
    if (signal.aborted) return EXIT.interrupted;
    const { line, exitCode } = explain(error);
    stderr.write(`${line}\n`);
    return exitCode;
  }
}

process.exitCode = await main();
