/** One connect id, from open to free again, in the manual's five states (lte §2.1.6).
 *
 *    initial ──ask.open──▶ opening ──urc.open 0──▶ connected ──urc.closed──▶ closing.draining ─┐
 *       ▲                    │                      │ ║ receiving: quiet ⇄ reading ⇄ paused    │
 *       │                    │ error, 150 s         │ ║ sending: idle ⇄ sending ⇄ settling     │
 *       │                    ▼                      │ ║ acknowledging: idle ⇄ polling          │
 *       │                 closing ◀─────────────────┘ failure, ask.close                       │
 *       └──── released ─── (counting ─▶ releasing: AT+QICLOSE) ◀───────────────────────────────┘
 *
 * protocol.md §7.4 (SEND FAIL, ERROR: settle by the counters), §7.5 (QICLOSE before the id is used again),
 * §7.9 (counters after sending); invariants 6 and 7. The fifth state, `listening`, belongs to listeners.
 * No payload passes here: the link moves the bytes, the machine decides when.
 */
import type { ActorRefFrom } from 'xstate';
import { closing } from './socket/closing.ts';
import { acknowledging, receiving, sending } from './socket/connected.ts';
import { opening } from './socket/opening.ts';
import { CRASH, NONE, socketSetup } from './socket/setup.ts';
import { crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';

export type {
  ReadResult,
  SendResult,
  SettleResult,
  SocketContext,
  SocketEvent,
  SocketFailure,
  SocketInput,
  SocketLink,
  SocketNotice,
  SocketReport,
  SocketTiming,
} from './socket/setup.ts';

export const socketMachine = crashSafe(
  socketSetup.createMachine({
    id: 'socket',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({
      ...input,
      failure: undefined,
      staleRetries: 0,
      pollMs: input.timing.pollMs,
      sendFailures: 0,
      counters: NONE,
      uncountedPolls: 0,
    }),
    initial: 'initial',
    on: {
      'ask.destroy': { target: '.closing.counting' },
      'context.lost': {
        target: '.closing.lastCounting',
        actions: { type: 'fail', params: { code: 'CONTEXT_LOST' } },
      },
      'module.voided': {
        target: '.initial.released',
        actions: [{ type: 'fail', params: ({ event }) => event.failure }, 'announceFailure'],
      },
      crashed: {
        target: '.closing.releasing',
        actions: { type: 'fail', params: CRASH },
      },
    },
    states: {
      initial: {
        initial: 'unused',
        states: {
          unused: {
            on: { 'ask.open': { target: '#socket.opening' }, 'ask.destroy': { target: 'released' } },
          },
          // The id is free again; the modem stops this actor.
          released: {
            entry: 'announceReleased',
            on: { 'ask.destroy': {}, 'context.lost': {}, 'module.voided': {}, crashed: {} },
          },
        },
      },
      opening,
      connected: {
        tags: 'open',
        type: 'parallel',
        entry: 'announceConnected',
        on: {
          'urc.closed': { target: 'closing.draining' },
          'ask.close': { target: 'closing.draining' },
        },
        states: { receiving, sending, acknowledging },
      },
      closing,
    },
  }),
);

export type SocketActor = ActorRefFrom<typeof socketMachine>;
