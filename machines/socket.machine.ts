/** One connect id, from open to free again, in the manual's five states (lte §2.1.6).
 *
 *    initial ──ask.open──▶ opening ──urc.open 0──▶ connected ──urc.closed──▶ closing.draining ─┐
 *       ▲ │                  │   │                  │ ├ buffer       ║ receiving: quiet ⇄ reading ⇄ paused
 *       │ │ ask.adopt        │   │                  │ │              ║ sending: idle ⇄ sending ⇄ settling
 *       │ └──(incoming)──────┼───┼─▶ (inspecting) ─▶│ │              ║ acknowledging: idle ⇄ polling
 *       │                    │   └─▶ listening      │ ├ push         ║ pushed: flowing ⇄ stopped, sending …
 *       │  error, 150 s      ▼                      │ └ transparent  flowing ⇄ suspended (AT+QISWTMD between them)
 *       │                 closing ◀─────────────────┘ failure, ask.close                       │
 *       └──── released ─── (counting ─▶ releasing: AT+QICLOSE) ◀───────────────────────────────┘
 *
 * protocol.md §7.4 (SEND FAIL, ERROR: settle by the counters), §7.5 (QICLOSE before the id is used again),
 * §7.9 (counters after sending), §7.6 (`connected` invokes linkWatch); §6 (transparent mode); invariants 6 and 7.
 * `listening` is a listener's `connected`.
 * No payload passes here: the link moves the bytes, the machine decides when.
 */
import type { ActorRefFrom } from 'xstate';
import { closing } from './socket/closing.ts';
import { connected } from './socket/connected.ts';
import { opening } from './socket/opening.ts';
import { CRASH, NONE, socketSetup } from './socket/setup.ts';
import { crashSafe, MOST_MICROSTEPS } from './support/crash-safe.ts';

export type {
  ReadResult,
  SendResult,
  SettleResult,
  SocketEvent,
  SocketFailure,
  SocketInput,
  SocketLink,
  SocketNotice,
  SocketReport,
  SocketTiming,
} from './socket/setup.ts';

/** The chart of one connect id. */
export const socketMachine = crashSafe(
  socketSetup.createMachine({
    id: 'socket',
    options: { maxIterations: MOST_MICROSTEPS },
    context: ({ input }) => ({
      ...input,
      mode: input.open.mode,
      wantedMode: input.open.mode,
      isInspected: true,
      isSettled: false,
      isDestroyed: false,
      isGone: false,
      failure: undefined,
      staleRetries: 0,
      pollMs: input.timing.pollMs,
      openLooks: 0,
      sendFailures: 0,
      counters: NONE,
      uncountedPolls: 0,
      stillMs: 0,
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
      // The id is that of a connection that the module has accepted: what is asked about it now is about that one.
      'id.taken': {
        target: '.initial.released',
        actions: [{ type: 'fail', params: { code: 'PEER_CLOSED' } }, 'announceFailure'],
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
            on: {
              'ask.open': { target: '#socket.opening' },
              'ask.adopt': { target: '#socket.connected', actions: 'noteIncoming' },
              'ask.destroy': { target: 'released' },
            },
          },
          // The id is free again; the modem stops this actor.
          released: {
            entry: 'announceReleased',
            on: { 'ask.destroy': {}, 'context.lost': {}, 'module.voided': {}, 'id.taken': {}, crashed: {} },
          },
        },
      },
      opening,
      connected,
      listening: {
        tags: 'open',
        entry: 'announceListening',
        on: {
          'urc.closed': {
            target: 'closing.releasing',
            actions: { type: 'fail', params: { code: 'PEER_CLOSED' } },
          },
          'ask.close': { target: 'closing.releasing' },
          'ask.destroy': { target: 'closing.releasing' },
        },
      },
      closing,
    },
  }),
);

/** A running `socketMachine`. */
export type SocketActor = ActorRefFrom<typeof socketMachine>;
