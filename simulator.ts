/** A module without hardware: its software, its network, its faults; and what a bad network does to agents, before they are sent into the field.
 *
 * @module urchestra/simulator
 */
export type { TakenTransition } from './modelling/chart-times.ts';
export type { Comparison } from './modelling/comparison.ts';
export type { Figures, RecoveryFigures } from './modelling/figures.ts';
export type { LifeOptions, LifeReport } from './modelling/life.ts';
export type { Load } from './modelling/load.ts';
export { type Model, type ModelOptions, model, modelJson, type PolicyResult } from './modelling/model.ts';
export { type Outage, PHASES, type Phase } from './modelling/outages.ts';
export type { Policy, PolicyOptions } from './modelling/policy.ts';
export type { Estimate, Spread } from './modelling/statistics.ts';
export * from './simulator/index.ts';
