/** The dialects as data: `urchestra/dialects`. */
export * from './dialect.ts';
export { lte } from './lte.ts';
export { dialectOf, dialects } from './registry.ts';
