/** Connect ids of gsm, as this library counts them.
 *
 * The modules have indexes only within a context, none at all with AT+QIMUX=0, and one more distinction, between the
 * connections that they opened and those that they accepted. So that an id says which connection is meant:
 *
 *    tens    0 context 0, opened   1 context 0, accepted   2 context 1, opened   3 context 1, accepted
 *    units   0 to 5 the index (AT+QIMUX=1)   8 the only one (AT+QIMUX=0)   9 the server
 */
import type { ConnectionRules } from '../dialect.ts';
import type { GsmConnection, GsmRole } from './parameters.ts';
import { limits, ROLES } from './parameters.ts';

/** What an id stands for. */
export interface GsmPlace {
  readonly contextId: number;
  readonly role: GsmRole;
  readonly connection: GsmConnection | 'server';
}

const ONLY = 8;
const SERVER = 9;
/** Connections of both roles while a server listens (gsm §3.4: n + m ≤ 5). */
const BESIDE_SERVER = 5;
const CONTEXTS = [0, 1] as const;
const [LOWEST, HIGHEST] = limits.connectIds;

function unitOf(connection: GsmPlace['connection']): number {
  if (connection === 'only') return ONLY;
  return connection === 'server' ? SERVER : connection;
}

/** The id of a place. */
export function idOf({ contextId, role, connection }: GsmPlace): number {
  return 20 * contextId + 10 * ROLES.indexOf(role) + unitOf(connection);
}

/** The place of an id. */
export function placeOf(id: number): GsmPlace {
  const unit = id % 10;
  const connection = unit === ONLY ? 'only' : unit === SERVER ? 'server' : unit;
  const role = Math.floor(id / 10) % 2 === 0 ? 'client' : 'server';
  return { contextId: Math.floor(id / 20), role, connection };
}

const INDEXES = Array.from({ length: HIGHEST - LOWEST + 1 }, (_, at) => LOWEST + at);

function namedBy(index: number | undefined): readonly number[] {
  return CONTEXTS.flatMap((contextId) =>
    ROLES.map((role) => idOf({ contextId, role, connection: index ?? 'only' })),
  );
}

/** Ids for opens and for what a notice names. */
export const gsmConnections: ConnectionRules = {
  idsFor: ({ contextId, service, sharing }) => {
    if (service === 'TCP LISTENER' || service === 'UDP SERVICE')
      return [idOf({ contextId, role: 'server', connection: 'server' })];
    if (sharing !== undefined && sharing !== 'multiple')
      return [idOf({ contextId, role: 'client', connection: 'only' })];
    // Notices do not say which context they are about: as long as there are free ones, no index is used twice.
    const indexes = contextId === 0 ? INDEXES : [...INDEXES].reverse();
    return indexes.map((connection) => idOf({ contextId, role: 'client', connection }));
  },
  excludedBy: (id) => {
    const { contextId, role, connection } = placeOf(id);
    if (typeof connection !== 'number') return []; // gsm §3.2: one of each role
    return [idOf({ contextId, role: role === 'client' ? 'server' : 'client', connection })];
  },
  hasRoom: (id, used) => {
    const { contextId, connection } = placeOf(id);
    const server = idOf({ contextId, role: 'server', connection: 'server' });
    if (connection === 'server' || connection === 'only' || !used.has(server)) return true;
    const others = [...used].filter((one) => one !== server && placeOf(one).contextId === contextId);
    return others.length < BESIDE_SERVER;
  },
  confusedWith: (id) => {
    const { connection } = placeOf(id);
    return connection === 'server' ? [] : namedBy(connection === 'only' ? undefined : connection);
  },
  bufferedAs: (contextId, role, index) => {
    const place = { contextId, role: ROLES[role - 1] ?? 'client' } as const; // gsm §5.3.2: from 1
    const only = index === 0 ? [idOf({ ...place, connection: 'only' })] : [];
    return [idOf({ ...place, connection: index }), ...only];
  },
  isFreedByPeer: (id) => {
    const { role, connection } = placeOf(id);
    return role === 'server' && connection === 'only';
  },
  acceptedAs: (serverId, index) => idOf({ ...placeOf(serverId), connection: index ?? 'only' }),
  namedBy,
};
