/** What is wrong with a recording, in words. */
import { ModemError } from '../../errors.ts';

/** What a file cannot be used for, and what to change in it. */
export function unreadable(problem: string): ModemError {
  return new ModemError('INVALID_ARGUMENT', `transcript: ${problem}`, { argument: 'FILE' });
}

/** Bytes of a string whose characters are bytes. */
export function bytesOf(text: string, where: string): Buffer {
  const wide = /[^\u0000-\u00ff]/.exec(text);
  if (wide) {
    throw unreadable(
      `${where} has the character ${JSON.stringify(wide[0])}, which is no byte; write \\u00xx per byte`,
    );
  }
  return Buffer.from(text, 'latin1');
}
