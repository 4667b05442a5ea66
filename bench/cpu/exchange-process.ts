/** What exchanges cost in one process: prints the costs of each round as JSON. */
import { exchangeCosts } from './exchanges.ts';

const ROUNDS = 3;

console.log(JSON.stringify(await exchangeCosts(ROUNDS)));
process.exit(0);
