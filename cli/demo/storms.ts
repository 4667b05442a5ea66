import type { VirtualModule } from '../../simulator/index.ts';
import type { EchoServer } from './echo-server.ts';

/** A fault of the demonstration: when it strikes and how. */
export interface Storm {
  /** Strikes when this share of the readings was made. */
  readonly atShare: number;
  readonly name: string;
  readonly strike: (world: { readonly module: VirtualModule; readonly server: EchoServer }) => void;
}

/** What happens to the agent, in order. */
export const storms: readonly Storm[] = [
  { atShare: 0.08, name: 'peer close', strike: ({ server }) => server.hangUp() },
  {
    atShare: 0.2,
    name: 'SEND FAIL, half accepted',
    strike: ({ module }) => module.inject({ kind: 'sendFail', partly: 5 }),
  },
  { atShare: 0.32, name: 'pdpdeact', strike: ({ module }) => module.inject({ kind: 'pdpdeact' }) },
  {
    atShare: 0.46,
    name: 'lost recv',
    strike: ({ module }) => module.inject({ kind: 'loseUrc', urc: 'recv' }),
  },
  { atShare: 0.58, name: 'hung command', strike: ({ module }) => module.inject({ kind: 'hang' }) },
  { atShare: 0.9, name: 'unexpected reboot', strike: ({ module }) => module.inject({ kind: 'reboot' }) },
];
