import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The first JavaScript block of README.md below the heading. */
export function exampleBelow(heading: string): string {
  const readme = readFileSync(join(__dirname, '../../README.md'), 'utf8');
  const below = readme.slice(readme.indexOf(heading));
  const code = /```js\n([\s\S]*?)```/.exec(below)?.[1];
  if (code === undefined) throw new Error(`README.md has no example below "${heading}"`);
  return code;
}
