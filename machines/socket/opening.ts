import { CRASH, failureOf, socketSetup } from './setup.ts';

/** AT+QIOPEN, its OK, and the URC that tells the result; the state is looked at while the URC is missing. */
export const opening = socketSetup.createStateConfig({
  initial: 'requesting',
  on: {
    'urc.open': [
      {
        guard: { type: 'isSuccess', params: ({ event }) => event },
        target: '#socket.connected',
      },
      {
        target: '#socket.opening.refused',
        actions: {
          type: 'fail',
          params: ({ event }) => ({ code: 'OPEN_FAILED', moduleError: event.err }),
        },
      },
    ],
    'ask.close': { target: '#socket.closing.releasing' },
    'urc.closed': {
      target: '#socket.opening.refused',
      actions: { type: 'fail', params: { code: 'PEER_CLOSED' } },
    },
  },
  states: {
    requesting: {
      invoke: {
        src: 'opener',
        input: ({ context }) => context,
        onDone: [
          { guard: { type: 'isOk', params: ({ event }) => event.output }, target: 'awaitingResult' },
          {
            guard: { type: 'isStale', params: ({ event }) => event.output },
            target: 'clearing',
            actions: 'noteStale',
          },
          {
            target: '#socket.opening.refused',
            actions: { type: 'fail', params: ({ event }) => failureOf(event.output) },
          },
        ],
        onError: { target: '#socket.opening.refused', actions: { type: 'fail', params: CRASH } },
      },
    },
    // 563: the id outlived an earlier host (protocol.md §10). Close it once, then try again.
    clearing: {
      invoke: {
        src: 'closer',
        input: ({ context }) => context,
        onDone: { target: 'requesting' },
        onError: { target: '#socket.opening.refused', actions: { type: 'fail', params: CRASH } },
      },
    },
    awaitingResult: {
      after: {
        openTimeout: {
          target: '#socket.opening.refused',
          actions: { type: 'fail', params: { code: 'OPEN_TIMED_OUT' } },
        },
      },
      initial: 'waiting',
      states: {
        waiting: { after: { openPoll: { target: 'looking' } } },
        // The URC may be lost, or go to another port of the module.
        looking: {
          invoke: {
            src: 'stateReader',
            input: ({ context }) => context,
            onDone: [
              {
                guard: { type: 'isConnected', params: ({ event }) => event.output },
                target: '#socket.connected',
                actions: { type: 'reportMissedUrc', params: ({ event }) => event.output },
              },
              { target: 'waiting' },
            ],
            onError: { target: 'waiting' },
          },
        },
      },
    },
    refused: {
      always: { target: '#socket.closing.releasing' },
    },
  },
});
