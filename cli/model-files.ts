/** The files that `urchestra model` writes: whole or not at all. */
import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { usageError } from './io.ts';

/** A file that cannot be written is told before the long work, not behind it. */
export async function needWritable(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
    if ((await stat(path).catch(() => undefined))?.isDirectory())
      throw Object.assign(new RangeError('is a folder'), { code: 'EISDIR' });
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
