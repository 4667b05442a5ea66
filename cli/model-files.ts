/** The files that `urchestra model` writes: whole or not at all. */
import { mkdtemp, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { usageError } from './io.ts';

/** A file that cannot be written is told before the long work, not behind it. */
export async function needWritable(path: string): Promise<void> {
  if (path.trim() === '') throw usageError('the name of a file to write must not be empty');
  const found = await stat(path).catch(() => undefined);
  if (found !== undefined && !found.isFile())
    throw usageError(`${path} cannot be written: it is there, and no regular file`);
  try {
    await rmdir(await mkdtemp(join(dirname(path), '.urchestra-'))); // as the file will be: beside it first
  } catch (error) {
    throw unwritable(path, error as NodeJS.ErrnoException);
  }
}

export async function written(path: string, text: string): Promise<void> {
  await writeFileAtomic(path, text).catch((error: NodeJS.ErrnoException) => {
    throw unwritable(path, error);
  });
}

function unwritable(path: string, { code, message }: NodeJS.ErrnoException): Error {
  return usageError(`${path} cannot be written: ${code ?? message}`);
}
