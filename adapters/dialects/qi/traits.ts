/** What is said of all dialects with connect ids that are theirs alone, whatever context they belong to. */
import type { ConnectionRules, Dialect } from '../dialect.ts';
import type { QiShape } from './shape.ts';

/** One range of ids for all contexts; every notice has its id. */
function connectionRules([lowest, highest]: readonly [lowest: number, highest: number]): ConnectionRules {
  const ids = Array.from({ length: highest - lowest + 1 }, (_, at) => lowest + at);
  return {
    idsFor: () => ids, // the lowest first: modules give accepted connections the highest (lte §3.5.2)
    namedBy: (index) => (index === undefined ? [] : [index]),
  };
}

/** Traits of lte, ugxx, rg and bc66. */
export function qiTraits({
  limits,
  services,
  accessModes,
}: Pick<QiShape, 'limits' | 'services' | 'accessModes'>) {
  return {
    services,
    accessModes,
    sharings: [],
    connections: connectionRules(limits.connectIds),
    isAttachedByNetwork: false,
    routesUrcs: true, // protocol §10
    keepsCounters: true, // lte §2.2.1: until AT+QICLOSE
    readsWhileSuspended: true, // lte §1.2: the socket is in buffer mode then
  } as const satisfies Partial<Dialect>;
}
