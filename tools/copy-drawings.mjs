/** Puts the statecharts of docs/statecharts into the built package, where `urchestra model --out` colours them.
 *
 * All of the light ones, and of the dark ones the one whose style is taken: the drawings differ in nothing else.
 */
import { cpSync } from 'node:fs';

cpSync('docs/statecharts', 'dist/docs/statecharts', {
  recursive: true,
  filter: (path) => !path.endsWith('.dark.svg') || path.endsWith('modem.dark.svg'),
});
