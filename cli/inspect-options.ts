/** `--inspect` and its companions, for every command with a modem. */
import { spawn } from 'node:child_process';
import type { Command } from 'commander';
import { type Inspector, statelyInspector, xstateInspector } from '../adapters/inspect/index.ts';
import { type Io, usageError } from './io.ts';

/** As commander hands them over. */
export interface InspectCommandOptions {
  readonly inspect?: true | string;
  readonly inspectPort?: string;
  readonly inspectHost?: string;
  readonly inspectAllowSend?: boolean;
  /** False with `--no-open`. */
  readonly open?: boolean;
}

const KINDS = ['stately', 'xstate'] as const;
type Kind = (typeof KINDS)[number];

/** Where a browser finds the viewer of what is served at `url`. */
const PAGES: Readonly<Record<Kind, (url: string) => string>> = {
  stately: (url) => url,
  xstate: (url) => `https://stately.ai/viz?inspect&server=${url.replace(/^http/, 'ws').replace(/\/$/, '')}`,
};

/** Adds the options to a subcommand. */
export function withInspectOptions(command: Command): Command {
  return command
    .option(
      '--inspect [kind]',
      'show the statecharts in the XState inspector: stately (when left out), xstate for the classic one, or both: stately,xstate',
    )
    .option('--inspect-port <number>', 'port of the inspector (default 8080, of the classic one 8888)')
    .option('--inspect-host <address>', 'address to listen on (default 127.0.0.1): others let everybody look')
    .option('--inspect-allow-send', 'let the classic inspector send events to the statecharts')
    .option('--no-open', 'do not open a browser');
}

function kindsOf(inspect: true | string): readonly Kind[] {
  if (inspect === true) return ['stately'];
  return inspect.split(',').map((word) => {
    const kind = KINDS.find((one) => one === word);
    if (kind) return kind;
    throw usageError(
      `--inspect must be stately, xstate or stately,xstate, got ${word}: write --inspect=stately`,
    );
  });
}

function portOf(text: string | undefined): { readonly port?: number } {
  if (text === undefined) return {};
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return { port };
  throw usageError(`--inspect-port must be a whole number from 0 to 65535, got ${text}`);
}

/** The inspectors that the options ask for; they tell on stderr where they are.
 *
 * @throws INVALID_ARGUMENT
 */
export function inspectorsOf(options: InspectCommandOptions, io: Io): readonly Inspector[] {
  const { inspect, inspectPort, inspectHost, inspectAllowSend } = options;
  if (inspect === undefined) {
    const extra = [inspectPort && '--inspect-port', inspectHost && '--inspect-host'].find(Boolean);
    const lone = extra ?? (inspectAllowSend ? '--inspect-allow-send' : undefined);
    if (lone) throw usageError(`${lone} has no effect without --inspect`);
    return [];
  }
  const kinds = kindsOf(inspect);
  if (new Set(kinds).size < kinds.length) throw usageError(`--inspect names an inspector twice: ${inspect}`);
  if (kinds.length > 1 && inspectPort !== undefined)
    throw usageError('--inspect-port is for one inspector: with two they are on 8080 and 8888');
  if (inspectAllowSend && !kinds.includes('xstate'))
    throw usageError('--inspect-allow-send is for the classic inspector: write --inspect=xstate');
  return kinds.map((kind) => {
    const where = {
      ...portOf(inspectPort),
      ...(inspectHost !== undefined && { host: inspectHost }),
      onListening: (url: string) => announce(kind, url, options.open !== false, io),
    };
    return kind === 'stately'
      ? statelyInspector(where)
      : xstateInspector({ ...where, allowSend: inspectAllowSend === true });
  });
}

/** Opens a browser for somebody who sits in front of a terminal. */
function announce(kind: Kind, url: string, mayOpen: boolean, io: Io): void {
  const page = PAGES[kind](url);
  io.stderr.write(`inspector (${kind}) on ${url}${page === url ? '' : `: ${page}`}\n`);
  if (mayOpen && 'isTTY' in io.stderr && io.stderr.isTTY === true) openBrowser(page);
}

function openBrowser(page: string): void {
  const program =
    process.platform === 'darwin' ? 'open' : process.platform === 'win32' ? 'explorer' : 'xdg-open';
  const browser = spawn(program, [page], { stdio: 'ignore', detached: true });
  browser.on('error', () => undefined); // there is none: the address is on the screen
  browser.unref();
}
