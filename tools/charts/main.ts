/** `npm run charts`: draws the statecharts of all machines into docs/statecharts, or into the folder of `--out`. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { drawCharts } from './draw.ts';

const [option, folder = 'docs/statecharts'] = process.argv.slice(2);
if (option !== undefined && option !== '--out') {
  process.stderr.write(`unknown option ${option}: write --out FOLDER\n`);
  process.exit(2);
}

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { file, text } of await drawCharts()) writeFileSync(path.join(folder, file), text);
