import { not } from 'xstate';
import { CRASH, failureIn, socketSetup } from './setup.ts';

/** Read the rest, learn what was acknowledged, give the id back. */
export const closing = socketSetup.createStateConfig({
  initial: 'counting',
  on: { 'urc.closed': { actions: 'noteGone' } },
  states: {
    draining: {
      entry: 'announceClosing',
      initial: 'paused',
      on: { 'ask.destroy': { target: 'counting' } },
      states: {
        paused: {
          always: [
            // gsm §4: what came in command mode waits for data mode, which is over.
            { guard: 'isUnread', target: '#socket.closing.counting', actions: 'announceEnd' },
            { guard: 'wantsData', target: 'reading' },
          ],
          on: { 'reader.wants': {} },
        },
        reading: {
          invoke: {
            src: 'reader',
            input: ({ context }) => context.link,
            onDone: [
              {
                guard: { type: 'isEmpty', params: ({ event }) => event.output },
                target: '#socket.closing.counting',
                actions: 'announceEnd',
              },
              { guard: { type: 'isRead', params: ({ event }) => event.output }, target: 'paused' },
              // Everything was pushed: there is nothing to read, and a module may say so by ERROR.
              { guard: 'wasPushing', target: '#socket.closing.counting', actions: 'announceEnd' },
              {
                target: '#socket.closing.counting',
                actions: { type: 'fail', params: ({ event }) => failureIn(event.output) },
              },
            ],
            onError: { target: '#socket.closing.counting', actions: { type: 'fail', params: CRASH } },
          },
        },
      },
    },
    counting: {
      on: { 'ask.destroy': {} },
      invoke: {
        src: 'counter',
        input: ({ context }) => context,
        onDone: {
          target: 'releasing',
          actions: { type: 'announceCounters', params: ({ event }) => event.output },
        },
        onError: { target: 'releasing' },
      },
    },
    // AT+QIDEACT comes next and frees the id (lte §2.1.3): no AT+QICLOSE.
    lastCounting: {
      always: { guard: not('isFreedByContext'), target: 'releasing' },
      on: { 'ask.destroy': {}, 'context.lost': {} },
      invoke: {
        src: 'counter',
        input: ({ context }) => context,
        onDone: {
          target: '#socket.initial.released',
          actions: [{ type: 'announceCounters', params: ({ event }) => event.output }, 'announceFailure'],
        },
        onError: { target: '#socket.initial.released', actions: 'announceFailure' },
      },
    },
    releasing: {
      entry: ['announceFailure', 'reportFailure'],
      always: { guard: 'isFreedByPeer', target: '#socket.initial.released' },
      on: { 'ask.destroy': {} },
      invoke: {
        src: 'closer',
        input: ({ context }) => context,
        onDone: { target: '#socket.initial.released' },
        onError: { target: '#socket.initial.released' },
      },
    },
  },
});
