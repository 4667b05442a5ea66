import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { ModemError } from '../../errors.ts';
import { errnoOf, messageOf } from '../foreign-error.ts';
import { needText } from '../plain-options.ts';
import { type JsonValue, jsonTextOf, type Store } from './store.ts';

type Document = Readonly<Record<string, JsonValue>>;

const LONGEST_PATH = 4_096;

/** The last task on each file, so that two stores over one path in this process do not undo each other. */
const lastTasks = new Map<string, Promise<unknown>>();

/** A store in one JSON file, replaced atomically and synced to the disk at each write.
 *
 * The file (mode 0600) and its directory are created at the first write. A file that cannot be read as JSON
 * is never replaced: both `read` and `write` reject with `STORE_FAILED` until somebody repairs or deletes it.
 * One process per file: there is no lock between processes.
 *
 * @throws ModemError `INVALID_ARGUMENT` for a path that is none.
 * @param path the file, for example `/var/lib/agent/modem.json`; not on a RAM disk.
 */
export function fileStore(path: string): Store {
  const file = resolve(needText(path, 'path', LONGEST_PATH));
  return {
    async read(key) {
      const content = await inTurn(file, () => load(file));
      return Object.hasOwn(content, key) ? content[key] : undefined;
    },
    async write(key, value) {
      const text = jsonTextOf(key, value);
      await inTurn(file, async () => save(file, { ...(await load(file)), [key]: JSON.parse(text) }));
    },
  };
}

function inTurn<T>(file: string, task: () => Promise<T>): Promise<T> {
  const before = lastTasks.get(file) ?? Promise.resolve();
  const result = before.then(task);
  // A task that failed told its own caller; the next one starts all the same.
  const quiet = result.then(ignore, ignore).then(() => {
    if (lastTasks.get(file) === quiet) lastTasks.delete(file);
  });
  lastTasks.set(file, quiet);
  return result;
}

async function load(file: string): Promise<Document> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return {};
    throw failure(`cannot read the state file ${file}`, error, 'check the path and its permissions');
  }
  return parse(file, text);
}

function parse(file: string, text: string): Document {
  let cause: unknown;
  try {
    const content: unknown = JSON.parse(text);
    if (typeof content === 'object' && content !== null && !Array.isArray(content))
      return content as Document;
    cause = new TypeError('it holds no JSON object');
  } catch (error) {
    cause = error;
  }
  throw failure(
    `the state file ${file} is damaged`,
    cause,
    'it says how often the module was rebooted and which SIM PIN was refused, so it is not reset by itself: ' +
      'repair it, or delete it to start without that memory',
  );
}

async function save(file: string, content: Document): Promise<void> {
  const directory = dirname(file);
  try {
    await mkdir(directory, { recursive: true });
    await writeFileAtomic(file, `${JSON.stringify(content, undefined, 2)}\n`, { mode: 0o600, fsync: true });
  } catch (error) {
    throw failure(`cannot write the state file ${file}`, error, 'check free space and permissions');
  }
  await syncDirectory(directory);
}

/** The rename is durable only when the directory is; write-file-atomic syncs the file alone. */
async function syncDirectory(directory: string): Promise<void> {
  // Windows and some network file systems cannot sync a directory; there the rename is all there is.
  const handle = await open(directory, 'r').catch(ignore);
  await handle?.sync().catch(ignore);
  await handle?.close().catch(ignore);
}

function failure(what: string, cause: unknown, advice: string): ModemError<'STORE_FAILED'> {
  const errno = errnoOf(cause);
  return new ModemError(
    'STORE_FAILED',
    `${what}: ${messageOf(cause)}; ${advice}`,
    errno ? { errno } : {},
    cause,
  );
}

function ignore(): undefined {
  return undefined;
}
