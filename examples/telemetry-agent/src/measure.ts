/** What the agent measures. Put your sensor here. */
import { freemem, loadavg } from 'node:os';

export type Values = Readonly<Record<string, number>>;

export async function measure(): Promise<Values> {
  return { load: loadavg()[0] ?? 0, freeMemoryBytes: freemem() };
}
